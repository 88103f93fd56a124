//! Bytes as a schema, as a file of functions, as a whole project.

use lunora_check::{Judged, analyze, judge, rules};
use lunora_source::Memory;

use crate::files::{File, SCHEMA, file, projects, split};

/// A query for projects whose schema is at stake.
const FUNCTIONS: &str = r#"import { query, mutation } from "./_generated/server";
export const list = query.query(async ({ ctx, args }) =>
  ctx.db.query("messages").withIndex("by_channel", (q) => q.eq("channelId", args.channelId)).filter((m) => m.pinned).collect());
export const add = mutation.mutation(async ({ ctx, args }) => ctx.db.insert("messages", args));
"#;

/// Bytes as the schema of a project.
///
/// # Panics
/// If a promise is broken.
pub(crate) fn schema(bytes: &[u8]) {
    check(&[file("lunora/schema.ts", bytes), file("lunora/messages.ts", FUNCTIONS.as_bytes())]);
}

/// Bytes as a file of functions.
///
/// # Panics
/// If a promise is broken.
pub(crate) fn function_file(bytes: &[u8]) {
    check(&[file("lunora/schema.ts", SCHEMA.as_bytes()), file("lunora/messages.ts", bytes)]);
}

/// Bytes as a whole project, see [`split`].
///
/// # Panics
/// If a promise is broken.
pub(crate) fn project(bytes: &[u8]) {
    check(&split(bytes));
}

/// Judges the files twice: findings lie within their files, keys are unique, and the second look says the same.
fn check(files: &[File<'_>]) {
    let memory = Memory::new(files.iter().map(|(path, content)| (path, content)));
    for project in projects(&memory) {
        let names: Vec<_> = rules().iter().map(|rule| rule.name).collect();
        let look = || {
            let analysis = analyze(&memory, &project).ok()?;
            Some(judge(&memory, &project, analysis, &names))
        };
        let (first, second) = (look(), look());
        if let Some(first) = &first {
            findings_lie_in_their_files(first);
        }
        assert_eq!(first.map(|judged| judged.findings), second.map(|judged| judged.findings));
    }
}

fn findings_lie_in_their_files(judged: &Judged) {
    let mut keys = Vec::new();
    for reported in &judged.findings {
        let finding = &reported.finding;
        let related = finding.related.iter().map(|related| related.location);
        for location in related.chain([finding.primary]) {
            let text = judged.file(location.file).map(|(_, text)| text);
            let range = location.span.start as usize..location.span.end as usize;
            assert!(text.is_some_and(|text| text.get(range.clone()).is_some()), "{finding:?} points nowhere");
        }
        keys.push(&reported.cache_key);
    }
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "keys are unique");
}
