//! Commands: what lenses, code actions and editors ask the server to do or to show.

use std::str::FromStr;
use std::time::Duration;

use lunora_check::rules;
use lunora_report::Finding;
use lunora_source::FileSystem;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    ApplyWorkspaceEditParams, ExecuteCommandParams, Location, MessageType, Position, Range,
    ShowDocumentParams, Uri,
};

use crate::actions::Ticket;
use crate::features::usage;
use crate::outbox::Notice;
use crate::snapshot::{FileView, ProjectView, Snapshot};

/// Applies what a code action would do.
pub(crate) const APPLY: &str = "lunora-advisor.apply";
/// Opens the page of a rule.
pub(crate) const OPEN_RULE: &str = "lunora-advisor.openRule";
const STATUS: &str = "lunora-advisor.status";
const GRAPH: &str = "lunora-advisor.graph";
/// Shows the accesses to a table.
pub(crate) const ACCESS_PATHS: &str = "lunora-advisor.accessPaths";
/// Gives the places that the lens of an index or a procedure counts.
const PLACES: &str = "lunora-advisor.places";
const VERIFY: &str = "lunora-advisor.verify";

/// What the command line can print of a project, and an editor can show too.
#[derive(Clone, Copy, Debug)]
pub struct Printers {
    /// The graph of a project, as a value of the JSON format.
    pub graph: fn(&ProjectView) -> Value,
    /// The accesses to a table, or to all tables, for people.
    pub access_paths: fn(&ProjectView, Option<&str>) -> String,
    /// What running the code says of each of some findings, in one line. The files are those that the project was read from.
    pub verify: fn(&dyn FileSystem, &ProjectView, &[&Finding]) -> Vec<String>,
}

/// What a command gives: something to show, and what else is to be said to the client.
#[derive(Debug, Default)]
pub(crate) struct Executed {
    pub(crate) value: Option<Value>,
    pub(crate) notices: Vec<Notice>,
}

/// Every command.
pub(crate) fn names() -> Vec<String> {
    [APPLY, OPEN_RULE, STATUS, GRAPH, ACCESS_PATHS, PLACES, VERIFY].map(str::to_owned).to_vec()
}

/// Does what a command says.
///
/// # Errors
/// If there is no such command, or its arguments make no sense.
pub(crate) fn execute(
    snapshot: &Snapshot,
    printers: &Printers,
    parameters: ExecuteCommandParams,
) -> Result<Executed> {
    let argument = parameters.arguments.into_iter().next().unwrap_or_default();
    match parameters.command.as_str() {
        APPLY => apply(snapshot, read(argument)?),
        OPEN_RULE => open_rule(snapshot, &read::<String>(argument)?),
        STATUS => Ok(text("Lunora Advisor status", status(snapshot))),
        GRAPH => Ok(Executed { value: Some(graph(snapshot, printers)), notices: Vec::new() }),
        ACCESS_PATHS => access_paths(snapshot, printers, &read(argument)?),
        PLACES => places(snapshot, &read(argument)?),
        VERIFY => verify(snapshot, printers, &read(argument)?),
        other => Err(Error::invalid_params(format!("there is no command `{other}`"))),
    }
}

/// A place in a file, as editors say where the cursor is; a lens names the table and the index itself.
#[derive(Deserialize)]
struct Place {
    uri: Uri,
    position: Option<Position>,
    table: Option<String>,
    index: Option<String>,
}

fn read<T: serde::de::DeserializeOwned>(argument: Value) -> Result<T> {
    serde_json::from_value(argument).map_err(|error| Error::invalid_params(error.to_string()))
}

/// Something for people to read.
fn text(title: impl Into<String>, text: String) -> Executed {
    Executed { value: Some(json!({ "title": title.into(), "text": text })), notices: Vec::new() }
}

fn apply(snapshot: &Snapshot, ticket: Ticket) -> Result<Executed> {
    let edit = ticket.edit(snapshot)?;
    let apply =
        |edit| Notice::Apply(ApplyWorkspaceEditParams { label: Some("Lunora Advisor".to_owned()), edit });
    Ok(Executed { value: None, notices: edit.map(apply).into_iter().collect() })
}

fn open_rule(snapshot: &Snapshot, name: &str) -> Result<Executed> {
    let rule = rules().into_iter().find(|rule| rule.name == name);
    let rule = rule.ok_or_else(|| Error::invalid_params(format!("there is no rule `{name}`")))?;
    let url = rule.docs_url();
    let uri = Uri::from_str(&url).ok().filter(|_| snapshot.client.shows_documents);
    let notice = match uri {
        Some(uri) => Notice::Open(ShowDocumentParams {
            uri,
            external: Some(true),
            take_focus: Some(true),
            selection: None,
        }),
        None => Notice::Show(MessageType::INFO, url),
    };
    Ok(Executed { value: None, notices: vec![notice] })
}

fn graph(snapshot: &Snapshot, printers: &Printers) -> Value {
    let projects = snapshot.projects.iter().map(|view| {
        let mut project = (printers.graph)(view);
        if let Some(uri) = snapshot.uri(&view.found.location.root) {
            project["rootUri"] = json!(uri);
        }
        project
    });
    json!({ "version": 1, "projects": projects.collect::<Vec<_>>() })
}

