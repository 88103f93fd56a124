//! From the linked project to the accesses that are printed.

use std::collections::BTreeSet;

use lunora_project::access::{
    AccessPath, Condition, Direction, Filter, Indeterminacy, Limit, LoopKind, Operand, Operator, Origin,
    Range, Reach, Read, Selection, Write,
};
use lunora_project::index_choice::{
    IndexChoice, IndexMatch, index_for, index_for_relation, index_for_selection,
};
use lunora_project::schema::Table;
use lunora_project::{Place, Procedure, ProcedureId};

use super::access::{
    Access, AccessKind, BoundPart, CallPart, IndexPart, IndexUsePart, LimitPart, Location, LoopPart,
    OrderPart, ReachPart, ResidualPart, SortPart,
};
use crate::commands::describe::{
    choice_key, index_kind_key, index_name, operator_key, operator_symbol, procedure_kind_key, surface_key,
    tier_key,
};
use crate::commands::linked::{Focus, LinkedProject};

/// The accesses of a project.
#[derive(Debug, Default)]
pub(super) struct Accesses {
    /// Those whose table and shape are known, by file, line, column, table.
    pub(super) known: Vec<Access>,
    /// Those of which something can't be told, in the same order.
    pub(super) indeterminate: Vec<Access>,
}

/// Every access that is asked for.
pub(super) fn gather(linked: &LinkedProject, focus: &Focus) -> Accesses {
    let gatherer = Gatherer { linked, focus };
    let project = &linked.project;
    let mut accesses: Vec<Access> = project.reads.iter().flat_map(|read| gatherer.read(read)).collect();
    accesses.extend(project.writes.iter().flat_map(|write| gatherer.write(write)));
    accesses.sort_by(|left, right| {
        let key = |access: &Access| (access.location.clone(), access.table.clone());
        key(left).cmp(&key(right))
    });
    let (known, indeterminate) = accesses.into_iter().partition(|access| access.reasons.is_empty());
    Accesses { known, indeterminate }
}

struct Gatherer<'a> {
    linked: &'a LinkedProject,
    focus: &'a Focus,
}

