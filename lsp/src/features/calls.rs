//! Who calls whom: procedures, the functions on their way to the database, what they read and write there, and what they have run.

use lunora_facts::{BindingKind, Expr, FileId, FunctionId, Span};
use lunora_project::graph::{Call, Callable};
use lunora_project::mentions::Symbol;
use lunora_project::{Part, Place, ProcedureId, Project};
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
        Symbol::Procedure(name) => procedure_named(file.project(), name).map(Callable::Procedure),
        _ => None,
    });
    let found = procedure.or_else(|| function_at(file, offset)).or_else(|| operation_at(file, offset))?;
    Some(vec![item(file, found)?])
}

/// What calls something.
#[must_use]
pub fn incoming(
    snapshot: &Snapshot,
    parameters: &CallHierarchyIncomingCallsParams,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let (file, callee) = callable_of(snapshot, &parameters.item)?;
    let found = by_partner(file, |call| (call.callee == callee).then_some(call.caller));
    let calls = found.into_iter().map(|(from, from_ranges)| CallHierarchyIncomingCall { from, from_ranges });
    Some(calls.collect())
}

/// What something calls.
#[must_use]
pub fn outgoing(
    snapshot: &Snapshot,
    parameters: &CallHierarchyOutgoingCallsParams,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let (file, caller) = callable_of(snapshot, &parameters.item)?;
    let mut found = by_partner(file, |call| (call.caller == caller).then_some(call.callee));
    found.sort_by_key(|(_, ranges)| ranges.first().map(order));
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
    Function {
        name: Option<String>,
        /// How many functions of the file that are called the same come before it.
        number: usize,
    },
    Operation,
    Registry,
}

/// The other ends of calls, each with the places of its calls, in the order of the code.
fn by_partner(
    file: FileView<'_>,
    partner: impl Fn(&Call) -> Option<Callable>,
) -> Vec<(CallHierarchyItem, Vec<Range>)> {
    let project = file.project();
    let mut found: Vec<(Callable, Vec<Range>)> = Vec::new();
    for call in project.calls() {
        let Some(partner) = partner(&call) else { continue };
        let (at, span) = match call.place {
            Some(place) => (place.file, project.span(place)),
            // It is called by nothing that stands in the code.
            None => name_of(project, call.caller),
        };
        let range = file.other(at).range(span);
        match found.iter_mut().find(|(known, _)| *known == partner) {
            Some((_, ranges)) => ranges.push(range),
            None => found.push((partner, vec![range])),
        }
    }
    for (_, ranges) in &mut found {
        ranges.sort_by_key(order);
    }
    found.into_iter().filter_map(|(partner, ranges)| Some((item(file, partner)?, ranges))).collect()
}

fn order(range: &Range) -> (u32, u32) {
    (range.start.line, range.start.character)
}

/// The function whose name stands at an offset: where it is declared, or in a call of it.
fn function_at(file: FileView<'_>, offset: u32) -> Option<Callable> {
    let project = file.project();
    let source = file.source()?;
    let word = word_at(&source.text, offset);
    let program = &source.facts.program;
    let named = (0..).map(FunctionId::new).zip(&program.functions);
    let declared = named
        .filter(|(_, function)| function.name.is_some_and(|name| program.text(name) == word))
        .find(|(id, _)| covers(project.function_name_span(file.id, *id), offset))
        .map(|(id, _)| Callable::Function(file.id, id));
    if word.is_empty() {
        return None;
    }
    let calls = project.calls();
    if let Some(declared) = declared {
        // A function that has nothing to do with the database is not ours to speak of.
        return calls
            .iter()
            .any(|call| call.caller == declared || call.callee == declared)
            .then_some(declared);
    }
    let called = calls.iter().filter(|call| matches!(call.callee, Callable::Function(..))).filter(|call| {
        call.place.is_some_and(|place| {
            place.file == file.id && called_name(project, place).is_some_and(|name| covers(name, offset))
        })
    });
    called.map(|call| call.callee).next()
}

