//! A project with a fix applied, and where a place went.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lunora_facts::{FileId, Span};
use lunora_report::{Edit, Fix, Location, apply_edits};
use lunora_source::{FileSystem, Overlay, SourceTree};

use crate::subject::Zone;

/// The tree as it is with a fix, in memory; `None` if the edits of the fix make no sense.
pub(crate) fn with_fix(file_system: &dyn FileSystem, tree: &SourceTree, fix: &Fix) -> Option<SourceTree> {
    let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        edits.entry(edit.file).or_default().push(edit);
    }
    let mut buffers: Vec<(PathBuf, String)> = Vec::new();
    for (id, edits) in edits {
        let file = tree.files.get(id.index())?;
        buffers.push((file.path.clone(), apply_edits(&file.text, edits)?));
    }
    let changed: Vec<PathBuf> = buffers.iter().map(|(path, _)| path.clone()).collect();
    let overlay = Overlay::new(file_system, buffers);
    Some(tree.reload(&overlay, &changed))
}

/// Where a place lies after a fix, in the tree with it. What is inserted at its edges belongs to it.
pub(crate) fn moved(before: &SourceTree, after: &SourceTree, fix: &Fix, place: Location) -> Option<Zone> {
    let source = before.files.get(place.file.index())?;
    let relative = &source.relative;
    let has_carriage_returns = source.text.contains("\r\n");
    let file = after.files.iter().find(|file| file.relative == *relative)?;
    let (mut start, mut end) = (i64::from(place.span.start), i64::from(place.span.end));
    for edit in fix.edits.iter().filter(|edit| edit.file == place.file) {
        // Line ends of what is new follow the text.
        let breaks =
            if has_carriage_returns { edit.new_text.replace("\r\n", "\n").matches('\n').count() } else { 0 };
        let new = edit.new_text.replace("\r\n", "\n").len() + breaks;
        let grown = i64::try_from(new).ok()? - i64::from(edit.span.end - edit.span.start);
        if edit.span.end < place.span.start {
            start += grown;
        } else if edit.span.start < place.span.start {
            start -= i64::from(place.span.start - edit.span.start);
        }
        if edit.span.start <= place.span.end {
            end += grown + i64::from(edit.span.end.saturating_sub(place.span.end));
        }
    }
    let span = Span::new(u32::try_from(start).ok()?, u32::try_from(end.max(start)).ok()?);
    Zone::new(after, file.id, span)
}