impl Gatherer<'_> {
    /// Whether an access that these procedures do is asked for.
    fn is_wanted(&self, doers: &[ProcedureId]) -> bool {
        self.focus.procedures.is_empty() || doers.iter().any(|doer| self.focus.procedures.contains(doer))
    }

    /// Whether an access to a table, or to one that can't be told, is asked for.
    fn is_wanted_table(&self, table: Option<&str>) -> bool {
        match (&self.focus.table, table) {
            (Some(wanted), Some(table)) => wanted == table,
            _ => true,
        }
    }

    fn read(&self, read: &Read) -> Vec<Access> {
        let mut found: Vec<(Access, BTreeSet<ProcedureId>)> = Vec::new();
        for path in read.paths.iter().filter(|path| self.is_wanted(&path.reached_from)) {
            let doers = path.reached_from.iter().copied();
            for access in self.path(read, path) {
                if !self.is_wanted_table(access.table.as_deref()) {
                    continue;
                }
                match found.iter_mut().find(|(known, _)| *known == access) {
                    Some((_, known)) => known.extend(doers.clone()),
                    None => found.push((access, doers.clone().collect())),
                }
            }
        }
        let found = found.into_iter();
        found.map(|(access, doers)| self.done_by(access, &read.reached_from, &doers)).collect()
    }

    fn path(&self, read: &Read, path: &AccessPath) -> Vec<Access> {
        let mut base = self.blank(AccessKind::Read, read.place, &path.method);
        base.function = read.function.name.as_deref().map(str::to_owned);
        base.surface = Some(surface_key(path.surface));
        base.loops = path.loops.iter().map(|inner| self.loop_part(*inner)).collect();
        base.reasons = reasons(&path.unknown);
        let related = self.related(&base, path);
        self.shape(&mut base, read, path);
        let mut accesses: Vec<Access> = path
            .tables
            .iter()
            .map(|name| {
                let table = self.linked.project.schema.table(&name.name);
                let mut access = of_table(base.clone(), &name.name, table);
                access.index = table.map(|table| {
                    let choice = index_for(table, path);
                    index_part(&choice, choice.reads_everything(path), table, path)
                });
                access
            })
            .collect();
        if path.tables.is_empty() || !path.is_table_known {
            add_reason(&mut base.reasons, Indeterminacy::Table);
            for access in &mut accesses {
                add_reason(&mut access.reasons, Indeterminacy::Table);
            }
            if path.tables.is_empty() {
                accesses.push(base);
            }
        }
        accesses.extend(related);
        accesses
    }

    /// What is known of a read whatever its table is.
    fn shape(&self, access: &mut Access, read: &Read, path: &AccessPath) {
        if let Some(Range::Known(bounds)) = path.index.as_ref().map(|index| &index.range) {
            let bounds = bounds.iter().filter_map(|bound| {
                let column = &bound.column.as_ref()?.name;
                Some(bound_part(column, bound.operator, &bound.operand, false))
            });
            access.bounds.extend(bounds);
        }
        select(access, &path.selection);
        if path.selection.has_residual {
            access.residual.push(ResidualPart {
                stage: "where",
                method: "where".to_owned(),
                location: self.location(read.place),
                conditions: Vec::new(),
                more: true,
                readable: true,
            });
        }
        access.order = path.is_ordered.then(|| OrderPart {
            columns: path.order_by.iter().map(|field| field.name.to_string()).collect(),
            direction: path.direction.map(|direction| match direction {
                Direction::Ascending => "asc",
                Direction::Descending => "desc",
            }),
        });
        let chained = path.filters.iter().map(|filter| self.residual("chain", filter));
        access.residual.extend(chained);
        let on_rows = read.row_filters.iter().map(|filter| self.residual("rows", filter));
        access.residual.extend(on_rows);
        access.sorts = read
            .row_sorts
            .iter()
            .map(|sort| SortPart {
                location: self.location(sort.place),
                columns: sort
                    .columns
                    .as_ref()
                    .map(|columns| columns.iter().map(ToString::to_string).collect()),
            })
            .collect();
        access.limit = Some(limit_part(path.limit));
    }

    /// The reads of other tables by way of relations.
    fn related(&self, base: &Access, path: &AccessPath) -> Vec<Access> {
        let schema = &self.linked.project.schema;
        let mut accesses = Vec::new();
        for holder in path.tables.iter().filter_map(|name| schema.table(&name.name)) {
            for named in &path.relations {
                let relation = holder.relations.iter().find(|other| other.name == named.name);
                let Some(relation) = relation else { continue };
                let Some((target, _)) = &relation.target else { continue };
                let table = schema.table(target);
                let mut access = of_table(base.clone(), target, table);
                access.relation = Some(format!("{}.{}", holder.name, relation.name));
                access.index = table.map(|table| {
                    let choice = index_for_relation(table, relation);
                    let is_scan = matches!(choice, IndexChoice::Scan);
                    index_part(&choice, is_scan, table, path)
                });
                accesses.push(access);
            }
        }
        accesses
    }

    fn write(&self, write: &Write) -> Vec<Access> {
        let base = self.write_of_any(write);
        let schema = &self.linked.project.schema;
        let of_tables = write.tables.iter().map(|name| {
            let table = schema.table(&name.name);
            let mut access = of_table(base.clone(), &name.name, table);
            access.index = table.filter(|_| write.selection.is_present).map(|table| {
                let choice = index_for_selection(table, &write.selection);
                let is_scan = matches!(choice, IndexChoice::Scan);
                IndexPart { missing: None, ..choice_part(&choice, is_scan) }
            });
            (access, write.writers_of(&name.name).to_vec())
        });
        let mut found: Vec<(Access, Vec<ProcedureId>)> = of_tables.collect();
        // Of the procedures that are left, no table can be told.
        let all = write.reached_from.iter().map(|reach| reach.procedure);
        let left: Vec<ProcedureId> =
            all.filter(|doer| !write.table_writers.iter().flatten().any(|writer| writer == doer)).collect();
        if write.tables.is_empty() || (!write.is_table_known && !left.is_empty()) {
            found.push((base, left));
        }
        found
            .into_iter()
            .filter(|(access, doers)| self.is_wanted(doers) && self.is_wanted_table(access.table.as_deref()))
            .map(|(access, doers)| self.done_by(access, &write.reached_from, &doers.into_iter().collect()))
            .collect()
    }

    /// What is known of a write whatever its table is.
    fn write_of_any(&self, write: &Write) -> Access {
        let mut base = self.blank(AccessKind::Write, write.place, &write.method);
        base.function = write.function.name.as_deref().map(str::to_owned);
        base.loops = write.loops.iter().map(|inner| self.loop_part(*inner)).collect();
        select(&mut base, &write.selection);
        let schema = &self.linked.project.schema;
        if !write.is_table_known || write.tables.is_empty() {
            let reason = if write.is_by_id && !write.names_table {
                "the id may be of any table"
            } else {
                Indeterminacy::Table.reason()
            };
            base.reasons.push(reason);
        }
        let is_known = write.tables.iter().all(|table| schema.table(&table.name).is_some());
        if !write.is_database_certain && (write.tables.is_empty() || !is_known) {
            add_reason(&mut base.reasons, Indeterminacy::Database);
        }
        base
    }

    /// An access with the procedures that do it, so far as they are asked for.
    fn done_by(&self, access: Access, reached_from: &[Reach], doers: &BTreeSet<ProcedureId>) -> Access {
        let wanted = reached_from
            .iter()
            .filter(|reach| doers.contains(&reach.procedure) && self.is_wanted(&[reach.procedure]));
        let procedures: Vec<ReachPart> = wanted.map(|reach| self.reach(reach)).collect();
        Access { live: procedures.iter().any(|procedure| procedure.live), procedures, ..access }
    }

    fn blank(&self, kind: AccessKind, place: Place, method: &str) -> Access {
        Access {
            kind,
            table: None,
            tier: None,
            shard_key: None,
            location: self.location(place),
            function: None,
            surface: None,
            method: method.to_owned(),
            relation: None,
            index: None,
            bounds: Vec::new(),
            alternatives: Vec::new(),
            open: false,
            order: None,
            residual: Vec::new(),
            sorts: Vec::new(),
            limit: None,
            loops: Vec::new(),
            live: false,
            procedures: Vec::new(),
            reasons: Vec::new(),
        }
    }

    fn reach(&self, reach: &Reach) -> ReachPart {
        let procedure: &Procedure = self.linked.project.procedure(reach.procedure);
        ReachPart {
            name: procedure.name.to_string(),
            kind: procedure_kind_key(procedure.kind),
            live: procedure.is_live(),
            calls: reach
                .calls
                .iter()
                .map(|step| CallPart {
                    function: step.function.name.as_deref().map(str::to_owned),
                    function_file: self.linked.project.file(step.function.file).relative.clone(),
                    at: step.place.map(|place| self.location(place)),
                })
                .collect(),
        }
    }

    fn residual(&self, stage: &'static str, filter: &Filter) -> ResidualPart {
        ResidualPart {
            stage,
            method: filter.method.to_string(),
            location: self.location(filter.place),
            conditions: filter.conditions.iter().map(condition_part).collect(),
            more: filter.has_residual,
            readable: filter.is_readable,
        }
    }

    fn loop_part(&self, inner: LoopKind) -> LoopPart {
        let (over, count, read) = match inner {
            LoopKind::Rows(site) => ("rows", None, Some(self.location(site.place()))),
            LoopKind::Argument { maximum } => ("argument", maximum, None),
            LoopKind::Constant(count) => ("constant", Some(count), None),
            LoopKind::Unknown => ("unknown", None, None),
        };
        LoopPart { over, count, read }
    }

    fn location(&self, place: Place) -> Location {
        let (file, place) = self.linked.location(place);
        Location { file: file.to_owned(), place }
    }
}

