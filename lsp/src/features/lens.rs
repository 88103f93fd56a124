//! A line above tables, indexes and procedures that says how they are used.

use lunora_facts::Span;
use lunora_project::schema::{IndexKind, Table};
use lunora_project::{ProcedureId, Project};
use serde_json::{Value, json};
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use super::usage::{Finding, TableUsage};
use super::words::{counted, tables_of, wakes_on};
use crate::client::SHOW_REFERENCES;
use crate::commands::ACCESS_PATHS;
use crate::snapshot::{FileView, Snapshot};

/// The lenses of a file.
#[must_use]
pub fn lenses(snapshot: &Snapshot, parameters: &CodeLensParams) -> Option<Vec<CodeLens>> {
    if !snapshot.settings.code_lens {
        return None;
    }
    let file = snapshot.file(&parameters.text_document.uri)?;
    let project = file.project();
    let mut lenses = Vec::new();
    let tables = project.schema.tables.iter().filter(|table| table.place.file == file.id);
    let unused = reported_as_unused(file);
    for table in tables {
        let Some(usage) = file.view.usage().of_table(table) else { continue };
        let subject = json!({ "uri": file.uri(), "table": table.name });
        let span = project.span(table.place);
        let title = table_title(file, table, usage, &unused);
        lenses.push(lens(file, span, title, Some((ACCESS_PATHS, subject))));
        lenses.extend(index_lenses(file, table, usage));
    }
    for (position, procedure) in project.procedures.iter().enumerate() {
        if procedure.file == file.id && procedure.export_name.is_some() {
            let id = ProcedureId(u32::try_from(position).unwrap_or(u32::MAX));
            let span = project.span(procedure.place);
            let subject = json!({ "uri": file.uri(), "position": file.range(span).start });
            let title = procedure_title(project, id);
            lenses.extend(title.map(|title| lens(file, span, title, references(file, subject))));
        }
    }
    Some(lenses)
}

