//! Who calls whom: procedures, the functions on their way to the database, what they read and write there, and what they have run.

use lunora_facts::FileId;
use lunora_project::access::FunctionName;
use lunora_project::graph::{Call, Node, calls};
use lunora_project::mentions::Symbol;
use lunora_project::{Place, ProcedureId, Project};
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range,
    SymbolKind,
};

use super::hover::{innermost_read, link_at};
use super::subject::{mentions_at, word_at};
use super::words::{choices, short_choice};
use crate::snapshot::{FileView, Snapshot};

/// The procedure, function, read or write at a position.
#[must_use]
pub fn prepare(
    snapshot: &Snapshot,
    parameters: &CallHierarchyPrepareParams,
) -> Option<Vec<CallHierarchyItem>> {
    let at = &parameters.text_document_position_params;
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    let procedure = mentions_at(file, offset).iter().find_map(|mention| match &mention.symbol {
        Symbol::Procedure(name) => procedure_named(file.project(), name).map(Node::Procedure),
        _ => None,
    });
    let node = procedure.or_else(|| function_at(file, offset)).or_else(|| operation_at(file, offset))?;
    Some(vec![item(file, &node)?])
}

/// What calls something.
#[must_use]
pub fn incoming(
    snapshot: &Snapshot,
    parameters: &CallHierarchyIncomingCallsParams,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let (file, node) = node_of(snapshot, &parameters.item)?;
    let found = by_partner(file, |call| (call.callee == node).then_some(&call.caller));
    let calls = found.into_iter().map(|(from, from_ranges)| CallHierarchyIncomingCall { from, from_ranges });
    Some(calls.collect())
}

/// What something calls.
#[must_use]
pub fn outgoing(
    snapshot: &Snapshot,
    parameters: &CallHierarchyOutgoingCallsParams,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let (file, node) = node_of(snapshot, &parameters.item)?;
    let found = by_partner(file, |call| (call.caller == node).then_some(&call.callee));
    let calls = found.into_iter().map(|(to, from_ranges)| CallHierarchyOutgoingCall { to, from_ranges });
    Some(calls.collect())
}

/// The procedures that a procedure runs, itself and through what it calls.
pub(super) fn called_by(project: &Project, id: ProcedureId) -> Vec<ProcedureId> {
    let mut called: Vec<ProcedureId> = Vec::new();
    for dispatch in &project.dispatches {
        let Some(target) = project.resolve_target(&dispatch.target) else { continue };
        if dispatch.reached_from.iter().any(|reach| reach.procedure == id) && !called.contains(&target) {
            called.push(target);
        }
    }
    called
}

/// What an item stands for, as the client sends it back. Reads and writes have no name; their place says which one is meant.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Key {
    Procedure(String),
    Function(Option<String>),
    Operation,
    Registry,
}

/// The other ends of calls, each with the places of its calls.
fn by_partner(
    file: FileView<'_>,
    partner: impl Fn(&Call) -> Option<&Node>,
) -> Vec<(CallHierarchyItem, Vec<Range>)> {
    let mut found: Vec<(Node, Vec<Range>)> = Vec::new();
    for call in calls(file.project()) {
        let Some(node) = partner(&call) else { continue };
        let range = file.other(call.place.file).range(file.project().span(call.place));
        match found.iter_mut().find(|(known, _)| known == node) {
            Some((_, ranges)) => ranges.push(range),
            None => found.push((node.clone(), vec![range])),
        }
    }
    found.into_iter().filter_map(|(node, ranges)| Some((item(file, &node)?, ranges))).collect()
}

/// The function whose name stands at an offset: where it is declared, or in a call of it.
fn function_at(file: FileView<'_>, offset: u32) -> Option<Node> {
    let project = file.project();
    let word = word_at(file.text(), offset);
    let covers = |place: Place| {
        let span = project.span(place);
        place.file == file.id && span.start <= offset && offset <= span.end
    };
    let is_here = |call: &&Call| match &call.callee {
        Node::Function(function) => {
            function.name.as_deref() == Some(word)
                && (covers(call.place) || covers(project.function_name_place(function)))
        }
        _ => false,
    };
    let calls = calls(project);
    let called = calls.iter().find(is_here).map(|call| call.callee.clone());
    // One that nothing calls is a caller only.
    called.or_else(|| {
        let declared = |call: &&Call| match &call.caller {
            Node::Function(function) => {
                function.name.as_deref() == Some(word) && covers(project.function_name_place(function))
            }
            _ => false,
        };
        calls.iter().find(declared).map(|call| call.caller.clone())
    })
}

