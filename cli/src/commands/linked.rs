//! Linked projects, for the commands that print what is known of them.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use lunora_check::{CheckError, paths, positions};
use lunora_project::access::Target;
use lunora_project::{Place, ProcedureId, ProcedureKind, Project};
use lunora_report::closest;
use lunora_source::{Disk, LineIndex, load};
use rayon::prelude::*;

use crate::arguments::ProjectArguments;
use crate::error::CliError;

/// A project with the line tables of its files.
#[derive(Debug)]
pub(super) struct LinkedProject {
    /// Its root, relative to the working directory.
    pub(super) root: String,
    /// What is known of it.
    pub(super) project: Arc<Project>,
    lines: Vec<OnceLock<LineIndex>>,
}

/// What `--table` and `--procedure` ask of one project.
#[derive(Clone, Debug, Default)]
pub(super) struct Focus {
    /// Only this table.
    pub(super) table: Option<String>,
    /// Only these procedures, which share a name; empty means all.
    pub(super) procedures: Vec<ProcedureId>,
}

/// Finds, reads and links the projects that the arguments name, sorted by root.
///
/// # Errors
/// If a path leads to no project, or a project cannot be read at all.
pub(super) fn link_all(arguments: &ProjectArguments) -> Result<Vec<LinkedProject>, CliError> {
    let found = arguments.find(&Disk)?;
    let working_directory = lunora_check::working_directory()?;
    found
        .par_iter()
        .map(|found| {
            let tree = load(&Disk, &found.location, &found.options).map_err(CheckError::from)?;
            let root = paths::relative(&working_directory, &found.location.root);
            Ok(LinkedProject::new(root, Arc::new(Project::link(Arc::new(tree)))))
        })
        .collect()
}

/// What is asked of each project. A project that lacks a name that another one has is left out.
///
/// # Errors
/// If no project has the table or the procedure.
pub(super) fn focus<'a>(
    projects: &'a [LinkedProject],
    table: Option<&str>,
    procedure: Option<&str>,
) -> Result<Vec<(&'a LinkedProject, Focus)>, CliError> {
    let mut has_table = table.is_none();
    let mut has_procedure = procedure.is_none();
    let mut focused = Vec::new();
    for linked in projects {
        let is_known = table.is_none_or(|table| table_names(&linked.project).contains(table));
        let procedures = procedure.map(|typed| procedures_named(&linked.project, typed));
        let is_there = procedures.as_ref().is_none_or(|found| !found.is_empty());
        has_table |= is_known;
        has_procedure |= is_there;
        if is_known && is_there {
            let focus = Focus { table: table.map(str::to_owned), procedures: procedures.unwrap_or_default() };
            focused.push((linked, focus));
        }
    }
    match (table, procedure) {
        (Some(typed), _) if !has_table => {
            let known = projects.iter().flat_map(|linked| table_names(&linked.project));
            Err(CliError::UnknownTable {
                typed: typed.to_owned(),
                closest: closest(typed, known).map(str::to_owned),
            })
        }
        (_, Some(typed)) if !has_procedure => {
            // The top level of a module is listed, but nobody means it by a name that is nearly right.
            let known = projects
                .iter()
                .flat_map(|linked| &linked.project.procedures)
                .filter(|procedure| procedure.kind != ProcedureKind::Module);
            let known = known.map(|procedure| procedure.name.as_str());
            Err(CliError::UnknownProcedure {
                typed: typed.to_owned(),
                closest: closest(typed, known).map(str::to_owned),
            })
        }
        _ => Ok(focused),
    }
}

impl LinkedProject {
    /// A project to be shown under a root.
    pub(super) fn new(root: String, project: Arc<Project>) -> Self {
        let lines = project.sources.files.iter().map(|_| OnceLock::new()).collect();
        Self { root, project, lines }
    }

    /// File, line and column of a piece of source.
    pub(super) fn location(&self, place: Place) -> (&str, positions::Place) {
        let file = self.project.file(place.file);
        let lines = self.lines[place.file.index()].get_or_init(|| LineIndex::new(&file.text));
        (&file.relative, positions::place(lines, self.project.span(place)))
    }
}

/// The tables of the schema, and those that code names although the schema lacks them.
fn table_names(project: &Project) -> BTreeSet<&str> {
    let declared = project.schema.tables.iter().map(|table| table.name.as_str());
    let read = project.reads.iter().flat_map(|read| &read.paths);
    let read = read.flat_map(|path| &path.tables).map(|table| table.name.as_str());
    let written = project.writes.iter().flat_map(|write| &write.tables);
    let written = written.map(|table| table.name.as_str());
    declared.chain(read).chain(written).collect()
}

/// The procedures with a name: `posts:list`, also as `posts.list` or `api.posts.list`.
fn procedures_named(project: &Project, typed: &str) -> Vec<ProcedureId> {
    let mut found: Vec<ProcedureId> = Vec::new();
    for (position, procedure) in project.procedures.iter().enumerate() {
        if procedure.name == typed {
            found.extend(u32::try_from(position).ok().map(ProcedureId));
        }
    }
    if found.is_empty() {
        let path = typed.strip_prefix("api.").or_else(|| typed.strip_prefix("internal.")).unwrap_or(typed);
        let target = Target::Reference {
            is_internal: false,
            path: path.split('.').map(Into::into).collect(),
            place: None,
        };
        found.extend(project.resolve_target(&target));
    }
    found
}