fn table_title(file: FileView<'_>, table: &Table, usage: &TableUsage, unused: &[Span]) -> String {
    let findings = &usage.findings;
    let count = |wanted: Finding| findings.iter().filter(|finding| **finding == wanted).count();
    let mut reads = counted(findings.len(), "read");
    let kinds: Vec<String> = [
        (count(Finding::Indexed), "indexed".to_owned()),
        (count(Finding::Scan), if count(Finding::Scan) == 1 { "scan" } else { "scans" }.to_owned()),
        (count(Finding::Unknown), "unclear".to_owned()),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if !kinds.is_empty() {
        reads = format!("{reads}: {}", kinds.join(", "));
    }
    let mut parts = vec![reads, counted(usage.writers.len(), "writer")];
    let own = table.indexes.iter().filter(|index| index.place.file == file.id);
    let unused = own
        .filter(|index| {
            let span = file.project().span(index.place);
            unused.iter().any(|reported| span.start <= reported.start && reported.end <= span.end)
        })
        .count();
    if unused > 0 {
        let word = if unused == 1 { "unused index" } else { "unused indexes" };
        parts.push(format!("{unused} {word}"));
    }
    parts.join(" · ")
}

/// Where indexes are reported as unused in a file.
fn reported_as_unused(file: FileView<'_>) -> Vec<Span> {
    let findings = file.view.shown().map(|reported| &reported.finding);
    let own = findings.filter(|finding| finding.rule.name == "unused_index");
    own.filter(|finding| finding.primary.file == file.id).map(|finding| finding.primary.span).collect()
}

fn index_lenses(file: FileView<'_>, table: &Table, usage: &TableUsage) -> Vec<CodeLens> {
    let project = file.project();
    let indexes = table.indexes.iter().zip(&usage.indexes);
    indexes
        .filter(|(index, _)| index.kind != IndexKind::Vector)
        .filter_map(|(index, users)| {
            let place = index.name_place.filter(|place| place.file == file.id)?;
            let subject = json!({
                "uri": file.uri(),
                "position": file.range(project.span(place)).start,
                "table": table.name,
                "index": index.name,
            });
            (!users.places.is_empty()).then(|| {
                let title = format!("serves {}", counted(users.places.len(), "read"));
                lens(file, project.span(place), title, references(file, subject))
            })
        })
        .collect()
}

fn procedure_title(project: &Project, id: ProcedureId) -> Option<String> {
    let (read, written) = tables_of(project, id);
    let mut parts = Vec::new();
    if !read.is_empty() {
        parts.push(format!("reads {}", counted(read.len(), "table")));
    }
    if !written.is_empty() {
        parts.push(format!("writes {}", counted(written.len(), "table")));
    }
    let wakes = wakes_on(project, id);
    if !wakes.is_empty() {
        parts.push(format!("wakes on {}", wakes.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// What a click leads to where the client can show a list of places.
fn references(file: FileView<'_>, subject: Value) -> Option<(&'static str, Value)> {
    file.snapshot.client.shows_references.then_some((SHOW_REFERENCES, subject))
}

/// A line above a span, and what a click on it does. A command without a name is shown, and does nothing.
fn lens(file: FileView<'_>, span: Span, title: String, click: Option<(&str, Value)>) -> CodeLens {
    let (command, subject) = click.unzip();
    let command = command.unwrap_or_default().to_owned();
    let command = Command { title, command, arguments: subject.map(|subject| vec![subject]) };
    CodeLens { range: file.range(span), command: Some(command), data: None }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tower_lsp::ls_types::TextDocumentIdentifier;

    use super::*;
    use crate::client::Client;
    use crate::features::testing::PROJECT;
    use crate::settings::EditorSettings;
    use crate::testing::fixture;

    const CODE: &str = r#"//- /lunora/chat.ts
import { mutation, query } from "./_generated/server";
export const list = query.query(async ({ ctx, args }) =>
    ctx.db.query("messages").withIndex("by_channel", (q) => q.eq("channel", args.channel)).take(20));
export const all = query.query(async ({ ctx }) => ctx.db.query("messages").collect());
export const send = mutation.mutation(async ({ ctx, args }) => ctx.db.insert("messages", args.message));
"#;

    #[test]
    fn lenses_say_how_things_are_used_unless_they_are_turned_off() {
        let mut fixture = fixture(&format!("{PROJECT}{CODE}"));
        let parameters = |name: &str| {
            let uri =
                fixture.uri.as_str().rsplit_once("/app/").map_or("file://", |(start, _)| start).to_owned();
            let uri = format!("{uri}/app/lunora/{name}").parse().expect("a URI");
            CodeLensParams {
                text_document: TextDocumentIdentifier::new(uri),
                work_done_progress_params: Default::default(),
                partial_result_params: Default::default(),
            }
        };
        let (schema, chat) = (parameters("schema.ts"), parameters("chat.ts"));
        let titles = |snapshot: &Snapshot, parameters: &CodeLensParams| {
            let found = lenses(snapshot, parameters).unwrap_or_default();
            found
                .into_iter()
                .map(|lens| {
                    (lens.range.start.line, lens.command.map_or(String::new(), |command| command.title))
                })
                .collect::<Vec<_>>()
        };
        let expected = |lines: &[(u32, &str)]| {
            lines.iter().map(|(line, title)| (*line, (*title).to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(
            titles(&fixture.snapshot, &schema),
            expected(&[
                (3, "2 reads: 1 indexed, 1 scan · 1 writer"),
                (5, "serves 1 read"),
                (7, "0 reads · 0 writers · 1 unused index"),
            ])
        );
        assert_eq!(
            titles(&fixture.snapshot, &chat),
            expected(&[
                (1, "reads 1 table · wakes on messages.by_channel"),
                (3, "reads 1 table · wakes on messages"),
                (4, "writes 1 table"),
            ])
        );
        let clicks = |snapshot: &Snapshot| {
            let found = lenses(snapshot, &chat).unwrap_or_default();
            let commands = found.into_iter().filter_map(|lens| lens.command);
            commands.map(|command| (command.command, command.arguments.is_some())).collect::<Vec<_>>()
        };
        assert!(clicks(&fixture.snapshot).iter().all(|click| *click == (String::new(), false)));
        fixture.snapshot.client =
            Arc::new(Client { shows_references: true, ..(*fixture.snapshot.client).clone() });
        assert!(clicks(&fixture.snapshot).iter().all(|click| *click == (SHOW_REFERENCES.to_owned(), true)));
        fixture.snapshot.settings =
            Arc::new(EditorSettings { code_lens: false, ..EditorSettings::default() });
        assert!(lenses(&fixture.snapshot, &schema).is_none());
    }
}