/// The name that a call calls, whatever the function behind it is called: the last word before the arguments.
fn called_name(project: &Project, call: Place) -> Option<Span> {
    let (program, spans) = (&project.file(call.file).facts.program, &project.file(call.file).facts.spans);
    let Part::Expr(call) = call.part else { return None };
    let Expr::Call { callee, .. } = program.expr(call) else { return None };
    match program.expr(*callee) {
        Expr::Member { .. } => Some(spans.member(*callee)),
        _ => Some(spans.expr(*callee)),
    }
}

fn covers(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

/// The read or write on whose chain of calls an offset lies.
fn operation_at(file: FileView<'_>, offset: u32) -> Option<Callable> {
    let project = file.project();
    if let Some(read) = innermost_read(file, offset).filter(|read| link_at(file, read, offset).is_some()) {
        let position = project.reads.iter().position(|known| known.place == read.place)?;
        return Some(Callable::Read(position));
    }
    let is_on_name = |place: Place, method: &str| {
        let span = project.span(place);
        let end = project.text(place).find('(').map_or(span.end, |length| span.start + length as u32);
        place.file == file.id
            && covers(Span::new(span.start, end), offset)
            && word_at(file.text(), offset) == method
    };
    project.writes.iter().position(|write| is_on_name(write.place, &write.method)).map(Callable::Write)
}

fn callable_of<'a>(snapshot: &'a Snapshot, item: &CallHierarchyItem) -> Option<(FileView<'a>, Callable)> {
    let key: Key = serde_json::from_value(item.data.clone()?).ok()?;
    snapshot.files(&item.uri).find_map(|file| {
        let project = file.project();
        let is_it = |place: Place| place.file == file.id && file.range(project.span(place)) == item.range;
        let found = match &key {
            Key::Procedure(name) => Callable::Procedure(procedure_named(project, name)?),
            Key::Function { name, number } => {
                let id = functions_called(project, file.id, name.as_deref()).nth(*number)?;
                Callable::Function(file.id, id)
            }
            Key::Operation => {
                let read = project.reads.iter().position(|read| is_it(read.place)).map(Callable::Read);
                let write =
                    || project.writes.iter().position(|write| is_it(write.place)).map(Callable::Write);
                read.or_else(write)?
            }
            Key::Registry => {
                Callable::Registry(project.dispatches.iter().position(|dispatch| is_it(dispatch.call))?)
            }
        };
        Some((file, found))
    })
}

/// The functions of a file with a name, in the order of the code.
fn functions_called<'a>(
    project: &'a Project,
    file: FileId,
    name: Option<&'a str>,
) -> impl Iterator<Item = FunctionId> + 'a {
    let program = &project.file(file).facts.program;
    let functions = (0..).map(FunctionId::new).zip(&program.functions);
    functions
        .filter(move |(_, function)| function.name.map(|known| program.text(known)) == name)
        .map(|(id, _)| id)
}

fn procedure_named(project: &Project, name: &str) -> Option<ProcedureId> {
    let position = project.procedures.iter().position(|procedure| procedure.name == *name)?;
    u32::try_from(position).ok().map(ProcedureId)
}

/// The name of something where it is declared; operations are their own names.
fn name_of(project: &Project, callable: Callable) -> (FileId, Span) {
    let at = |place: Place| (place.file, project.span(place));
    match callable {
        Callable::Procedure(id) => at(project.procedure(id).place),
        Callable::Function(file, id) => (file, project.function_name_span(file, id)),
        Callable::Read(position) => at(project.reads[position].place),
        Callable::Write(position) => at(project.writes[position].place),
        Callable::Registry(position) => at(project.dispatches[position].call),
    }
}

