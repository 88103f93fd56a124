//! A project for the tests of features, and results as text.

use tower_lsp::ls_types::Location;

use crate::testing::Fixture;

/// Two tables with an index, a relation and ids. Lines and columns of it are counted in tests.
pub(super) const PROJECT: &str = r#"//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
// 🦀 ключ
export default defineSchema({
          messages: defineTable({
               channel: v.id("rooms"), author: v.string(), likes: v.optional(v.number()) })
             .index("by_channel", ["channel", "author"])
             .relations((r) => ({ room: r.one("rooms", { field: "channel" }) })),
          rooms: defineTable({ name: v.string() }).index("by_name", ["name"]),
});
"#;

/// A location as `file line:column text`, counted from 0 in the client's encoding.
pub(super) fn shown_at(fixture: &Fixture, location: &Location) -> String {
    let Some(file) = fixture.snapshot.file(&location.uri) else { return "no file".to_owned() };
    let name = file.source().map_or("", |source| source.relative.as_str());
    let text = file.text().get(file.span(location.range).range()).unwrap_or_default();
    let start = location.range.start;
    format!("{name} {}:{} {text}", start.line, start.character)
}
