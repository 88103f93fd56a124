//! What the reads and writes of a project want of the indexes of its tables.

use ecow::EcoString;
use rustc_hash::FxHashMap;

use super::wants::{Reliance, Wanted, Wants, variants};
use super::{Access, Demand, IndexPlan, IndexUser, UnreadAccess, UnreadReason, Unserved, UnservedReason};
use crate::access::{
    AccessPath, Condition, Indeterminacy, IndexUse, Limit, Operator, Range, Read, Selection, Surface, Write,
};
use crate::index_choice::index_for;
use crate::project::Project;
use crate::schema::{IndexKind, Relation, Schema, Table};

/// Of so few rows, code may tell apart and sort those that it wants.
const SMALL_LIMIT: f64 = 100.0;

/// What is known of the accesses to one table.
#[derive(Debug, Default)]
pub(super) struct TableAccesses {
    pub(super) wanted: Vec<GatheredDemand>,
    pub(super) unserved: Vec<Unserved>,
    pub(super) indeterminate: Vec<UnreadAccess>,
    /// Indexes that are named, with the reads that do.
    pub(super) named: Vec<(String, usize)>,
    /// The writes to it, by position.
    pub(super) writes: Vec<usize>,
    pub(super) is_touched: bool,
}

/// What an operation wants.
#[derive(Debug)]
pub(super) struct GatheredDemand {
    pub(super) demand: Demand,
    pub(super) user: IndexUser,
    /// Whether anything runs it. What nothing runs asks for no new index, but may not lose the one that it has.
    pub(super) is_reached: bool,
}

/// Gathers what all tables need.
pub(super) fn gather(project: &Project) -> IndexPlan<'_> {
    gather_for(project, |_| true)
}

/// Gathers what some tables need.
pub(super) fn gather_for(project: &Project, is_wanted: impl Fn(&Table) -> bool) -> IndexPlan<'_> {
    let mut gatherer = Gatherer::new(project, is_wanted);
    if !project.is_fully_read() {
        gatherer.plan.anywhere.push(UnreadAccess { place: None, reason: UnreadReason::File });
    }
    for (position, read) in project.reads.iter().enumerate() {
        gatherer.read(position, read);
    }
    for (position, write) in project.writes.iter().enumerate() {
        gatherer.write(position, write);
    }
    gatherer.finish()
}

/// Gathers what one operation after the other wants.
pub(super) struct Gatherer<'a, W> {
    schema: &'a Schema,
    is_wanted: W,
    plan: IndexPlan<'a>,
}

impl<'a, W: Fn(&Table) -> bool> Gatherer<'a, W> {
    pub(super) fn new(project: &'a Project, is_wanted: W) -> Self {
        let plan = IndexPlan { project, tables: FxHashMap::default(), anywhere: Vec::new() };
        Self { schema: &project.schema, is_wanted, plan }
    }