fn access_paths(snapshot: &Snapshot, printers: &Printers, place: &Place) -> Result<Executed> {
    let file = file_of(snapshot, place)?;
    let at_cursor = || table_at(file, file.offset(place.position?));
    let table = place.table.clone().or_else(at_cursor);
    let title =
        table.as_ref().map_or_else(|| "Access paths".to_owned(), |table| format!("Access paths of {table}"));
    Ok(text(title, (printers.access_paths)(file.view, table.as_deref())))
}

fn places(snapshot: &Snapshot, place: &Place) -> Result<Executed> {
    let file = file_of(snapshot, place)?;
    let found = match (&place.table, &place.index, place.position) {
        (Some(table), Some(index), _) => usage::places_of_index(file, table, index),
        (_, _, Some(position)) => usage::places_of_procedure(file, file.offset(position)),
        _ => Vec::new(),
    };
    let locations: Vec<Location> = found.into_iter().filter_map(|place| file.place(place)).collect();
    Ok(Executed { value: Some(json!(locations)), notices: Vec::new() })
}

fn file_of<'a>(snapshot: &'a Snapshot, place: &Place) -> Result<FileView<'a>> {
    let file = snapshot.file(&place.uri);
    file.ok_or_else(|| Error::invalid_params("this file is part of no Lunora project"))
}

/// What running the code says of the findings on a line, or of all of the file if there are none.
fn verify(snapshot: &Snapshot, printers: &Printers, place: &Place) -> Result<Executed> {
    let file = file_of(snapshot, place)?;
    let in_file: Vec<(Range, &Finding)> = file
        .view
        .shown()
        .map(|reported| &*reported.finding)
        .filter(|finding| finding.primary.file == file.id)
        .map(|finding| (file.range(finding.primary.span), finding))
        .collect();
    let line = place.position.map(|position| position.line);
    let is_here = |(range, _): &&(Range, &Finding)| {
        line.is_some_and(|line| range.start.line <= line && line <= range.end.line)
    };
    let here: Vec<(Range, &Finding)> = in_file.iter().filter(is_here).copied().collect();
    let chosen = if here.is_empty() { in_file } else { here };
    let findings: Vec<&Finding> = chosen.iter().map(|(_, finding)| *finding).collect();
    let evidence = (printers.verify)(&snapshot.file_system(), file.view, &findings);
    let mut shown = String::new();
    for ((range, finding), evidence) in chosen.iter().zip(evidence) {
        let (line, column) = (range.start.line + 1, range.start.character + 1);
        shown.push_str(&format!("{line}:{column} {}: {}\n  {evidence}\n", finding.rule.name, finding.detail));
    }
    if shown.is_empty() {
        shown.push_str("There is no finding in this file.\n");
    }
    Ok(text("Verified by running the code", shown))
}

/// The table that is declared, read or written at a place.
fn table_at(file: FileView<'_>, offset: u32) -> Option<String> {
    let project = file.project();
    let is_here = |place: lunora_project::Place| {
        let span = project.span(place);
        place.file == file.id && span.start <= offset && offset <= span.end
    };
    let declared = project.schema.tables.iter().find(|table| is_here(table.place));
    let read = || {
        let reads = project.reads.iter().filter(|read| is_here(read.place));
        reads
            .flat_map(|read| &read.paths)
            .find_map(|path| path.tables.first())
            .map(|table| table.name.to_string())
    };
    let written = || {
        let writes = project.writes.iter().filter(|write| is_here(write.place));
        writes.flat_map(|write| &write.tables).next().map(|table| table.name.to_string())
    };
    declared.map(|table| table.name.clone()).or_else(read).or_else(written)
}

/// What the server knows, for people.
fn status(snapshot: &Snapshot) -> String {
    let mut text = format!("lunora-advisor {}\n", env!("CARGO_PKG_VERSION"));
    text.push_str(&format!("open documents: {}\n", snapshot.documents.iter().count()));
    text.push_str(&format!("last pass: {}\n", milliseconds(snapshot.cost)));
    if snapshot.projects.is_empty() {
        text.push_str("\nNo Lunora project: none of the folders holds `lunora/schema.ts`, there or below.\n");
    }
    for view in &snapshot.projects {
        let analysis = &view.judged.analysis;
        let files = &analysis.tree().files;
        text.push_str(&format!("\n{}\n", view.found.location.root.display()));
        text.push_str(&format!("  files: {}\n", files.len()));
        text.push_str(&format!("  tables: {}\n", view.project().schema.tables.len()));
        text.push_str(&format!("  procedures: {}\n", analysis.procedures()));
        text.push_str(&format!("  findings: {}\n", view.shown().count()));
        text.push_str(&format!("  indeterminate: {}\n", analysis.indeterminate.len()));
        let broken = files.iter().filter(|file| file.is_unreadable || !file.facts.errors.is_empty());
        for file in broken {
            text.push_str(&format!("  could not be read in full: {}\n", file.relative));
        }
        if let Some(config) = view.found.settings.file() {
            text.push_str(&format!("  configuration: {}\n", config.display()));
        }
        for (phase, time) in &analysis.phases {
            text.push_str(&format!("  {phase}: {}\n", milliseconds(*time)));
        }
    }
    text
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}
