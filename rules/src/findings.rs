//! The parts that findings about reads and writes share: who runs the code, how the call gets there, what the metadata holds.

use lunora_project::access::{Dispatch, FunctionName, Reach, Read, Write};
use lunora_project::schema::{Index, Table};
use lunora_project::{Place, Procedure};
use lunora_report::{Finding, Level, Related, RuleMetadata};
use serde_json::{Value, json};

use crate::context::RuleContext;
use crate::words;

/// An operation that findings speak of.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub(crate) place: Place,
    pub(crate) reached_from: &'a [Reach],
    pub(crate) function: &'a FunctionName,
}

impl<'a> From<&'a Read> for Operation<'a> {
    fn from(read: &'a Read) -> Self {
        Self { place: read.place, reached_from: &read.reached_from, function: &read.function }
    }
}

impl<'a> From<&'a Write> for Operation<'a> {
    fn from(write: &'a Write) -> Self {
        Self { place: write.place, reached_from: &write.reached_from, function: &write.function }
    }
}

impl<'a> From<&'a Dispatch> for Operation<'a> {
    fn from(dispatch: &'a Dispatch) -> Self {
        Self { place: dispatch.place, reached_from: &dispatch.reached_from, function: &dispatch.function }
    }
}

/// A finding about an operation: at a place, with its scope, the way there and the metadata that all of them have. `subject` says what
/// it is about, without lines.
pub(crate) fn operation_finding(
    context: &RuleContext<'_>,
    rule: &'static RuleMetadata,
    operation: Operation<'_>,
    place: Place,
    subject: &str,
) -> Finding {
    let location = context.location(place);
    let mut finding = Finding::new(rule, location, String::new());
    scope(context, operation, &mut finding);
    let function = finding.export_name.as_ref().or(finding.helper.as_ref());
    finding.anchor = format!("{}|{subject}", function.map_or("", String::as_str));
    finding.related = call_path(context, operation);
    let file = context.relative(location.file);
    set(&mut finding, "file", json!(file));
    set(&mut finding, "line", json!(context.line(location)));
    if let Some(export) = finding.export_name.clone() {
        set(&mut finding, "exportName", json!(export));
    }
    if let Some(helper) = finding.helper.clone() {
        set(&mut finding, "helper", json!(helper));
    }
    if !finding.callers.is_empty() {
        let callers = finding.callers.clone();
        set(&mut finding, "callers", json!(callers));
    }
    finding
}

/// A finding about a declaration such as a shape or a mutator: at a part of it, or at its name. `subject` says what it is about.
pub(crate) fn declaration_finding(
    context: &RuleContext<'_>,
    rule: &'static RuleMetadata,
    procedure: &Procedure,
    place: Option<Place>,
    subject: &str,
) -> Finding {
    let location = context.location(place.unwrap_or(procedure.place));
    let mut finding = Finding::new(rule, location, format!("{}|{subject}", procedure.name));
    finding.export_name = procedure.export_name.as_ref().map(ToString::to_string);
    set(&mut finding, "file", json!(context.relative(location.file)));
    set(&mut finding, "line", json!(context.line(location)));
    if let Some(export) = &procedure.export_name {
        set(&mut finding, "exportName", json!(export));
    }
    finding
}

/// The ways to an operation that begin in procedures of some kind.
pub(crate) fn reached_by(
    context: &RuleContext<'_>,
    reached_from: &[Reach],
    is_meant: impl Fn(&Procedure) -> bool,
) -> Vec<Reach> {
    let meant = |reach: &&Reach| is_meant(context.project.procedure(reach.procedure));
    reached_from.iter().filter(meant).cloned().collect()
}

/// Adds what findings about scans have: the tables, where they live, the level that follows.
pub(crate) fn scan(context: &RuleContext<'_>, finding: &mut Finding, tables: &[String], level: Level) {
    finding.level = context.scan_level(tables, level);
    if let Some(first) = tables.first() {
        set(finding, "table", json!(first));
        set(finding, "shardKind", json!(context.shard_kind(first)));
    }
    if tables.len() > 1 {
        set(finding, "tables", json!(tables));
    }
}

/// Sets a key of the metadata.
pub(crate) fn set(finding: &mut Finding, key: &str, value: Value) {
    finding.metadata.insert(key.to_owned(), value);
}

/// Points at a table in the schema.
pub(crate) fn relate_table(context: &RuleContext<'_>, finding: &mut Finding, table: &Table, message: String) {
    if !table.is_opaque {
        finding.related.insert(0, Related { location: context.location(table.place), message });
    }
}

/// Points at an index in the schema.
pub(crate) fn relate_index(context: &RuleContext<'_>, finding: &mut Finding, index: &Index, message: String) {
    finding.related.insert(0, Related { location: context.location(index.place), message });
}

/// The columns of an index.
pub(crate) fn columns(index: &Index) -> Vec<String> {
    index.fields.iter().map(|field| field.name.clone()).collect()
}

/// Who runs an operation: the export that holds it, or the helper and the procedures that reach it.
fn scope(context: &RuleContext<'_>, operation: Operation<'_>, finding: &mut Finding) {
    let procedure = |reach: &Reach| context.project.procedure(reach.procedure);
    let mut own = operation.reached_from.iter().filter(|reach| reach.calls.is_empty());
    if let ([only], Some(_)) = (operation.reached_from, own.clone().next()) {
        finding.export_name = Some(name_in_file(procedure(only)));
        return;
    }
    if let Some(reach) = own.next()
        && operation.function.name.is_none()
    {
        finding.export_name = Some(name_in_file(procedure(reach)));
    } else {
        finding.helper = operation.function.name.as_deref().map(str::to_owned);
    }
    let mut callers: Vec<String> =
        operation.reached_from.iter().map(|reach| procedure(reach).name.to_string()).collect();
    callers.sort_unstable();
    callers.dedup();
    finding.callers = callers;
}

fn name_in_file(procedure: &Procedure) -> String {
    procedure.export_name.as_ref().unwrap_or(&procedure.name).to_string()
}

/// The calls that lead from the procedure that pays most to the operation.
fn call_path(context: &RuleContext<'_>, operation: Operation<'_>) -> Vec<Related> {
    let Some((reach, procedure)) = words::payer(context, operation.reached_from) else {
        return Vec::new();
    };
    let mut caller: std::sync::Arc<str> = std::sync::Arc::from(procedure.name.as_str());
    let mut path = Vec::new();
    for step in reach.calls.iter() {
        let callee = step.function.name.clone();
        if let Some(place) = step.place {
            let callee = callee.as_deref().map_or_else(|| "this".to_owned(), |name| format!("`{name}`"));
            path.push(Related {
                location: context.location(place),
                message: format!("`{caller}` calls {callee} here"),
            });
        }
        caller = callee.unwrap_or(caller);
    }
    path
}
