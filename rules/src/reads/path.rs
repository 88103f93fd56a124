//! The verdict on one access path.

use lunora_project::Place;
use lunora_project::access::{
    AccessPath, Condition, Filter, Indeterminacy, Limit, Operator, Range, Read, Surface, TableName,
};
use lunora_project::index_choice::{finds_few, holds_order, serving};
use lunora_project::schema::{IndexKind, Schema, Table, is_system_column};

use super::object::{self, Service, is_aggregate};
use super::{
    Cost, FilterCost, FilterForm, IndexRun, LimitCost, RangeCost, ResidualCost, RowSource, SortCost, Verdict,
    range, table_names,
};
use crate::indexes::{BUILT_IN, is_pinned_by};

/// A read of at most so many rows may be filtered and sorted in memory.
const SMALL_LIMIT: f64 = 100.0;

/// The tables of a path, `None` for one that an unreadable part of the schema may declare. `None` for all if nothing can be said: no
/// table is named, or one that Lunora keeps for itself.
pub(super) fn tables<'a>(schema: &'a Schema, names: &[TableName]) -> Option<Vec<Option<&'a Table>>> {
    let is_ours = !names.is_empty() && names.iter().all(|table| !table.name.starts_with('_'));
    is_ours.then(|| names.iter().map(|table| schema.table(&table.name)).collect())
}

/// Judges one access path of a read.
pub(super) fn verdict(schema: &Schema, read: &Read, path: &AccessPath) -> Option<Verdict> {
    let is_judged = path.is_table_known
        && path.unknown.iter().all(|unknown| *unknown == Indeterminacy::Filter)
        && !matches!(path.method.as_str(), "get" | "related" | "rank" | "rankPage" | "normalizeId" | "asId");
    if !is_judged {
        return None;
    }
    let tables = tables(schema, &path.tables)?;
    let judge = PathJudge { read, path, tables };
    let cost = match (&path.index, path.surface) {
        (Some(_), _) => judge.indexed(),
        (None, Surface::Fluent) => judge.of(&Access::Full, Vec::new()),
        (None, _) => judge.object(),
    }?;
    Some(Verdict { cost, tables: table_names(&path.tables) })
}

/// How a read comes by its rows.
enum Access {
    /// Row by row through the whole table.
    Full,
    /// From one end of an index to the other.
    Bare { index: String },
    /// By a range that is not one run of its index.
    Broken(RangeCost),
    /// By one run of an index.
    Run { is_unique: bool, run: IndexRun },
    /// By words or by place.
    Search,
}

struct PathJudge<'a> {
    read: &'a Read,
    path: &'a AccessPath,
    tables: Vec<Option<&'a Table>>,
}

