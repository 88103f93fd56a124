//! Behind a read that names no index, what SQLite will use.

use lunora_project::access::{AccessPath, Read};
use lunora_project::index_choice::IndexChoice;
use tower_lsp::ls_types::{
    InlayHint, InlayHintLabel, InlayHintParams, InlayHintTooltip, MarkupContent, MarkupKind,
};

use super::hover::describe_read;
use super::words::{choices, short_choice};
use crate::snapshot::{FileView, Snapshot};

/// The hints in a part of a file.
#[must_use]
pub fn hints(snapshot: &Snapshot, parameters: &InlayHintParams) -> Option<Vec<InlayHint>> {
    if !snapshot.settings.inlay_hints {
        return None;
    }
    let file = snapshot.file(&parameters.text_document.uri)?;
    let shown = file.span(parameters.range);
    let project = file.project();
    let reads = project.reads.iter().filter(|read| read.place.file == file.id);
    let hints = reads.filter_map(|read| {
        let end = project.span(read.place).end;
        let is_shown = shown.start <= end && end <= shown.end;
        is_shown.then(|| hint(file, read, end)).flatten()
    });
    Some(hints.collect())
}

fn hint(file: FileView<'_>, read: &Read, end: u32) -> Option<InlayHint> {
    let project = file.project();
    let mut labels: Vec<String> = Vec::new();
    for path in &read.paths {
        for (_, choice) in choices(project, path).filter(|(_, choice)| is_worth_saying(choice, path)) {
            let label = short_choice(&choice, path)?;
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    if labels.is_empty() {
        return None;
    }
    let tooltip = MarkupContent { kind: MarkupKind::Markdown, value: describe_read(project, read) };
    Some(InlayHint {
        position: file.snapshot.client.encoding.position(&file.lines(), end),
        label: InlayHintLabel::String(format!("← {}", labels.join(" | "))),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::MarkupContent(tooltip)),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    })
}

/// A read that names its index and narrows by it says so itself, as does a read by id.
fn is_worth_saying(choice: &IndexChoice<'_>, path: &AccessPath) -> bool {
    match choice {
        IndexChoice::Named(found) => !found.narrows(),
        _ => path.method != "get",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tower_lsp::ls_types::{Position, Range, TextDocumentIdentifier};

    use super::*;
    use crate::features::testing::PROJECT;
    use crate::settings::EditorSettings;
    use crate::testing::fixture;

    #[test]
    fn reads_that_name_no_index_say_what_serves_them() {
        let code = r#"//- /lunora/a.ts
import { query } from "./_generated/server";
export const a$0 = query.query(async ({ ctx, args }) => [
    await ctx.db.messages.findMany({ where: { author: "🦀", channel: args.channel } }),
    await ctx.db.messages.findMany({ where: { author: "🦀" } }),
    await ctx.db.query("rooms").withIndex("by_name", (q) => q.eq("name", args.name)).first(),
    await ctx.db.query("rooms").withIndex("by_name").collect(),
    await ctx.db.get(args.id, "rooms"),
    await ctx.db.rooms.findMany({ limit: 5 }),
]);
"#;
        let mut fixture = fixture(&format!("{PROJECT}{code}"));
        let parameters = InlayHintParams {
            text_document: TextDocumentIdentifier::new(fixture.uri.clone()),
            range: Range::new(Position::new(0, 0), Position::new(99, 0)),
            work_done_progress_params: Default::default(),
        };
        let found = hints(&fixture.snapshot, &parameters).unwrap_or_default();
        let mut shown: Vec<(u32, String)> = found
            .into_iter()
            .map(|hint| match hint.label {
                InlayHintLabel::String(label) => (hint.position.line, label),
                InlayHintLabel::LabelParts(_) => (hint.position.line, String::new()),
            })
            .collect();
        shown.sort();
        let expected = [
            (2, "← by_channel (channel, author)"),
            (3, "← scan"),
            (5, "← all of by_name"),
            (7, "← by creation time"),
        ];
        assert_eq!(shown, expected.map(|(line, label)| (line, label.to_owned())));
        fixture.snapshot.settings =
            Arc::new(EditorSettings { inlay_hints: false, ..EditorSettings::default() });
        assert!(hints(&fixture.snapshot, &parameters).is_none());
    }
}
