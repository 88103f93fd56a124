//! Snapshots of projects in memory, for the tests of features.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use lunora_check::{LiveProject, SearchOptions, find, rules};
use lunora_facts::FileId;
use lunora_source::Memory;
use tower_lsp::ls_types::{Position, Uri};

use crate::client::Client;
use crate::diagnostics::reports::Reports;
use crate::snapshot::{FileView, ProjectView, Snapshot};

/// A project in memory, and a place in it.
pub(crate) struct Fixture {
    pub(crate) snapshot: Snapshot,
    /// The file with the cursor.
    pub(crate) uri: Uri,
    /// Where the cursor is.
    pub(crate) position: Position,
}

/// A project from one text: `//- /lunora/schema.ts` begins a file, `$0` is the cursor (at the start of the first file if there is none).
pub(crate) fn fixture(text: &str) -> Fixture {
    fixture_for(Client { has_versioned_edits: true, ..Client::default() }, text)
}

/// As [`fixture`], for a client that can do something else.
pub(crate) fn fixture_for(client: Client, text: &str) -> Fixture {
    let mut memory = Memory::default();
    let mut cursor = None;
    for part in text.split("//- ").skip(1) {
        let (path, content) = part.split_once('\n').expect("a path and a text");
        let path = format!("/app{}", path.trim_end());
        if let Some(offset) = content.find("$0") {
            cursor = Some((path.clone(), offset));
        }
        memory.insert(&path, content.replace("$0", ""));
    }
    let root = PathBuf::from("/app");
    let options = SearchOptions {
        paths: vec![root.clone()],
        working_directory: Some(root),
        ..SearchOptions::default()
    };
    let found = find(&memory, &options, &rules()).expect("a project").remove(0);
    let live = LiveProject::open(&memory, found).expect("the project loads");
    let view = Arc::new(ProjectView::new(live.project().clone(), Arc::clone(live.current()), None, None));
    let mut snapshot =
        Snapshot { generation: 1, client: Arc::new(client), projects: vec![view], ..Snapshot::default() };
    snapshot.reports = Arc::new(Reports::new(&snapshot, &[], &Snapshot::default()));
    let files = &snapshot.projects[0].project().sources.files;
    let (path, offset) = cursor.unwrap_or_else(|| (files[0].path.display().to_string(), 0));
    let uri = Uri::from_str(&format!("file://{path}")).expect("a URI");
    let id = snapshot.file(&uri).map_or(FileId(0), |file| file.id);
    let file = FileView { snapshot: &snapshot, view: &snapshot.projects[0], id };
    let position = file.snapshot.client.encoding.position(&file.lines(), offset as u32);
    Fixture { uri, position, snapshot }
}

mod tests {
    use tower_lsp::ls_types::Range;

    use super::*;

    #[test]
    fn a_fixture_knows_its_cursor_and_its_problems() {
        let Fixture { snapshot, uri, position } = fixture(
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
export default defineSchema({ posts: defineTable({ author: v.string() }) });
//- /lunora/posts.ts
import { query } from "./_generated/server";
export const all = query.query(({ ctx }) => ctx.db.query("po$0st").collect());
"#,
        );
        let (file, offset) = snapshot.at(&uri, position).expect("a file");
        assert_eq!(file.text().get(offset as usize..offset as usize + 2), Some("st"));
        let report = snapshot.reports.get(file.path()).expect("a report");
        assert_eq!(report.items.len(), 1);
        assert_eq!(report.items[0].range, Range::new(Position::new(1, 57), Position::new(1, 63)));
    }
}
