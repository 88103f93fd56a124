//! From the declared indexes of each table to those of its plan, one step after the other.

use lunora_project::Project;
use lunora_project::index_plan::{DroppedIndex, PlannedIndex, TablePlan};
use lunora_project::schema::{Index, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};

use crate::context::RuleContext;
use crate::fixes::{add_or_widen, remove_index, remove_unused};
use crate::indexes::Proposal;
use crate::memory::Memory;
use crate::settings::RuleSettings;

/// What steps call themselves. No rule of the registry: they are asked for, not reported.
static INDEX_PLAN: RuleMetadata = RuleMetadata {
    name: "index_plan",
    title: "Step of the index plan",
    // A step may leave what is of less weight than itself.
    level: Level::Warn,
    categories: &[Category::Performance],
    facing: Facing::Internal,
    description: "The fewest indexes that serve all reads of a table are not those that it declares.",
    docs: "",
    fix: FixAvailability::Sometimes,
};

/// The steps that are left between the declared indexes and the planned ones, for one table or for all tables of the project itself. A
/// step that cannot be taken yet, or not by editing text, has no fix.
#[must_use]
pub fn index_steps(project: &Project, table: Option<&str>) -> Vec<Finding> {
    let settings = RuleSettings::default();
    let mut memory = Memory::default();
    memory.update(project, &settings);
    let context = RuleContext::new(project, &settings, &memory);
    let is_meant = |declared: &&Table| match table {
        Some(name) => declared.name == name,
        None => declared.extension.is_none(),
    };
    let tables = project.schema.tables.iter().filter(is_meant);
    tables.flat_map(|table| steps(&context, table, &context.index_plan(table))).collect()
}

fn steps(context: &RuleContext<'_>, table: &Table, plan: &TablePlan) -> Vec<Finding> {
    let new = plan.add.iter().chain(&plan.widen).map(|index| {
        let fixes = proposal(index).map(|proposal| add_or_widen(context, table, &proposal));
        let verb = if index.declared.is_some() { "widen" } else { "add" };
        Finding { fixes: fixes.unwrap_or_default(), ..step(context, table, verb, index) }
    });
    let gone = plan.drop.iter().map(|dropped| {
        let fix = removal(context, table, dropped);
        Finding { fixes: fix.into_iter().collect(), ..step(context, table, "drop", &dropped.index) }
    });
    new.chain(gone).collect()
}

fn step(context: &RuleContext<'_>, table: &Table, verb: &str, index: &PlannedIndex) -> Finding {
    let name = index.name.as_deref().unwrap_or_default();
    Finding::new(&INDEX_PLAN, context.location(table.place), format!("{}|{verb}|{name}", table.name))
}

fn proposal(index: &PlannedIndex) -> Option<Proposal> {
    Some(Proposal {
        name: index.name.clone()?,
        fields: index.columns.clone(),
        declared: index.declared.map(|_| index.declared_columns),
        alone: None,
    })
}

fn removal(context: &RuleContext<'_>, table: &Table, dropped: &DroppedIndex) -> Option<lunora_report::Fix> {
    let index = declared(table, &dropped.index)?;
    match &dropped.covered_by {
        None => remove_unused(context, table, index),
        // Before an index goes, the one that takes its place has to be there.
        Some(covering) if covering.declared_columns < covering.columns.len() => None,
        Some(covering) => remove_index(context, table, index, Some(declared(table, covering)?)),
    }
}

fn declared<'a>(table: &'a Table, index: &PlannedIndex) -> Option<&'a Index> {
    table.indexes.get(index.declared?)
}