/// The read or write on whose chain of calls an offset lies.
fn operation_at(file: FileView<'_>, offset: u32) -> Option<Node> {
    let project = file.project();
    if let Some(read) = innermost_read(file, offset).filter(|read| link_at(file, read, offset).is_some()) {
        let position = project.reads.iter().position(|known| known.place == read.place)?;
        return Some(Node::Read(position));
    }
    let is_on_name = |place: Place, method: &str| {
        let span = project.span(place);
        let end = project.text(place).find('(').map_or(span.end, |length| span.start + length as u32);
        place.file == file.id
            && span.start <= offset
            && offset <= end
            && word_at(file.text(), offset) == method
    };
    project.writes.iter().position(|write| is_on_name(write.place, &write.method)).map(Node::Write)
}

fn node_of<'a>(snapshot: &'a Snapshot, item: &CallHierarchyItem) -> Option<(FileView<'a>, Node)> {
    let key: Key = serde_json::from_value(item.data.clone()?).ok()?;
    snapshot.files(&item.uri).find_map(|file| {
        let project = file.project();
        let is_it = |place: Place| place.file == file.id && file.range(project.span(place)) == item.range;
        let node = match &key {
            Key::Procedure(name) => Node::Procedure(procedure_named(project, name)?),
            Key::Function(name) => {
                Node::Function(FunctionName { file: file.id, name: name.as_deref().map(Into::into) })
            }
            Key::Operation => {
                let read = project.reads.iter().position(|read| is_it(read.place)).map(Node::Read);
                read.or_else(|| project.writes.iter().position(|write| is_it(write.place)).map(Node::Write))?
            }
            Key::Registry => {
                Node::Dispatch(project.dispatches.iter().position(|dispatch| is_it(dispatch.call))?)
            }
        };
        Some((file, node))
    })
}

fn procedure_named(project: &Project, name: &str) -> Option<ProcedureId> {
    let position = project.procedures.iter().position(|procedure| procedure.name == *name)?;
    u32::try_from(position).ok().map(ProcedureId)
}

fn item(file: FileView<'_>, node: &Node) -> Option<CallHierarchyItem> {
    let project = file.project();
    let path = |id: FileId| project.file(id).relative.clone();
    match node {
        Node::Procedure(id) => {
            let procedure = project.procedure(*id);
            let shown = Shown {
                name: procedure.name.clone(),
                detail: procedure.kind.word().to_owned(),
                kind: SymbolKind::FUNCTION,
                key: Key::Procedure(procedure.name.clone()),
            };
            shown.item(file, procedure.place, procedure.place)
        }
        Node::Function(function) => {
            let name = function.name.as_deref();
            let shown = Shown {
                name: name.unwrap_or("a function without a name").to_owned(),
                detail: path(function.file),
                kind: SymbolKind::FUNCTION,
                key: Key::Function(name.map(str::to_owned)),
            };
            shown.item(file, project.function_place(function), project.function_name_place(function))
        }
        Node::Read(position) => {
            let read = project.reads.get(*position)?;
            let path = read.paths.first()?;
            let tables: Vec<&str> = path.tables.iter().map(|table| table.name.as_str()).collect();
            let found = choices(project, path).find_map(|(_, choice)| short_choice(&choice, path));
            let shown = Shown {
                name: format!("{} {}", path.method, tables.join(" | ")).trim_end().to_owned(),
                detail: found.unwrap_or_else(|| "read".to_owned()),
                kind: SymbolKind::METHOD,
                key: Key::Operation,
            };
            shown.item(file, read.place, read.place)
        }
        Node::Write(position) => {
            let write = project.writes.get(*position)?;
            let tables: Vec<&str> = write.tables.iter().map(|table| table.name.as_str()).collect();
            let shown = Shown {
                name: format!("{} {}", write.method, tables.join(" | ")).trim_end().to_owned(),
                detail: "write".to_owned(),
                kind: SymbolKind::METHOD,
                key: Key::Operation,
            };
            shown.item(file, write.place, write.place)
        }
        // At the top level of a module: a cron job.
        Node::Dispatch(position) => {
            let dispatch = project.dispatches.get(*position)?;
            let shown = Shown {
                name: dispatch.method.clone(),
                detail: path(dispatch.call.file),
                kind: SymbolKind::EVENT,
                key: Key::Registry,
            };
            shown.item(file, dispatch.call, dispatch.call)
        }
        Node::Table(_) | Node::Column { .. } | Node::Index { .. } => None,
    }
}

/// What people see of an item.
struct Shown {
    name: String,
    detail: String,
    kind: SymbolKind,
    key: Key,
}

impl Shown {
    /// An item for something that is declared at a place, with its name in or before it.
    fn item(self, file: FileView<'_>, whole: Place, name: Place) -> Option<CallHierarchyItem> {
        let project = file.project();
        let selection = project.span(name);
        let own = file.other(whole.file);
        Some(CallHierarchyItem {
            name: self.name,
            kind: self.kind,
            tags: None,
            detail: Some(self.detail),
            uri: own.uri()?,
            range: own.range(selection.to(project.span(whole))),
            selection_range: own.range(selection),
            data: serde_json::to_value(self.key).ok(),
        })
    }
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::{TextDocumentIdentifier, TextDocumentPositionParams};