    pub(super) fn finish(self) -> IndexPlan<'a> {
        self.plan
    }

    pub(super) fn read(&mut self, position: usize, read: &Read) {
        for path in &read.paths {
            self.path(position, read, path);
        }
    }

    fn path(&mut self, position: usize, read: &Read, path: &AccessPath) {
        if path.unknown.contains(&Indeterminacy::Database) {
            return;
        }
        let is_planned = uses_ordered_index(path);
        if !path.is_table_known && is_planned {
            let reason = UnreadReason::Access(Indeterminacy::Table);
            push_new(&mut self.plan.anywhere, UnreadAccess { place: Some(read.place), reason });
        }
        let schema = self.schema;
        let user = IndexUser { access: Access::Read(position), place: read.place, relation: None };
        let user = User { user, is_reached: !read.reached_from.is_empty() };
        for table in path.tables.iter().filter_map(|name| schema.table(&name.name)) {
            if let Some(accesses) = self.of(table) {
                accesses.is_touched = true;
                if is_planned {
                    accesses.path(table, (position, read), path, &user);
                }
            }
            for relation in &path.relations {
                self.relation(table, &relation.name, &user);
            }
        }
    }

    /// Follows a path of relations from a table, and asks for the rows to which the last one leads.
    fn relation(&mut self, holder: &'a Table, path: &str, user: &User) {
        let mut holder = holder;
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            let relation = holder.relations.iter().find(|relation| relation.name == step);
            let Some((relation, target)) = relation.and_then(|relation| self.target(relation)) else {
                return;
            };
            if steps.peek().is_none()
                && let Some(column) = lookup_column(relation)
            {
                let relation = Some(format!("{}.{step}", holder.name));
                if let Some(accesses) = self.of(target) {
                    let user = User { user: IndexUser { relation, ..user.user.clone() }, ..*user };
                    let mut wants = Wants::of(target);
                    wants.compare(column, Operator::In);
                    accesses.want(wants, &user);
                }
            }
            holder = target;
        }
    }

    fn target<'r>(&self, relation: &'r Relation) -> Option<(&'r Relation, &'a Table)> {
        let (name, _) = relation.target.as_ref()?;
        Some((relation, self.schema.table(name)?))
    }

    pub(super) fn write(&mut self, position: usize, write: &Write) {
        let is_bulk = write.selection.is_present;
        if (is_bulk || write.is_upsert()) && !write.is_table_known && write.is_database_certain {
            let reason = UnreadReason::Access(Indeterminacy::Table);
            push_new(&mut self.plan.anywhere, UnreadAccess { place: Some(write.place), reason });
        }
        let schema = self.schema;
        let user = IndexUser { access: Access::Write(position), place: write.place, relation: None };
        let user = User { user, is_reached: !write.reached_from.is_empty() };
        for table in write.tables.iter().filter_map(|name| schema.table(&name.name)) {
            let Some(accesses) = self.of(table) else { continue };
            accesses.is_touched = true;
            accesses.writes.push(position);
            if let Some(columns) = &write.target {
                let mut wants = Wants::of(table);
                columns.iter().for_each(|column| wants.compare(&column.name, Operator::Equal));
                accesses.want(wants, &user);
            } else if write.is_upsert() {
                accesses.unread(&user, UnreadReason::Upsert);
            } else if is_bulk && write.selection.is_open {
                accesses.unread(&user, UnreadReason::OpenWhere);
            } else if is_bulk {
                accesses.select(table, &write.selection, &[], &RowUses::default(), &user);
            }
        }
    }

    fn of(&mut self, table: &'a Table) -> Option<&mut TableAccesses> {
        (self.is_wanted)(table).then(|| self.plan.tables.entry(&table.name).or_default())
    }
}

/// Who asks.
#[derive(Clone)]
struct User {
    user: IndexUser,
    is_reached: bool,
}

impl TableAccesses {
    fn unread(&mut self, user: &User, reason: UnreadReason) {
        push_new(&mut self.indeterminate, UnreadAccess { place: Some(user.user.place), reason });
    }

    fn want(&mut self, wants: Wants<'_>, user: &User) {
        let Wanted { demand, unserved } = wants.wanted();
        if let Some(demand) = demand {
            // One operation wants all that it wants before the next one comes.
            let mut own = self.wanted.iter().rev().take_while(|known| known.user.access == user.user.access);
            let is_known = own.any(|known| known.user == user.user && known.demand == demand);
            if !is_known {
                let is_reached = user.is_reached;
                self.wanted.push(GatheredDemand { demand, user: user.user.clone(), is_reached });
            }
        }
        for (columns, reason) in unserved {
            self.refuse(columns, reason, user);
        }
    }

    fn refuse(&mut self, columns: Vec<String>, reason: UnservedReason, user: &User) {
        if user.is_reached {
            push_new(&mut self.unserved, Unserved { user: user.user.clone(), columns, reason });
        }
    }

    fn path(&mut self, table: &Table, (position, read): (usize, &Read), path: &AccessPath, user: &User) {
        if let Some((name, _)) = path.index.as_ref().and_then(|used| used.name.as_ref()) {
            push_new(&mut self.named, (name.to_string(), position));
        }
        match unread_reason(path) {
            Some(reason) => self.unread(user, reason),
            None => self.read(table, read, path, user),
        }
    }

