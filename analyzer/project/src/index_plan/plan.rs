//! The plan of one table.

use ecow::EcoString;
use rustc_hash::FxHashMap;

use super::gather::TableAccesses;
use super::solve::{Declared, Solved, serves, solve};
use super::{
    Demand, DroppedIndex, KeepReason, KeptIndex, PlannedIndex, TablePlan, UnreadAccess, UnreadReason,
    Unserved, UnservedReason, Update, WantedIndex, WriteCost, free_name,
};
use crate::procedure::ProcedureKind;
use crate::project::Project;
use crate::schema::{Index, IndexKind, OptionValue, Relation, Schema, Table};

/// Plans a table whose accesses are these, beside those that may be of any table.
pub(super) fn plan(
    project: &Project,
    table: &Table,
    accesses: Option<&TableAccesses>,
    anywhere: &[UnreadAccess],
) -> TablePlan {
    let nothing = TableAccesses::default();
    let accesses = accesses.unwrap_or(&nothing);
    let mut indeterminate = accesses.indeterminate.clone();
    indeterminate.extend_from_slice(anywhere);
    let has_unread_indexes = table.is_opaque
        || !table.has_all_indexes
        || table.ordered_indexes().any(|index| !index.has_all_fields);
    if has_unread_indexes {
        indeterminate.push(UnreadAccess { place: Some(table.place), reason: UnreadReason::Indexes });
    }
    let is_changeable = indeterminate.is_empty() && accesses.is_touched;
    let planner = Planner {
        project,
        table,
        accesses,
        demands: wanted(table, accesses),
        declared: declared(table, is_changeable),
        may_add: !has_unread_indexes,
    };
    TablePlan { indeterminate, ..planner.plan() }
}

struct Planner<'a> {
    project: &'a Project,
    table: &'a Table,
    accesses: &'a TableAccesses,
    demands: Vec<WantedIndex>,
    /// The declared indexes with their positions in the table.
    declared: Vec<(usize, Declared)>,
    may_add: bool,
}

