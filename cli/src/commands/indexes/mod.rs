//! `lunora-advisor indexes`: for each table, the fewest indexes that serve all of its reads.

mod change;
mod parts;
mod pretty;
#[cfg(test)]
mod tests;

use serde::Serialize;

use self::parts::{Action, TablePart, table_part};
use super::linked::{self, LinkedProject};
use crate::arguments::{IndexesArguments, ListFormat};
use crate::error::CliError;
use crate::output::Outcome;

/// Prints the index plans of the projects that the arguments name.
pub(crate) fn run(arguments: &IndexesArguments) -> Result<Outcome, CliError> {
    let projects = linked::link_all(&arguments.project)?;
    let table = arguments.table.as_deref();
    linked::focus(&projects, table, None)?;
    if arguments.diff {
        return change::diff(arguments);
    }
    if arguments.fix {
        let done = change::fix(arguments)?;
        let printed = print(arguments, &linked::link_all(&arguments.project)?)?;
        return Ok(Outcome { stderr: done, ..printed });
    }
    print(arguments, &projects)
}

fn print(arguments: &IndexesArguments, projects: &[LinkedProject]) -> Result<Outcome, CliError> {
    let table = arguments.table.as_deref();
    let focused = linked::focus(projects, table, None)?;
    let parts: Vec<ProjectPart<'_>> =
        focused.into_iter().map(|(linked, _)| project_part(linked, table)).collect();
    match arguments.format {
        ListFormat::Pretty => Ok(Outcome::text(pretty::render(&parts, projects.len() > 1))),
        ListFormat::Json => super::json(&Document { version: 1, projects: parts }),
    }
}

/// The plans of all projects, version 1 of the JSON format.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    projects: Vec<ProjectPart<'a>>,
}

#[derive(Serialize)]
struct ProjectPart<'a> {
    root: &'a str,
    summary: Summary,
    tables: Vec<TablePart>,
}

/// How many indexes there are of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
struct Summary {
    keep: usize,
    widen: usize,
    add: usize,
    drop: usize,
    /// Operations that ask for something that no index gives.
    unserved: usize,
    /// Tables of which it can't be told which indexes are needed.
    indeterminate: usize,
}

/// The plans of a project's own tables, or of the one that is asked for. The tables of extensions are not the project's to change.
fn project_part<'a>(linked: &'a LinkedProject, wanted: Option<&str>) -> ProjectPart<'a> {
    let plans = lunora_project::index_plan::IndexPlan::new(&linked.project);
    let is_shown = |table: &&lunora_project::schema::Table| match wanted {
        Some(wanted) => table.name == wanted,
        None => table.extension.is_none(),
    };
    let tables = linked.project.schema.tables.iter().filter(is_shown);
    let tables: Vec<TablePart> = tables.map(|table| table_part(linked, table, &plans.table(table))).collect();
    ProjectPart { root: &linked.root, summary: summary(&tables), tables }
}

fn summary(tables: &[TablePart]) -> Summary {
    let count = |action| {
        let indexes = tables.iter().flat_map(|table| &table.indexes);
        indexes.filter(|index| index.action == action).count()
    };
    Summary {
        keep: count(Action::Keep),
        widen: count(Action::Widen),
        add: count(Action::Add),
        drop: count(Action::Drop),
        unserved: tables.iter().map(|table| table.unserved.len()).sum(),
        indeterminate: tables.iter().filter(|table| !table.indeterminate.is_empty()).count(),
    }
}