impl PathJudge<'_> {
    fn indexed(&self) -> Option<Cost> {
        let used = self.path.index.as_ref()?;
        if matches!(used.kind, IndexKind::Search | IndexKind::Geo) {
            return self.defeated_limit(&Access::Search);
        }
        if used.kind != IndexKind::Secondary {
            return None;
        }
        let (name, _) = used.name.as_ref()?;
        let bounds = match &used.range {
            Range::Absent => &[],
            Range::Known(bounds) => bounds.as_slice(),
            Range::Indeterminate => return None,
        };
        if bounds.is_empty() {
            return self.of(&Access::Bare { index: name.to_string() }, Vec::new());
        }
        let (columns, is_unique_index) = self.index_columns(name)?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        if bounds.iter().any(|bound| bound.column.is_none()) {
            return None;
        }
        if let Some(fault) = range::fault(&columns, bounds) {
            let narrowing = range::narrowing(&columns, bounds);
            let is_limited = self.path.limit.is_bounding();
            let index = name.to_string();
            let cost = RangeCost { index, fault, narrowing, wanted: range::wanted(bounds), is_limited };
            return self.of(&Access::Broken(cost), Vec::new());
        }
        let of_kind = |is_equal: bool| {
            let bounds = bounds.iter().filter(move |bound| (bound.operator == Operator::Equal) == is_equal);
            bounds.filter_map(|bound| Some(bound.column.as_ref()?.name.to_string()))
        };
        let run = IndexRun { equal: of_kind(true).collect(), bounded: of_kind(false).next() };
        let is_unique = is_unique_index && is_pinned_by(&columns, &run.equal);
        self.of(&Access::Run { is_unique, run }, Vec::new())
    }

    /// The columns of an index by name, if all tables agree on them, and whether it is unique.
    fn index_columns(&self, name: &str) -> Option<(Vec<String>, bool)> {
        let mut found: Option<(Vec<String>, bool)> = None;
        for table in &self.tables {
            let columns = match table.and_then(|table| table.index(name)) {
                Some(index) if index.has_all_fields => {
                    (index.fields.iter().map(|field| field.name.clone()).collect(), index.is_unique)
                }
                Some(_) => return None,
                None => {
                    let (_, column) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
                    (vec![(*column).to_owned()], *column == "_id")
                }
            };
            match &found {
                Some(known) if *known != columns => return None,
                _ => found = Some(columns),
            }
        }
        found
    }

    fn object(&self) -> Option<Cost> {
        let selection = &self.path.selection;
        let costs = object::variants(selection).into_iter().filter_map(|conditions| {
            match object::service(&self.tables, selection, &conditions, Some(self.path)) {
                Service::Unknown => None,
                Service::Indexed { is_unique } => {
                    let run = self.run_of(&conditions);
                    self.of(&Access::Run { is_unique, run }, conditions)
                }
                Service::Full if object::wants_all(&self.tables, selection, &conditions) => {
                    self.of(&Access::Full, Vec::new())
                }
                Service::Full => Some(object::filter_cost(&self.tables, selection, conditions)),
            }
        });
        costs.min_by_key(Cost::rank)
    }

    /// What the index that serves a `where` best does for it.
    fn run_of(&self, conditions: &[Condition]) -> IndexRun {
        let table = self.tables.iter().flatten().next();
        let found = table.and_then(|table| serving(table, conditions));
        let Some(found) = found else { return IndexRun::default() };
        let mut equal: Vec<String> = found.prefix().map(str::to_owned).collect();
        let bounded = equal.split_off(found.equal).pop();
        IndexRun { equal, bounded }
    }

    /// The first reason that holds, in the order of precedence.
    fn of(&self, access: &Access, conditions: Vec<Condition>) -> Option<Cost> {
        self.primary_key(access)
            .or_else(|| self.filter(access))
            .or_else(|| self.defeated_limit(access))
            .or_else(|| self.sort(access, &conditions))
            .or_else(|| self.whole(access))
            .or_else(|| self.residual(access, &conditions))
    }

    fn primary_key(&self, access: &Access) -> Option<Cost> {
        let by_id = |filter: &&Filter| {
            filter.conditions.iter().any(|condition| {
                condition.column == "_id"
                    && !condition.is_conditional
                    && condition.operator == Operator::Equal
            })
        };
        let chained = self.path.filters.iter().find(by_id);
        // Rows that an index found may be wanted for more than the one that is picked from them.
        let picked = || {
            let is_whole = matches!(access, Access::Full | Access::Bare { .. });
            self.row_filters().filter(|_| is_whole).find(by_id)
        };
        let filter = chained.or_else(picked)?;
        Some(Cost::FilterOnPrimaryKey { filter: filter.place })
    }

    fn filter(&self, access: &Access) -> Option<Cost> {
        if !matches!(access, Access::Full | Access::Bare { .. }) {
            return None;
        }
        let chained: Vec<&Filter> = self.path.filters.iter().collect();
        self.filter_cost(&chained, FilterForm::Chain).or_else(|| {
            let later: Vec<&Filter> = self.row_filters().collect();
            self.filter_cost(&later, FilterForm::Rows)
        })
    }

    /// What filters test, at the place of the first that tests something an index can serve.
    fn filter_cost(&self, filters: &[&Filter], form: FilterForm) -> Option<Cost> {
        let first = filters.iter().find(|filter| filter.conditions.iter().any(is_servable))?;
        let (place, method) = (first.place, first.method.clone());
        // On the chain all filters hold together; code may filter the same rows in several ways.
        let conditions: Vec<Condition> = filters
            .iter()
            .filter(|filter| form == FilterForm::Chain || filter.place == place)
            .flat_map(|filter| &filter.conditions)
            .filter(|condition| is_servable(condition))
            .cloned()
            .collect();
        let is_useful = !object::is_about_shard(&self.tables, &conditions);
        is_useful.then_some(Cost::FilterWithoutIndex(FilterCost {
            place: Some(place),
            conditions,
            form,
            method: method.to_string(),
        }))
    }

    fn defeated_limit(&self, access: &Access) -> Option<Cost> {
        let first = self.path.filters.first()?;
        let source = match access {
            Access::Run { is_unique: true, .. } => return None,
            Access::Run { run, .. } => RowSource::Run(run.clone()),
            Access::Broken(_) => RowSource::Range,
            Access::Full | Access::Bare { .. } => RowSource::Table,
            Access::Search => RowSource::Search,
        };
        let conditions = self.path.filters.iter().flat_map(|filter| &filter.conditions);
        let conditions: Vec<Condition> =
            conditions.filter(|condition| is_servable(condition)).cloned().collect();
        let is_defeated =
            self.path.limit != Limit::None && !object::is_about_shard(&self.tables, &conditions);
        is_defeated.then_some(Cost::FilterDefeatsLimit(LimitCost { filter: first.place, conditions, source }))
    }

    fn sort(&self, access: &Access, conditions: &[Condition]) -> Option<Cost> {
        let equal: Vec<String> = match access {
            Access::Run { is_unique: true, .. } | Access::Search => return None,
            Access::Run { .. } if !conditions.is_empty() => conditions
                .iter()
                .filter(|condition| condition.operator == Operator::Equal)
                .map(|condition| condition.column.to_string())
                .collect(),
            Access::Run { run, .. } => run.equal.clone(),
            _ => Vec::new(),
        };
        let bounded = match access {
            Access::Run { run, .. } => run.bounded.clone(),
            _ => None,
        };
        let pinned: Vec<&str> = equal.iter().map(String::as_str).collect();
        let ordered: Vec<&str> = self.path.order_by.iter().map(|field| field.name.as_str()).collect();
        let is_asked = ordered.iter().any(|column| !is_system_column(column));
        let is_unserved = is_asked
            && self.tables.iter().flatten().all(|table| {
                table.has_all_indexes && !table.is_opaque && !holds_order(table, &pinned, &ordered)
            });
        if is_unserved {
            let columns = ordered.into_iter().map(str::to_owned).collect();
            return Some(Cost::SortWithoutIndex(SortCost { place: None, columns, equal, bounded }));
        }
        let sorts = self.read.row_sorts.iter().filter(|_| self.loads_many());
        let mut read = sorts.filter_map(|sort| Some((sort.place, sort.columns.as_ref()?)));
        let (place, columns) = read.find(|(_, columns)| !columns.is_empty())?;
        Some(Cost::SortWithoutIndex(SortCost {
            place: Some(place),
            columns: columns.iter().map(ToString::to_string).collect(),
            equal,
            bounded,
        }))
    }

    fn whole(&self, access: &Access) -> Option<Cost> {
        let is_bounded = self.path.limit.is_bounding();
        match access {
            Access::Broken(cost) => Some(Cost::IndexRangeNotPrefix(cost.clone())),
            Access::Bare { index } => {
                let is_built_in = BUILT_IN.iter().any(|(known, _)| known == index);
                (!is_bounded && !is_built_in).then(|| Cost::IndexWithoutRange { index: index.clone() })
            }
            Access::Full => {
                let is_readable = self.path.filters.iter().all(|filter| filter.is_readable);
                let is_collected = !is_aggregate(&self.path.method) && !is_bounded && is_readable;
                is_collected.then_some(Cost::UnboundedCollect)
            }
            Access::Run { .. } | Access::Search => None,
        }
    }

    fn residual(&self, access: &Access, conditions: &[Condition]) -> Option<Cost> {
        let Access::Run { is_unique: false, run } = access else { return None };
        // A `where` that the built-in index on the creation time serves uses no index that could be widened.
        if run.equal.is_empty() && run.bounded.is_none() {
            return None;
        }
        // Rows that are picked for one purpose may be wanted whole for another: then nothing is found in vain.
        let picked = self.row_filters().filter(|filter| filter.is_only_use);
        let mut filters = self.path.filters.iter().chain(picked);
        filters
            .find_map(|filter| self.residual_cost(Some(filter.place), run, &filter.conditions))
            .or_else(|| self.residual_where(conditions))
            .map(Cost::ResidualFilter)
    }

    /// What a `where` tests beyond its index.
    fn residual_where(&self, conditions: &[Condition]) -> Option<ResidualCost> {
        let mut optional: Vec<&str> = conditions
            .iter()
            .filter(|condition| condition.is_conditional)
            .map(|condition| condition.column.as_str())
            .collect();
        optional.dedup();
        // Of several parts that may be missing, nobody knows which ones occur together.
        let together: Vec<Condition> = conditions
            .iter()
            .filter(|condition| optional.len() < 2 || !condition.is_conditional)
            // After equal columns, rows lie in the order of their creation anyhow.
            .filter(|condition| !is_system_column(&condition.column))
            .cloned()
            .collect();
        let is_few = self.tables.iter().flatten().any(|table| finds_few(table, &together));
        let run = self.run_of(&together);
        let is_indexed = !run.equal.is_empty() || run.bounded.is_some();
        if is_few || !is_indexed { None } else { self.residual_cost(None, &run, &together) }
    }

    /// What is tested beyond a run, if a wider index could serve it.
    fn residual_cost(
        &self,
        place: Option<Place>,
        run: &IndexRun,
        tested: &[Condition],
    ) -> Option<ResidualCost> {
        let (mut equal, bounded) = widened(run, tested);
        // As a rule all rows of a shard have the same value there.
        let is_shard_key = |column: &String| {
            self.tables.iter().flatten().any(|table| table.shard_key() == Some(column.as_str()))
        };
        equal.retain(|column| !is_shard_key(column));
        let is_tested = !equal.is_empty() || bounded.is_some();
        is_tested.then(|| ResidualCost { place, run: run.clone(), equal, bounded })
    }

    /// Filters on the rows, if enough rows are loaded for them to cost.
    fn row_filters(&self) -> impl Iterator<Item = &Filter> {
        let loads_many = self.loads_many();
        self.read.row_filters.iter().filter(move |_| loads_many)
    }

    fn loads_many(&self) -> bool {
        match self.path.limit {
            Limit::None | Limit::Unbounded => true,
            Limit::Constant(rows) => rows > SMALL_LIMIT,
            Limit::Page | Limit::Unknown => false,
        }
    }
}

/// The tested columns that an index could serve together with what a run serves: more equal ones, and one range if there is none yet.
fn widened(run: &IndexRun, tested: &[Condition]) -> (Vec<String>, Option<String>) {
    let is_new = |column: &str| {
        run.equal.iter().all(|known| known != column) && run.bounded.as_deref() != Some(column)
    };
    let servable = tested.iter().filter(|condition| is_servable(condition) && is_new(&condition.column));
    let (equal, ranged): (Vec<&Condition>, Vec<&Condition>) =
        servable.partition(|condition| matches!(condition.operator, Operator::Equal | Operator::In));
    let mut columns: Vec<String> = Vec::new();
    for condition in equal {
        if columns.iter().all(|known| *known != condition.column) {
            columns.push(condition.column.to_string());
        }
    }
    let bounded =
        ranged.first().filter(|_| run.bounded.is_none()).map(|condition| condition.column.to_string());
    (columns, bounded)
}

/// Whether an index could serve a test.
fn is_servable(condition: &Condition) -> bool {
    !condition.column.contains('.') && condition.column != "_id"
}