    use super::*;
    use crate::features::testing::PROJECT;
    use crate::testing::{Fixture, fixture};

    const CODE: &str = r#"//- /lunora/lib.ts
import { internal } from "./_generated/api";
export const later = (ctx) => ctx.scheduler.runAfter(0, internal.jobs.sweep, {});
export async function rows(ctx, name) {
    return ctx.db.query("rooms").withIndex("by_name", (q) => q.eq("name", name)).take(5);
}
export const room = async (ctx, name) => (await rows(ctx, name))[0];
//- /lunora/jobs.ts
import { internal } from "./_generated/api";
import { internalMutation, mutation, query } from "./_generated/server";
import { later, room } from "./lib";
export const sweep = internalMutation.mutation(async ({ ctx }) => {
    await ctx.scheduler.runAfter(9, internal.jobs.sweep, {});
    await ctx.db.deleteWhere("rooms", { name: "🦀" });
});
export const start = mutation.mutation(async ({ ctx }) => { await later(ctx); await room(ctx, "x"); });
export const get = query.query(async ({ ctx, args }) => room(ctx, args.name));
"#;

    /// The item at a text of the code, what calls it and what it calls: each with the lines of the calls.
    fn hierarchy(marked: &str) -> (String, Vec<String>, Vec<String>) {
        let text = format!("{PROJECT}{CODE}");
        let offset = text.find(marked).expect("the text") + 1;
        let Fixture { snapshot, uri, position } =
            fixture(&format!("{}$0{}", &text[..offset], &text[offset..]));
        let parameters = CallHierarchyPrepareParams {
            text_document_position_params: TextDocumentPositionParams {
                text_document: TextDocumentIdentifier::new(uri),
                position,
            },
            work_done_progress_params: Default::default(),
        };
        let item = prepare(&snapshot, &parameters).expect("an item").remove(0);
        let asked = CallHierarchyIncomingCallsParams {
            item: item.clone(),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        let calls = incoming(&snapshot, &asked).expect("calls");
        let incoming = calls.iter().map(|call| shown(&call.from, &call.from_ranges)).collect();
        let asked = CallHierarchyOutgoingCallsParams {
            item: item.clone(),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        let calls = outgoing(&snapshot, &asked).expect("calls");
        let outgoing = calls.iter().map(|call| shown(&call.to, &call.from_ranges)).collect();
        (shown(&item, &[]), incoming, outgoing)
    }

    fn shown(item: &CallHierarchyItem, ranges: &[Range]) -> String {
        let lines: Vec<String> = ranges.iter().map(|range| range.start.line.to_string()).collect();
        format!("{}, {} {}", item.name, item.detail.as_deref().unwrap_or_default(), lines.join(" "))
            .trim_end()
            .to_owned()
    }

    #[test]
    fn calls_lead_in_and_out_through_helpers() {
        let (item, incoming, outgoing) = hierarchy("sweep = internalMutation");
        assert_eq!(item, "jobs:sweep, mutation");
        assert_eq!(incoming, ["jobs:sweep, mutation 4", "later, lunora/lib.ts 1"]);
        assert_eq!(outgoing, ["jobs:sweep, mutation 4", "deleteWhere rooms, write 5"]);
        let (item, incoming, outgoing) = hierarchy("start = mutation");
        assert_eq!((item.as_str(), incoming.len()), ("jobs:start, mutation", 0));
        assert_eq!(outgoing, ["later, lunora/lib.ts 7", "room, lunora/lib.ts 7"]);
    }

    #[test]
    fn a_helper_is_found_where_it_is_declared_and_where_it_is_called() {
        let expected = (
            "room, lunora/lib.ts".to_owned(),
            vec!["jobs:get, query 8".to_owned(), "jobs:start, mutation 7".to_owned()],
            vec!["rows, lunora/lib.ts 5".to_owned()],
        );
        for marked in ["room = async", "room(ctx, args.name)"] {
            let (item, mut incoming, outgoing) = hierarchy(marked);
            incoming.sort();
            assert_eq!((item, incoming, outgoing), expected, "{marked}");
        }
        let (_, incoming, outgoing) = hierarchy("rows(ctx, name) {");
        assert_eq!(incoming, ["room, lunora/lib.ts 5"]);
        assert_eq!(outgoing, ["take rooms, by_name (name) 3"]);
    }

    #[test]
    fn reads_and_writes_are_the_ends_of_the_way() {
        let (item, incoming, outgoing) = hierarchy("take(5)");
        assert_eq!((item.as_str(), outgoing.len()), ("take rooms, by_name (name)", 0));
        assert_eq!(incoming, ["rows, lunora/lib.ts 3"]);
        let (item, incoming, _) = hierarchy("deleteWhere(");
        assert_eq!(item, "deleteWhere rooms, write");
        assert_eq!(incoming, ["jobs:sweep, mutation 5"]);
    }
}