impl Planner<'_> {
    fn plan(self) -> TablePlan {
        let demands: Vec<Demand> = self.demands.iter().map(|wanted| wanted.demand.clone()).collect();
        let declared: Vec<Declared> = self.declared.iter().map(|(_, declared)| declared.clone()).collect();
        let mut plan = TablePlan {
            table: self.table.name.clone(),
            demands: Vec::new(),
            keep: Vec::new(),
            widen: Vec::new(),
            add: Vec::new(),
            drop: Vec::new(),
            unserved: self.accesses.unserved.clone(),
            indeterminate: Vec::new(),
            cost: self.cost(),
        };
        let mut names: Vec<String> = Vec::new();
        for solved in solve(&declared, &demands, self.may_add) {
            let index = self.planned(solved, &mut names);
            match index.declared {
                Some(_) if index.declared_columns == index.columns.len() => {
                    plan.keep.push(KeptIndex { reason: self.reason(&index), index })
                }
                Some(_) => plan.widen.push(index),
                None => plan.add.push(index),
            }
        }
        self.sort_out(&mut plan);
        for (position, wanted) in self.demands.iter().enumerate() {
            if plan.indexes().any(|index| index.serves.contains(&position)) {
                continue;
            }
            let columns: Vec<String> = wanted.demand.columns().map(str::to_owned).collect();
            plan.unserved.extend(wanted.uses.iter().map(|user| Unserved {
                user: user.clone(),
                columns: columns.clone(),
                reason: UnservedReason::UnreadIndexes,
            }));
        }
        plan.demands = self.demands;
        plan
    }

    /// Says of each declared index that the solution does without whether it goes.
    fn sort_out(&self, plan: &mut TablePlan) {
        for (position, declared) in &self.declared {
            if plan.indexes().any(|index| index.declared == Some(*position)) {
                continue;
            }
            let Some(index) = self.as_declared(*position, declared) else { continue };
            let others: Vec<&[String]> = plan.indexes().map(|index| index.columns.as_slice()).collect();
            let first = index.columns.first();
            let begins = |column: &String| others.iter().any(|other| other.first() == Some(column));
            let reason = if is_only_index_of_key(self.project, self.table, &index.columns, &others) {
                Some(KeepReason::ForeignKey)
            } else if first
                .is_some_and(|first| !begins(first) && is_read_by_platform(self.project, self.table, first))
            {
                Some(KeepReason::Platform)
            } else {
                None
            };
            if let Some(reason) = reason {
                plan.keep.push(KeptIndex { index, reason });
            } else {
                let dropped = self.dropped(index, plan);
                plan.drop.push(dropped);
            }
        }
        plan.keep.sort_by_key(|kept| kept.index.declared);
    }

    fn dropped(&self, index: PlannedIndex, plan: &TablePlan) -> DroppedIndex {
        let begins = |other: &&PlannedIndex| other.columns.starts_with(&index.columns);
        let covered_by = plan.indexes().find(begins).filter(|_| !index.serves.is_empty()).cloned();
        let names = |(name, _): &&(String, usize)| Some(name) == index.name.as_ref();
        let named_by = self.accesses.named.iter().filter(names).map(|(_, read)| *read).collect();
        DroppedIndex { index, covered_by, named_by }
    }

    fn planned(&self, solved: Solved, names: &mut Vec<String>) -> PlannedIndex {
        let declared = solved.declared.and_then(|position| self.declared.get(position));
        let is_unique = declared.is_some_and(|(_, declared)| declared.is_unique);
        let name = match declared {
            Some((position, _)) => self.name(*position),
            None => {
                let name = free_name(&self.project.schema, self.table, &solved.columns, names);
                names.push(name.clone());
                Some(name)
            }
        };
        PlannedIndex {
            name,
            declared: declared.map(|(position, _)| *position),
            declared_columns: declared.map_or(0, |(_, declared)| declared.columns.len()),
            is_unique,
            serves: self.served(&solved.columns, is_unique),
            columns: solved.columns,
        }
    }

    fn as_declared(&self, position: usize, declared: &Declared) -> Option<PlannedIndex> {
        let index = self.table.indexes.get(position)?;
        Some(PlannedIndex {
            name: index.name.clone(),
            declared: Some(position),
            declared_columns: declared.columns.len(),
            is_unique: declared.is_unique,
            serves: self.served(&declared.columns, declared.is_unique),
            columns: declared.columns.clone(),
        })
    }

    fn name(&self, position: usize) -> Option<String> {
        self.table.indexes.get(position)?.name.clone()
    }

    fn served(&self, columns: &[String], is_unique: bool) -> Vec<usize> {
        let demands = self.demands.iter().enumerate();
        let served = demands.filter(|(_, wanted)| serves(columns, is_unique, &wanted.demand));
        served.map(|(position, _)| position).collect()
    }

    fn reason(&self, index: &PlannedIndex) -> KeepReason {
        if !index.serves.is_empty() {
            KeepReason::Serves
        } else if index.is_unique {
            KeepReason::Unique
        } else if !self.accesses.is_touched {
            KeepReason::Untouched
        } else {
            KeepReason::Indeterminate
        }
    }

    fn cost(&self) -> WriteCost {
        let mut cost = WriteCost::default();
        let writes = self.accesses.writes.iter();
        for write in writes.filter_map(|position| self.project.writes.get(*position)) {
            let procedures = || write.reached_from.iter().map(|reach| reach.procedure);
            if write.is_insert() {
                cost.inserts.extend(procedures());
            }
            let is_update = ["patch", "replace", "update", "restore", "upsert"];
            if is_update.iter().any(|method| write.method.starts_with(method)) {
                let columns = &write.patched;
                cost.updates
                    .extend(procedures().map(|procedure| Update { procedure, columns: columns.clone() }));
            }
        }
        cost.inserts.sort_unstable();
        cost.inserts.dedup();
        cost.updates.sort_unstable();
        cost.updates.dedup();
        cost
    }
}