/// What a function without a name is called: by the variable in whose declaration it stands.
fn without_name(project: &Project, file: FileId, id: FunctionId) -> String {
    let facts = &project.file(file).facts;
    let whole = facts.spans.function(id);
    let around = facts.program.bindings.iter().find(|binding| match binding.kind {
        BindingKind::Variable(Some(stmt)) => {
            let statement = facts.spans.stmt(stmt);
            statement.start <= whole.start && whole.end <= statement.end
        }
        _ => false,
    });
    let name = around.map(|binding| facts.program.text(binding.name));
    name.map_or_else(|| "a function without a name".to_owned(), |name| format!("a function in {name}"))
}

fn item(file: FileView<'_>, callable: Callable) -> Option<CallHierarchyItem> {
    let project = file.project();
    let path = |id: FileId| project.file(id).relative.clone();
    let (own, selection) = name_of(project, callable);
    let shown = match callable {
        Callable::Procedure(id) => {
            let procedure = project.procedure(id);
            Shown {
                name: procedure.name.to_string(),
                detail: procedure.kind.word().to_owned(),
                kind: SymbolKind::FUNCTION,
                key: Key::Procedure(procedure.name.to_string()),
            }
        }
        Callable::Function(own, id) => {
            let facts = &project.file(own).facts;
            let name = facts.program.function(id).name.map(|name| facts.program.text(name));
            let number = functions_called(project, own, name).position(|known| known == id)?;
            Shown {
                name: name.map_or_else(|| without_name(project, own, id), str::to_owned),
                detail: path(own),
                kind: SymbolKind::FUNCTION,
                key: Key::Function { name: name.map(str::to_owned), number },
            }
        }
        Callable::Read(position) => {
            let read = project.reads.get(position)?;
            let path = read.paths.first()?;
            let tables: Vec<&str> = path.tables.iter().map(|table| table.name.as_str()).collect();
            let found = choices(project, path).find_map(|(_, choice)| short_choice(&choice, path));
            Shown {
                name: format!("{} {}", path.method, tables.join(" | ")).trim_end().to_owned(),
                detail: found.unwrap_or_else(|| "read".to_owned()),
                kind: SymbolKind::METHOD,
                key: Key::Operation,
            }
        }
        Callable::Write(position) => {
            let write = project.writes.get(position)?;
            let tables: Vec<&str> = write.tables.iter().map(|table| table.name.as_str()).collect();
            Shown {
                name: format!("{} {}", write.method, tables.join(" | ")).trim_end().to_owned(),
                detail: "write".to_owned(),
                kind: SymbolKind::METHOD,
                key: Key::Operation,
            }
        }
        // At the top level of a module: a cron job.
        Callable::Registry(position) => {
            let dispatch = project.dispatches.get(position)?;
            Shown {
                name: dispatch.method.to_string(),
                detail: path(dispatch.call.file),
                kind: SymbolKind::EVENT,
                key: Key::Registry,
            }
        }
    };
    let whole = match callable {
        Callable::Function(own, id) => project.file(own).facts.spans.function(id),
        _ => selection,
    };
    let own = file.other(own);
    Some(CallHierarchyItem {
        name: shown.name,
        kind: shown.kind,
        tags: None,
        detail: Some(shown.detail),
        uri: own.uri()?,
        range: own.range(selection.to(whole)),
        selection_range: own.range(selection),
        data: serde_json::to_value(shown.key).ok(),
    })
}