    fn read(&mut self, table: &Table, read: &Read, path: &AccessPath, user: &User) {
        match (&path.index, path.surface) {
            (Some(used), _) => match index_columns(table, used) {
                Some(columns) => self.indexed(table, read, path, used, &columns, user),
                None => self.refuse(bounded_columns(used), UnservedReason::MissingIndex, user),
            },
            (None, Surface::Fluent) => {
                self.fluent(read, path, ordered(Wants::of(table), path, &[], true), user);
            }
            (None, _) => {
                let choice = index_for(table, path);
                // An aggregate index holds the answer.
                if !choice.matches().iter().any(|found| found.index.kind == IndexKind::Aggregate) {
                    let order: Vec<&str> = path.order_by.iter().map(|field| field.name.as_str()).collect();
                    self.select(table, &path.selection, &order, &RowUses::of(read, path), user);
                }
            }
        }
    }

    fn indexed(
        &mut self,
        table: &Table,
        read: &Read,
        path: &AccessPath,
        used: &IndexUse,
        columns: &[&str],
        user: &User,
    ) {
        let bounds = match &used.range {
            Range::Known(bounds) => bounds.as_slice(),
            Range::Absent | Range::Indeterminate => &[],
        };
        let mut wants = Wants::of(table);
        let mut pinned: Vec<&str> = Vec::new();
        for bound in bounds {
            let Some(column) = &bound.column else { continue };
            wants.compare(&column.name, bound.operator);
            if bound.operator == Operator::Equal {
                pinned.push(&column.name);
            }
        }
        let leading = columns.iter().take_while(|column| pinned.contains(column)).count();
        let rest = columns.get(leading..).unwrap_or_default();
        let is_run = leading == pinned.len();
        let is_walk = bounds.is_empty() && !path.filters.is_empty();
        // Who skips columns, or names no range and filters what comes, has hardly chosen the order of the index.
        let has_chosen = is_run && !is_walk;
        self.fluent(read, path, ordered(wants, path, rest, has_chosen), user);
    }

    fn fluent(&mut self, read: &Read, path: &AccessPath, wants: Wants<'_>, user: &User) {
        let uses = RowUses::of(read, path);
        let tested: Vec<Condition> =
            path.filters.iter().flat_map(|filter| &filter.conditions).cloned().collect();
        for conditions in variants(&tested) {
            let wants = wants.clone().conditions(conditions);
            if !path.filters.is_empty() && wants.finds_nothing() {
                self.refuse(Vec::new(), UnservedReason::Test, user);
            }
            self.rows(&wants, &uses, user);
        }
    }

    /// A `where`, and what becomes of its rows.
    fn select(
        &mut self,
        table: &Table,
        selection: &Selection,
        order: &[&str],
        uses: &RowUses<'_>,
        user: &User,
    ) {
        let wants = Wants::of(table);
        if let (true, Some(alternatives)) = (selection.conditions.is_empty(), selection.alternatives.first())
        {
            for conditions in alternatives {
                self.want(wants.clone().conditions(conditions), user);
            }
            if !order.is_empty() {
                let order = order.iter().map(|column| (*column).to_owned()).collect();
                self.refuse(order, UnservedReason::SortAcrossValues, user);
            }
            return;
        }
        for conditions in variants(&selection.conditions) {
            let is_tested = !conditions.is_empty() || selection.has_residual;
            let wants = wants.clone().conditions(conditions).sorted(order.iter().copied());
            if is_tested && wants.finds_nothing() {
                self.refuse(Vec::new(), UnservedReason::Test, user);
            }
            self.rows(&wants, uses, user);
        }
    }