/// The indexes that reads can be served by, other than searches and the like.
fn declared(table: &Table, is_changeable: bool) -> Vec<(usize, Declared)> {
    let is_ordered = |index: &Index| matches!(index.kind, IndexKind::Secondary | IndexKind::UniqueColumn);
    let declared = |index: &Index| Declared {
        columns: index.fields.iter().map(|field| field.name.clone()).collect(),
        is_unique: index.is_unique,
        is_fixed: index.is_unique || !is_changeable || index.name.is_none(),
    };
    let indexes = table.indexes.iter().enumerate().filter(|(_, index)| is_ordered(index));
    indexes.map(|(position, index)| (position, declared(index))).collect()
}

/// Each demand once. What nothing runs may not lose the index that serves it, and asks for no other.
fn wanted(table: &Table, accesses: &TableAccesses) -> Vec<WantedIndex> {
    let is_served = |demand: &Demand| {
        table.ordered_indexes().any(|index| {
            let columns: Vec<String> = index.fields.iter().map(|field| field.name.clone()).collect();
            serves(&columns, index.is_unique, demand)
        })
    };
    let mut wanted: Vec<WantedIndex> = Vec::new();
    let mut known: FxHashMap<Demand, usize> = FxHashMap::default();
    for gathered in
        accesses.wanted.iter().filter(|gathered| gathered.is_reached || is_served(&gathered.demand))
    {
        let mut same = gathered.demand.clone();
        same.equal.sort_unstable();
        let position = *known.entry(same).or_insert(wanted.len());
        match wanted.get_mut(position) {
            Some(wanted) => wanted.uses.push(gathered.user.clone()),
            None => wanted
                .push(WantedIndex { demand: gathered.demand.clone(), uses: vec![gathered.user.clone()] }),
        }
    }
    wanted
}

/// Whether an index on these columns is the only one that begins with a foreign key (on a sharded table also: with the shard key and then
/// it). Cascades, relation loads and graph walks find rows by it.
fn is_only_index_of_key(project: &Project, table: &Table, columns: &[String], others: &[&[String]]) -> bool {
    let leading = |columns: &[String]| -> Option<String> {
        let mut columns = columns.iter();
        let first = columns.next()?;
        let is_key = |column: &str| is_foreign_key(&project.schema, table, column);
        let is_sharded_by = table.shard_key() == Some(first) && !is_key(first);
        let column = if is_sharded_by { columns.next()? } else { first };
        is_key(column).then(|| column.clone())
    };
    let key = leading(columns);
    key.is_some() && others.iter().all(|other| leading(other) != key)
}

fn is_foreign_key(schema: &Schema, table: &Table, column: &str) -> bool {
    let holds = |relation: &Relation| relation.field.as_ref().is_some_and(|(field, _)| field == column);
    let is_id = table.column(column).is_some_and(|column| column.references.is_some());
    let is_one = table.relations.iter().any(|relation| !relation.is_many && holds(relation));
    let leads_here =
        |relation: &Relation| relation.target.as_ref().is_some_and(|(target, _)| *target == table.name);
    let mut others = schema.tables.iter().flat_map(|table| &table.relations);
    is_id || is_one || others.any(|relation| relation.is_many && leads_here(relation) && holds(relation))
}

/// Whether Lunora itself looks for rows by a column.
fn is_read_by_platform(project: &Project, table: &Table, column: &str) -> bool {
    let is_of_table = |(name, _): &(EcoString, _)| *name == table.name;
    let mut owners = project.procedures.iter().filter(|procedure| {
        matches!(procedure.kind, ProcedureKind::Shape | ProcedureKind::Policy)
            && procedure.table.as_ref().is_some_and(is_of_table)
    });
    let is_named = |name: &str| {
        let field = table.modifier(name).and_then(|modifier| modifier.field.as_ref());
        field.is_some_and(|(field, _)| field == column)
    };
    let is_marker = || {
        let marker = match table.option("softDelete", "field") {
            Some(OptionValue::Text(column)) => column.as_str(),
            _ => "deletedAt",
        };
        table.modifier("softDelete").is_some() && marker == column
    };
    owners.any(|procedure| procedure.fields.iter().any(|field| field.name == column))
        || is_named("ttl")
        || is_named("ownedBy")
        || is_marker()
}
