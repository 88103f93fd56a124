//! Who runs which procedure: calls, schedules and crons.

use lunora_project::access::Dispatch;
use lunora_project::mentions::Symbol;
use lunora_project::{Place, ProcedureId, Project};
use serde_json::Value;
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range,
    SymbolKind,
};

use super::subject::mentions_at;
use crate::snapshot::{FileView, Snapshot};

/// The procedure at a position.
#[must_use]
pub fn prepare(
    snapshot: &Snapshot,
    parameters: &CallHierarchyPrepareParams,
) -> Option<Vec<CallHierarchyItem>> {
    let at = &parameters.text_document_position_params;
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    let id = mentions_at(file, offset).iter().find_map(|mention| match &mention.symbol {
        Symbol::Procedure(name) => procedure_named(file.project(), name),
        _ => None,
    })?;
    Some(vec![item(file, id)?])
}

/// What runs a procedure.
#[must_use]
pub fn incoming(
    snapshot: &Snapshot,
    parameters: &CallHierarchyIncomingCallsParams,
) -> Option<Vec<CallHierarchyIncomingCall>> {
    let (file, id) = procedure_of(snapshot, &parameters.item)?;
    let project = file.project();
    let mut calls: Vec<CallHierarchyIncomingCall> = Vec::new();
    for dispatch in &project.dispatches {
        if project.resolve_target(&dispatch.target) != Some(id) {
            continue;
        }
        for (from, place) in callers(project, dispatch) {
            let Some(from) = from.map_or_else(|| registry(file, dispatch), |from| item(file, from)) else {
                continue;
            };
            let range = file.other(place.file).range(project.span(place));
            match calls.iter_mut().find(|call| call.from.data == from.data && call.from.range == from.range) {
                Some(call) => call.from_ranges.push(range),
                None => calls.push(CallHierarchyIncomingCall { from, from_ranges: vec![range] }),
            }
        }
    }
    Some(calls)
}

/// What a procedure runs.
#[must_use]
pub fn outgoing(
    snapshot: &Snapshot,
    parameters: &CallHierarchyOutgoingCallsParams,
) -> Option<Vec<CallHierarchyOutgoingCall>> {
    let (file, id) = procedure_of(snapshot, &parameters.item)?;
    let calls = called_by(file.project(), id).into_iter().filter_map(|(target, places)| {
        let ranges: Vec<Range> =
            places.iter().map(|place| file.other(place.file).range(file.project().span(*place))).collect();
        Some(CallHierarchyOutgoingCall { to: item(file, target)?, from_ranges: ranges })
    });
    Some(calls.collect())
}

/// The procedures that a procedure runs, each with the places in its own file that lead there.
pub(super) fn called_by(project: &Project, id: ProcedureId) -> Vec<(ProcedureId, Vec<Place>)> {
    let mut called: Vec<(ProcedureId, Vec<Place>)> = Vec::new();
    for dispatch in &project.dispatches {
        let Some(target) = project.resolve_target(&dispatch.target) else { continue };
        for (_, place) in callers(project, dispatch).filter(|(from, _)| *from == Some(id)) {
            match called.iter_mut().find(|(known, _)| *known == target) {
                Some((_, places)) => places.push(place),
                None => called.push((target, vec![place])),
            }
        }
    }
    called
}

/// The procedures that reach a dispatch, each with the place in its own file that leads there; none for the top level of a module.
fn callers<'a>(
    project: &'a Project,
    dispatch: &'a Dispatch,
) -> impl Iterator<Item = (Option<ProcedureId>, Place)> + 'a {
    let registry = dispatch.reached_from.is_empty().then_some((None, dispatch.call));
    let reached = dispatch.reached_from.iter().map(move |reach| {
        let own = project.procedure(reach.procedure);
        let is_own = |place: &Place| place.file == own.file;
        let step = reach.calls.iter().filter_map(|step| step.place).find(is_own);
        let place = Some(dispatch.call).filter(is_own).or(step).unwrap_or(own.place);
        (Some(reach.procedure), place)
    });
    registry.into_iter().chain(reached)
}

