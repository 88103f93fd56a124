//! Edits of texts as edits of the protocol.

use std::collections::{BTreeMap, HashMap};

use lunora_check::Buffers;
use lunora_facts::Span;
use lunora_report::Edit;
use lunora_source::LineIndex;
use similar::{DiffOp, TextDiff};
use tower_lsp::ls_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Uri,
    WorkspaceEdit,
};

use crate::snapshot::{FileView, Snapshot, canonical};

/// Edits of several files, each meant for the version of its document that the snapshot has seen, or for the disk if it is closed.
#[derive(Debug, Default)]
pub struct Edits {
    files: BTreeMap<Uri, FileEdits>,
}

#[derive(Debug, Default)]
struct FileEdits {
    version: Option<i32>,
    edits: Vec<TextEdit>,
}

impl Edits {
    /// Adds a replacement of a span of a file. Line ends of the new text follow the file. Edits of a file must not overlap.
    pub fn replace(&mut self, file: FileView<'_>, span: Span, new_text: &str) {
        let Some(uri) = file.uri() else { return };
        let version = file.document().map(|document| document.version);
        let edits = self.files.entry(uri).or_insert_with(|| FileEdits { version, edits: Vec::new() });
        let new_text = if file.text().contains("\r\n") && !new_text.contains('\r') {
            new_text.replace('\n', "\r\n")
        } else {
            new_text.to_owned()
        };
        edits.edits.push(TextEdit { range: file.range(span), new_text });
    }

    /// Adds the edits of a fix. `file` is any file of the project.
    pub(crate) fn add(&mut self, file: FileView<'_>, edits: &[Edit]) {
        for edit in edits {
            self.replace(file.other(edit.file), edit.span, &edit.new_text);
        }
    }

    /// Adds what turns files into new texts, line by line.
    pub(crate) fn rewrite(&mut self, snapshot: &Snapshot, buffers: &Buffers) {
        for (path, after) in buffers {
            let path = canonical(path);
            let document = snapshot.documents.get(&path);
            let on_disk = || std::fs::read_to_string(&path).unwrap_or_default();
            let before = document.map_or_else(on_disk, |document| document.text.to_string());
            let Some(uri) = snapshot.uri(&path) else { continue };
            let version = document.map(|document| document.version);
            let edits = self.files.entry(uri).or_insert_with(|| FileEdits { version, edits: Vec::new() });
            edits.edits.extend(line_edits(snapshot, &before, after));
        }
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.values().all(|file| file.edits.is_empty())
    }

    /// As the client takes it.
    #[must_use]
    pub fn finish(self, snapshot: &Snapshot) -> WorkspaceEdit {
        if !snapshot.client.has_versioned_edits {
            // A type that the protocol's library fixes: the order of files in it says nothing.
            let changes: HashMap<Uri, Vec<TextEdit>> =
                self.files.into_iter().map(|(uri, file)| (uri, file.edits)).collect();
            return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
        }
        let documents = self.files.into_iter().map(|(uri, file)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version: file.version },
            edits: file.edits.into_iter().map(OneOf::Left).collect(),
        });
        let changes = DocumentChanges::Edits(documents.collect());
        WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

/// The lines that differ, as edits.
fn line_edits(snapshot: &Snapshot, before: &str, after: &str) -> Vec<TextEdit> {
    let lines = LineIndex::new(before);
    let diff = TextDiff::from_lines(before, after);
    let old = offsets((0..).map_while(|line| diff.old_slice(line)));
    let new = offsets((0..).map_while(|line| diff.new_slice(line)));
    let slice = |offsets: &[usize], from: usize, to: usize| {
        (offsets.get(from).copied().unwrap_or_default(), offsets.get(to).copied().unwrap_or_default())
    };
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let (start, end) = slice(&old, op.old_range().start, op.old_range().end);
            let (from, to) = slice(&new, op.new_range().start, op.new_range().end);
            let position =
                |offset| snapshot.client.encoding.position(&lines, u32::try_from(offset).unwrap_or(u32::MAX));
            TextEdit {
                range: tower_lsp::ls_types::Range::new(position(start), position(end)),
                new_text: after.get(from..to).unwrap_or_default().to_owned(),
            }
        })
        .collect()
}

/// Where each line begins, and where the last one ends.
fn offsets<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let ends = lines.scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}
