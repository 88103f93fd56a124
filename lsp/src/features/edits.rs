//! Edits of files as the protocol wants them.

use std::collections::{BTreeMap, HashMap};

use lunora_facts::FileId;
use lunora_report::Edit;
use tower_lsp::ls_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    WorkspaceEdit,
};

use crate::snapshot::FileView;

/// Edits of files of a project, each meant for the version of its document that they were made from; a closed file has none.
pub(crate) fn workspace_edit(file: FileView<'_>, edits: &[Edit]) -> WorkspaceEdit {
    let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let range = file.other(edit.file).range(edit.span);
        by_file.entry(edit.file).or_default().push(TextEdit::new(range, edit.new_text.clone()));
    }
    let files = by_file.into_iter().filter_map(|(id, edits)| {
        let file = file.other(id);
        Some((file.uri()?, file.document().map(|document| document.version), edits))
    });
    if !file.snapshot.client.has_versioned_edits {
        let changes: HashMap<_, _> = files.map(|(uri, _, edits)| (uri, edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let changes = files.map(|(uri, version, edits)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    });
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(changes.collect())),
        ..WorkspaceEdit::default()
    }
}