fn of_table(access: Access, name: &str, table: Option<&Table>) -> Access {
    Access {
        table: Some(name.to_owned()),
        tier: table.map(|table| tier_key(&table.tier)),
        shard_key: table.and_then(|table| table.shard_key().map(str::to_owned)),
        ..access
    }
}

fn index_part(choice: &IndexChoice<'_>, is_everything: bool, table: &Table, path: &AccessPath) -> IndexPart {
    let named = path.index.as_ref().and_then(|used| used.name.as_ref());
    let missing =
        named.filter(|(name, _)| matches!(choice, IndexChoice::Unknown) && table.index(name).is_none());
    IndexPart { missing: missing.map(|(name, _)| name.to_string()), ..choice_part(choice, is_everything) }
}

fn choice_part(choice: &IndexChoice<'_>, is_everything: bool) -> IndexPart {
    IndexPart {
        choice: choice_key(choice),
        uses: choice.matches().iter().map(index_use_part).collect(),
        missing: None,
        everything: is_everything,
    }
}

fn index_use_part(found: &IndexMatch<'_>) -> IndexUsePart {
    IndexUsePart {
        name: index_name(found.index),
        kind: index_kind_key(found.index.kind),
        fields: found.index.fields.iter().map(|field| field.name.clone()).collect(),
        prefix: found.prefix().map(str::to_owned).collect(),
        conditional: found.is_conditional,
        unreadable_range: !found.is_range_known,
    }
}