    fn rows(&mut self, wants: &Wants<'_>, uses: &RowUses<'_>, user: &User) {
        let sorted = match uses.sort {
            Some(columns) if !wants.is_sorted() => {
                wants.clone().sorted(columns.iter().map(EcoString::as_str))
            }
            _ => wants.clone(),
        };
        for conditions in uses.filters.iter().flat_map(|conditions| variants(conditions)) {
            self.want(sorted.clone().conditions(conditions), user);
        }
        // Rows that are filtered may be wanted for something else, too.
        self.want(if uses.filters.is_empty() { sorted } else { wants.clone() }, user);
    }
}

/// A fluent read whose rows come in the order of these columns.
fn ordered<'t>(wants: Wants<'t>, path: &AccessPath, columns: &[&str], has_chosen: bool) -> Wants<'t> {
    let columns = columns.iter().copied();
    match path.method.as_str() {
        _ if path.is_ordered => wants.in_order_of(columns, Reliance::Certain),
        "unique" => wants,
        _ if !has_chosen => wants,
        _ if path.limit != Limit::None => wants.in_order_of(columns, Reliance::Certain),
        _ => wants.in_order_of(columns, Reliance::Likely),
    }
}

/// What code does with the rows after they were read, if enough of them are loaded for that to cost.
#[derive(Default)]
struct RowUses<'a> {
    filters: Vec<&'a [Condition]>,
    sort: Option<&'a [EcoString]>,
}

impl<'a> RowUses<'a> {
    fn of(read: &'a Read, path: &AccessPath) -> Self {
        let loads_many = match path.limit {
            Limit::None | Limit::Unbounded => true,
            Limit::Constant(rows) => rows > SMALL_LIMIT,
            Limit::Page | Limit::Unknown => false,
        };
        if !loads_many {
            return Self::default();
        }
        let filters = read.row_filters.iter().map(|filter| filter.conditions.as_slice());
        Self {
            filters: filters.filter(|conditions| !conditions.is_empty()).collect(),
            sort: read.row_sorts.iter().find_map(|sort| sort.columns.as_deref()),
        }
    }
}

/// Why it can't be told which index a read uses. Lookups by id and searches use none of those that are planned.
fn unread_reason(path: &AccessPath) -> Option<UnreadReason> {
    let is_unread = |reason: &&Indeterminacy| {
        use Indeterminacy::{Arguments, IndexName, Range, Table};
        matches!(reason, Table | IndexName | Range | Arguments)
    };
    match path.method.as_str() {
        "related" => Some(UnreadReason::Related),
        _ => match path.unknown.iter().find(is_unread) {
            Some(reason) => Some(UnreadReason::Access(*reason)),
            None => path.selection.is_open.then_some(UnreadReason::OpenWhere),
        },
    }
}

/// Whether a read can find its rows by an index that is planned here.
fn uses_ordered_index(path: &AccessPath) -> bool {
    let is_ordered = path.index.as_ref().is_none_or(|used| used.kind == IndexKind::Secondary);
    is_ordered && !matches!(path.method.as_str(), "get" | "rank" | "rankPage" | "normalizeId" | "asId")
}

/// The columns of the index that a read names; none for one that every table has. `None` if the table lacks it.
fn index_columns<'t>(table: &'t Table, used: &IndexUse) -> Option<Vec<&'t str>> {
    let (name, _) = used.name.as_ref()?;
    match table.index(name).filter(|index| index.kind == used.kind) {
        Some(index) => Some(index.fields.iter().map(|field| field.name.as_str()).collect()),
        None => matches!(name.as_str(), "by_creation_time" | "by_id").then(Vec::new),
    }
}

fn bounded_columns(used: &IndexUse) -> Vec<String> {
    match &used.range {
        Range::Known(bounds) => {
            bounds.iter().filter_map(|bound| Some(bound.column.as_ref()?.name.to_string())).collect()
        }
        Range::Absent | Range::Indeterminate => Vec::new(),
    }
}

/// The column by which the rows are found to which a relation leads; none if they are found by id.
fn lookup_column(relation: &Relation) -> Option<&str> {
    let named = if relation.is_many { &relation.field } else { &relation.references };
    named.as_ref().map(|(column, _)| column.as_str())
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
