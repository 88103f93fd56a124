//! `lunora-advisor paths`: every access to the database, with the calls that lead there.

mod access;
mod gather;
mod pretty;
#[cfg(test)]
mod tests;

use serde::Serialize;

use self::access::{Access, AccessKind};
use self::gather::{Accesses, gather};
use super::linked::{self, Focus, LinkedProject};
use crate::arguments::{ListFormat, PathsArguments};
use crate::error::CliError;
use crate::output::Outcome;

/// Prints the accesses of the projects that the arguments name.
pub(crate) fn run(arguments: &PathsArguments) -> Result<Outcome, CliError> {
    let projects = linked::link_all(&arguments.project)?;
    let focused = linked::focus(&projects, arguments.table.as_deref(), arguments.procedure.as_deref())?;
    let parts: Vec<Part<'_>> = focused
        .into_iter()
        .map(|(linked, focus)| Part { accesses: gather(linked, &focus), linked, focus })
        .collect();
    match arguments.format {
        ListFormat::Pretty => Ok(Outcome::text(pretty::render(&parts, projects.len() > 1))),
        ListFormat::Json => super::json(&document(&parts)),
    }
}

/// The accesses of one project, for people.
pub(super) fn project_text(linked: &LinkedProject, focus: Focus) -> String {
    let part = Part { accesses: gather(linked, &focus), linked, focus };
    pretty::render(&[part], false)
}

/// A project and what is shown of it.
struct Part<'a> {
    linked: &'a LinkedProject,
    focus: Focus,
    accesses: Accesses,
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    projects: Vec<ProjectPart<'a>>,
}

#[derive(Serialize)]
struct ProjectPart<'a> {
    root: &'a str,
    summary: Summary,
    accesses: &'a [Access],
    indeterminate: &'a [Access],
}

/// How many accesses are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
struct Summary {
    reads: usize,
    writes: usize,
    /// Reads that look at every row.
    scans: usize,
    indeterminate: usize,
}

fn document<'a>(parts: &'a [Part<'a>]) -> Document<'a> {
    let project = |part: &'a Part<'a>| ProjectPart {
        root: &part.linked.root,
        summary: summary(&part.accesses),
        accesses: &part.accesses.known,
        indeterminate: &part.accesses.indeterminate,
    };
    Document { version: 1, projects: parts.iter().map(project).collect() }
}

fn summary(accesses: &Accesses) -> Summary {
    let of_kind = |kind| accesses.known.iter().filter(move |access| access.kind == kind);
    let is_scan = |access: &&Access| access.index.as_ref().is_some_and(|index| index.everything);
    Summary {
        reads: of_kind(AccessKind::Read).count(),
        writes: of_kind(AccessKind::Write).count(),
        scans: of_kind(AccessKind::Read).filter(is_scan).count(),
        indeterminate: accesses.indeterminate.len(),
    }
}