fn select(access: &mut Access, selection: &Selection) {
    access.bounds.extend(selection.conditions.iter().map(condition_part));
    access.open = selection.is_open;
    access.alternatives = selection
        .alternatives
        .iter()
        .map(|lists| lists.iter().map(|conditions| conditions.iter().map(condition_part).collect()).collect())
        .collect();
}

fn condition_part(condition: &Condition) -> BoundPart {
    let Condition { column, operator, operand, is_conditional, .. } = condition;
    bound_part(column, *operator, operand, *is_conditional)
}

fn bound_part(column: &str, operator: Operator, operand: &Operand, conditional: bool) -> BoundPart {
    let literal = || operand.literal.as_ref().map(ToString::to_string);
    let (origin, value) = match &operand.origin {
        Origin::Literal => ("literal", literal()),
        Origin::Argument(path) => ("argument", Some(path.join("."))),
        Origin::Identity => ("identity", None),
        Origin::Row { column } => ("row", Some(column.to_string())),
        Origin::Environment => ("environment", None),
        Origin::Clock => ("clock", None),
        Origin::Random => ("random", None),
        Origin::Call => ("call", None),
        Origin::Mixed => ("mixed", literal()),
    };
    BoundPart {
        column: column.to_owned(),
        operator: operator_key(operator),
        origin,
        value,
        conditional,
        symbol: operator_symbol(operator),
    }
}

fn limit_part(limit: Limit) -> LimitPart {
    let (kind, rows) = match limit {
        Limit::None => ("none", None),
        Limit::Constant(rows) => ("constant", Some(rows)),
        Limit::Page => ("page", None),
        Limit::Unbounded => ("unbounded", None),
        Limit::Unknown => ("unknown", None),
    };
    LimitPart { kind, rows }
}

fn reasons(unknown: &[Indeterminacy]) -> Vec<&'static str> {
    let mut reasons = Vec::new();
    for reason in unknown {
        add_reason(&mut reasons, *reason);
    }
    reasons
}

fn add_reason(reasons: &mut Vec<&'static str>, reason: Indeterminacy) {
    if !reasons.contains(&reason.reason()) {
        reasons.push(reason.reason());
    }
}
