//! Indexes that findings propose: what the plan for the whole table says, in words.

use lunora_project::access::{Condition, Operator};
use lunora_project::index_choice;
use lunora_project::index_plan::{Demand, IndexAdvice, declared_for};
use lunora_project::schema::{Index, Table};

use crate::context::RuleContext;

/// Indexes that every table may have without declaring them, with their column.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[("by_creation_time", "_creationTime"), ("by_id", "_id")];

/// An index that a schema could declare: a new one, or one that grows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proposal {
    /// Its name: in the style of the project and free on the table, or that of the index that grows.
    pub(crate) name: String,
    /// Its columns.
    pub(crate) fields: Vec<String>,
    /// How many of them the index with that name holds already; `None` if it is new.
    pub(crate) declared: Option<usize>,
    /// What an index for this demand alone would be, for a table whose own index may not grow.
    pub(crate) alone: Option<Box<Proposal>>,
}

impl Proposal {
    /// The call that declares it.
    pub(crate) fn declaration(&self) -> String {
        format!(".index({:?}, [{}])", self.name, quoted(&self.fields))
    }

    /// What to do to the table, as an imperative without a full stop.
    pub(crate) fn words(&self, table: &str) -> String {
        match self.declared {
            None => format!("Add `{}` to `{table}`", self.declaration()),
            Some(_) => format!("Widen `{}` of `{table}` to `[{}]`", self.name, quoted(&self.fields)),
        }
    }
}

/// Columns as strings, with commas between them.
pub(crate) fn quoted(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| format!("{column:?}")).collect();
    quoted.join(", ")
}

/// An index for a demand: one that is declared, or one that should be.
pub(crate) enum Suited<'a> {
    /// It is declared.
    Declared(&'a Index),
    /// It is part of the fewest indexes that serve all reads of the table.
    Proposed(Proposal),
}

/// The index by which a demand is served.
pub(crate) fn suited<'a>(context: &RuleContext<'_>, table: &'a Table, demand: &Demand) -> Suited<'a> {
    match declared_for(table, demand) {
        Some(index) => Suited::Declared(index),
        None => Suited::Proposed(proposed(context, table, demand)),
    }
}

/// The index that a table should declare for a demand that no declared one serves.
pub(crate) fn proposed(context: &RuleContext<'_>, table: &Table, demand: &Demand) -> Proposal {
    let schema = context.schema();
    let plan = context.index_plan(table);
    let advice = plan.advice(schema, table, demand);
    let alone = advice.declared_columns.map(|_| Box::new(Proposal::from(plan.alone(schema, table, demand))));
    Proposal { alone, ..Proposal::from(advice) }
}

/// The index that serves most of the conditions.
pub(crate) fn serving<'a>(table: &'a Table, conditions: &[Condition]) -> Option<&'a Index> {
    index_choice::serving(table, conditions).map(|found| found.index)
}

/// What conditions want of an index: the equalities in the order in which they are written, then one range.
pub(crate) fn demand(table: &Table, conditions: &[Condition]) -> Demand {
    let is_equal = |condition: &&Condition| matches!(condition.operator, Operator::Equal | Operator::In);
    let (equal, ranged): (Vec<&Condition>, Vec<&Condition>) = conditions.iter().partition(is_equal);
    let equal: Vec<&str> = equal.iter().map(|condition| condition.column.as_str()).collect();
    let mut free = ranged.iter().map(|condition| condition.column.as_str());
    let bounded: Vec<&str> = free.find(|column| !equal.contains(column)).into_iter().collect();
    Demand::on(table, &equal, &bounded)
}

/// Whether all columns of an index are among the pinned ones.
pub(crate) fn is_pinned_by(columns: &[&str], pinned: &[String]) -> bool {
    !columns.is_empty() && columns.iter().all(|column| pinned.iter().any(|pinned| pinned == column))
}

impl From<IndexAdvice> for Proposal {
    fn from(advice: IndexAdvice) -> Self {
        Self { name: advice.name, fields: advice.columns, declared: advice.declared_columns, alone: None }
    }
}
