//! Bytes as the files of a project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_check::FoundProject;
use lunora_check::config::{Config, Settings};
use lunora_source::{DiscoveryOptions, Memory, find_projects};

/// Where the project lies.
pub(crate) const ROOT: &str = "/p";

/// A schema for files that need one.
pub(crate) const SCHEMA: &str = r#"import { defineSchema, defineTable, v } from "lunorash/server";
export default defineSchema({
  channels: defineTable({ name: v.string(), ownerId: v.id("users") }).index("by_owner", ["ownerId"]),
  messages: defineTable({ channelId: v.id("channels"), body: v.string(), pinned: v.optional(v.boolean()) })
    .index("by_channel", ["channelId", "pinned"])
    .shardBy("channelId"),
  users: defineTable({ email: v.string() }).index("by_email", ["email"], { unique: true }).global(),
});
"#;

/// A file of a project in memory.
pub(crate) type File<'a> = (PathBuf, &'a [u8]);

/// A file below the root.
pub(crate) fn file<'a>(path: &str, content: &'a [u8]) -> File<'a> {
    (Path::new(ROOT).join(path), content)
}

/// Splits bytes into files: a line `//// path` begins each. What stands before the first such line is the schema.
pub(crate) fn split(bytes: &[u8]) -> Vec<File<'_>> {
    let mut files = Vec::new();
    let mut name = "lunora/schema.ts".to_owned();
    let mut start = 0;
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(path) = line.strip_prefix(b"//// ") {
            files.push(file(&name, &bytes[start..at]));
            name = String::from_utf8_lossy(path).trim().replace('\0', "");
            start = at + line.len();
        }
        at += line.len();
    }
    files.push(file(&name, &bytes[start..]));
    // A path that leads out of the project is no file of it.
    files.retain(|(path, _)| {
        path.starts_with(ROOT) && !path.components().any(|part| part.as_os_str() == "..")
    });
    files
}

/// The projects among the files.
pub(crate) fn projects(memory: &Memory) -> Vec<FoundProject> {
    let options = DiscoveryOptions::default();
    let settings = Arc::new(Settings::new(Config::default(), None, PathBuf::from(ROOT)));
    let locations = find_projects(memory, &[PathBuf::from(ROOT)], &options).unwrap_or_default();
    let project =
        |location| FoundProject { location, options: options.clone(), settings: Arc::clone(&settings) };
    locations.into_iter().map(project).collect()
}