fn procedure_of<'a>(snapshot: &'a Snapshot, item: &CallHierarchyItem) -> Option<(FileView<'a>, ProcedureId)> {
    let name = item.data.as_ref().and_then(Value::as_str)?;
    snapshot.files(&item.uri).find_map(|file| Some((file, procedure_named(file.project(), name)?)))
}

fn procedure_named(project: &Project, name: &str) -> Option<ProcedureId> {
    let position = project.procedures.iter().position(|procedure| procedure.name == *name)?;
    u32::try_from(position).ok().map(ProcedureId)
}

fn item(file: FileView<'_>, id: ProcedureId) -> Option<CallHierarchyItem> {
    let procedure = file.project().procedure(id);
    let file = file.other(procedure.file);
    let range = file.range(file.project().span(procedure.place));
    Some(CallHierarchyItem {
        name: procedure.name.clone(),
        kind: SymbolKind::FUNCTION,
        tags: None,
        detail: Some(procedure.kind.word().to_owned()),
        uri: file.uri()?,
        range,
        selection_range: range,
        data: Some(Value::String(procedure.name.clone())),
    })
}

/// A dispatch at the top level of a module: a cron job.
fn registry(file: FileView<'_>, dispatch: &Dispatch) -> Option<CallHierarchyItem> {
    let file = file.other(dispatch.place.file);
    let range = file.range(file.project().span(dispatch.call));
    Some(CallHierarchyItem {
        name: dispatch.method.clone(),
        kind: SymbolKind::EVENT,
        tags: None,
        detail: file.source().map(|source| source.relative.clone()),
        uri: file.uri()?,
        range,
        selection_range: range,
        data: None,
    })
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::{TextDocumentIdentifier, TextDocumentPositionParams};

    use super::*;
    use crate::features::testing::PROJECT;
    use crate::testing::fixture;

    #[test]
    fn calls_lead_in_and_out_through_helpers() {
        let code = r#"//- /lunora/lib.ts
import { internal } from "./_generated/api";
export const later = (ctx) => ctx.scheduler.runAfter(0, internal.jobs.sweep, {});
//- /lunora/jobs.ts
import { internal } from "./_generated/api";
import { internalMutation, mutation } from "./_generated/server";
import { later } from "./lib";
export const sw$0eep = internalMutation.mutation(async ({ ctx }) => { await ctx.scheduler.runAfter(9, internal.jobs.sweep, {}); });
export const start = mutation.mutation(async ({ ctx }) => { await later(ctx); });
"#;
        let fixture = fixture(&format!("{PROJECT}{code}"));
        let text_document = TextDocumentIdentifier::new(fixture.uri.clone());
        let parameters = CallHierarchyPrepareParams {
            text_document_position_params: TextDocumentPositionParams {
                text_document,
                position: fixture.position,
            },
            work_done_progress_params: Default::default(),
        };
        let item = prepare(&fixture.snapshot, &parameters).expect("a procedure").remove(0);
        assert_eq!(item.name, "jobs:sweep");
        let calls = CallHierarchyIncomingCallsParams {
            item: item.clone(),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        let incoming = incoming(&fixture.snapshot, &calls).expect("calls");
        let mut from: Vec<(&str, u32)> =
            incoming.iter().map(|call| (call.from.name.as_str(), call.from_ranges[0].start.line)).collect();
        from.sort_unstable();
        assert_eq!(from, [("jobs:start", 4), ("jobs:sweep", 3)]);
        let calls = CallHierarchyOutgoingCallsParams {
            item,
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        let outgoing = outgoing(&fixture.snapshot, &calls).expect("calls");
        assert_eq!(outgoing.iter().map(|call| call.to.name.as_str()).collect::<Vec<_>>(), ["jobs:sweep"]);
    }
}
