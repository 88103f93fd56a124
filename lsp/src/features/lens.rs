//! A line above tables, indexes and procedures that says how they are used.

use lunora_facts::Span;
use lunora_project::graph::ProjectGraph;
use lunora_project::schema::{IndexKind, Table};
use lunora_project::{ProcedureId, Project};
use serde_json::json;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use super::usage::{Finding, index_users_in, reads_of_table, writers};
use super::words::{counted, tables_of, wakes_on};
use crate::snapshot::{FileView, Snapshot};

/// Shows the accesses to a table.
const ACCESS_PATHS: &str = "lunora-advisor.accessPaths";

/// The lenses of a file.
#[must_use]
pub fn lenses(snapshot: &Snapshot, parameters: &CodeLensParams) -> Option<Vec<CodeLens>> {
    if !snapshot.settings.code_lens {
        return None;
    }
    let file = snapshot.file(&parameters.text_document.uri)?;
    let project = file.project();
    let mut lenses = Vec::new();
    let tables: Vec<&Table> = project.schema.tables.iter().filter(|one| one.place.file == file.id).collect();
    if !tables.is_empty() {
        let graph = ProjectGraph::new(project);
        for table in tables {
            let argument = json!({ "uri": file.uri(), "table": table.name });
            let span = project.span(table.place);
            lenses.push(lens(file, span, table_title(file, table), Some(argument)));
            lenses.extend(index_lenses(file, &graph, table));
        }
    }
    for (position, procedure) in project.procedures.iter().enumerate() {
        if procedure.file == file.id && procedure.export_name.is_some() {
            let id = ProcedureId(u32::try_from(position).unwrap_or(u32::MAX));
            let title = procedure_title(project, id);
            lenses.extend(title.map(|title| lens(file, project.span(procedure.place), title, None)));
        }
    }
    Some(lenses)
}

fn table_title(file: FileView<'_>, table: &Table) -> String {
    let project = file.project();
    let findings: Vec<Finding> = reads_of_table(project, table).map(|(_, finding)| finding).collect();
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
    let mut parts = vec![reads, counted(writers(project, table).len(), "writer")];
    let unused = unused_indexes(file, table);
    if unused > 0 {
        let word = if unused == 1 { "unused index" } else { "unused indexes" };
        parts.push(format!("{unused} {word}"));
    }
    parts.join(" · ")
}

/// How many indexes of a table are reported as unused.
fn unused_indexes(file: FileView<'_>, table: &Table) -> usize {
    let reported = |span: Span| {
        file.view.shown().any(|reported| {
            let finding = &reported.finding;
            finding.rule.name == "unused_index"
                && finding.primary.file == file.id
                && span.start <= finding.primary.span.start
                && finding.primary.span.end <= span.end
        })
    };
    let own = table.indexes.iter().filter(|index| index.place.file == file.id);
    own.filter(|index| reported(file.project().span(index.place))).count()
}

fn index_lenses(file: FileView<'_>, graph: &ProjectGraph, table: &Table) -> Vec<CodeLens> {
    let project = file.project();
    let named = table.indexes.iter().filter(|index| index.kind != IndexKind::Vector);
    named
        .filter_map(|index| {
            let place = index.name_place.filter(|place| place.file == file.id)?;
            let users = index_users_in(graph, project, table, index);
            (!users.is_empty()).then(|| {
                lens(file, project.span(place), format!("serves {}", counted(users.operations, "read")), None)
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

fn lens(file: FileView<'_>, span: Span, title: String, argument: Option<serde_json::Value>) -> CodeLens {
    // A command without a name is shown, and does nothing.
    let name = if argument.is_some() { ACCESS_PATHS } else { "" };
    let command =
        Command { title, command: name.to_owned(), arguments: argument.map(|argument| vec![argument]) };
    CodeLens { range: file.range(span), command: Some(command), data: None }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tower_lsp::ls_types::TextDocumentIdentifier;

    use super::*;
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
        fixture.snapshot.settings =
            Arc::new(EditorSettings { code_lens: false, ..EditorSettings::default() });
        assert!(lenses(&fixture.snapshot, &schema).is_none());
    }
}