/// What people see of an item.
struct Shown {
    name: String,
    detail: String,
    kind: SymbolKind,
    key: Key,
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
        hierarchy_in(CODE, marked)
    }

    fn hierarchy_in(code: &str, marked: &str) -> (String, Vec<String>, Vec<String>) {
        let text = format!("{PROJECT}{code}");
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

    #[test]
    fn every_caller_is_listed_with_every_place_of_its_calls() {
        let code = r#"//- /lunora/rows.ts
import { query } from "./_generated/server";
export const row = async (ctx, id) => ctx.db.get(id, "rooms");
export const path = async (ctx, id) => { const room = await row(ctx, id); return room ? [room, ...await path(ctx, room.up)] : []; };
export const pair = async (ctx, a, b) => [await row(ctx, a), await row(ctx, b)];
export const store = { load: (ctx, id) => row(ctx, id) };
export const other = { load: (ctx, id) => ctx.db.get(id, "messages") };
export const trim = (text) => text.trim();
const rights = async (ctx) => ctx.db.get(ctx.auth.userId, "rooms");
export const guarded = query.use(async ({ ctx, next }) => { await rights(ctx); return next(); });
//- /lunora/index.ts
export { pair as both, store, other, trim } from "./rows";
export * from "./rows";
//- /lunora/api.ts
import { query } from "./_generated/server";
import { both, guarded, other, path, row, store, trim } from "./index";
export const a = query.query(async ({ ctx, args }) => {
    if (args.one) return row(ctx, args.one);
    return [await row(ctx, args.two), await both(ctx, args.one, args.two), trim(args.text)];
});
export const b = query.query(async ({ ctx, args }) => [await store.load(ctx, args.id), await other.load(ctx, args.id)]);
export const c = query.query(async ({ ctx, args }) => path(ctx, args.id));
export const d = guarded.query(async ({ ctx, args }) => [await both(ctx, 1, 2), await row(ctx, 3)]);
"#;
        let rows = "row, lunora/rows.ts";
        let callers = [
            "api:a, query 3 4",
            "api:d, query 8",
            "path, lunora/rows.ts 2",
            "pair, lunora/rows.ts 3 3",
            "load, lunora/rows.ts 4",
        ];
        for marked in ["row = async", "row(ctx, a)", "row(ctx, args.two)"] {
            let (item, incoming, outgoing) = hierarchy_in(code, marked);
            assert_eq!(item, rows, "{marked}");
            assert_eq!(incoming, callers, "{marked}");
            assert_eq!(outgoing, ["get rooms, by id 1"], "{marked}");
        }
        // Under another name, by way of a re-export.
        let (item, incoming, outgoing) = hierarchy_in(code, "both(ctx, args.one");
        assert_eq!(
            (item.as_str(), incoming),
            ("pair, lunora/rows.ts", vec!["api:a, query 4".to_owned(), "api:d, query 8".to_owned()])
        );
        assert_eq!(outgoing, ["row, lunora/rows.ts 3 3"]);
        // Recursion.
        let (_, incoming, outgoing) = hierarchy_in(code, "path = async");
        assert_eq!(incoming, ["api:c, query 7", "path, lunora/rows.ts 2"]);
        assert_eq!(outgoing, ["row, lunora/rows.ts 2", "path, lunora/rows.ts 2"]);
        // Of two methods with one name each has its own calls.
        let (_, incoming, outgoing) = hierarchy_in(code, "load(ctx, args.id), await other");
        assert_eq!(
            (incoming, outgoing),
            (vec!["api:b, query 6".to_owned()], vec!["row, lunora/rows.ts 4".to_owned()])
        );
        let (_, incoming, outgoing) = hierarchy_in(code, "load: (ctx, id) => ctx.db");
        assert_eq!(
            (incoming, outgoing),
            (vec!["api:b, query 6".to_owned()], vec!["get messages, by id 5".to_owned()])
        );
        let (_, _, outgoing) = hierarchy_in(code, "a = query");
        assert_eq!(outgoing, ["row, lunora/rows.ts 3 4", "pair, lunora/rows.ts 4"]);
        // What stands around a handler has the name of what it is made for.
        let (_, incoming, _) = hierarchy_in(code, "rights = async");
        assert_eq!(incoming, ["a function in guarded, lunora/rows.ts 8"]);
        let (_, _, outgoing) = hierarchy_in(code, "d = guarded");
        assert_eq!(
            outgoing,
            ["a function in guarded, lunora/rows.ts 8", "pair, lunora/rows.ts 8", "row, lunora/rows.ts 8"]
        );
    }
}
