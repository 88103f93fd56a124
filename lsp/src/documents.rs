//! The files that are open in the editor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_source::LineIndex;
use rustc_hash::FxHashMap;
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::encoding::Encoding;

/// A file that is open in the editor: its text is what counts, whatever the disk says.
#[derive(Clone, Debug)]
pub struct Document {
    /// As the client writes it.
    pub uri: Uri,
    /// The client's number for this state of the text.
    pub version: i32,
    /// What stands in it.
    pub text: Arc<str>,
    /// The lines of the text.
    pub lines: Arc<LineIndex>,
    /// Whether a change was lost, so that only a whole new text can be trusted.
    is_lost: bool,
}

/// The files that are open in the editor, by their canonical paths.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    open: FxHashMap<PathBuf, Document>,
}

/// Why a change of a document was not applied, or is suspicious.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum ChangeProblem {
    /// The document is not open.
    #[error("the document is not open")]
    NotOpen,
    /// The change is older than the text, or one before it was lost.
    #[error("the change does not follow the text that is here; waiting for a whole text")]
    OutOfOrder,
}

impl Document {
    pub(crate) fn new(uri: Uri, version: i32, text: &str) -> Self {
        Self { uri, version, text: Arc::from(text), lines: Arc::new(LineIndex::new(text)), is_lost: false }
    }

    fn apply(&mut self, changes: &[TextDocumentContentChangeEvent], encoding: Encoding) {
        for change in changes {
            let text = match change.range {
                None => change.text.clone(),
                Some(range) => {
                    let span = encoding.span(&self.lines, range);
                    let before = self.text.get(..span.start as usize).unwrap_or_default();
                    let after = self.text.get(span.end as usize..).unwrap_or_default();
                    [before, &change.text, after].concat()
                }
            };
            self.lines = Arc::new(LineIndex::new(&text));
            self.text = Arc::from(text);
        }
    }
}

impl Documents {
    /// The open document of a file, by its canonical path.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    /// Every open document with its canonical path.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.open.iter()
    }

    pub(crate) fn insert(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
    }

    pub(crate) fn remove(&mut self, path: &Path) -> Option<Document> {
        self.open.remove(path)
    }

    /// Applies changes, one after the other.
    ///
    /// # Errors
    /// If the changes cannot follow the text that is here. Then the text stays as it is until the client sends a whole one.
    pub(crate) fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> Result<(), ChangeProblem> {
        let document = self.open.get_mut(path).ok_or(ChangeProblem::NotOpen)?;
        // What comes before a whole text does not matter.
        let whole = changes.iter().rposition(|change| change.range.is_none());
        document.is_lost = (document.is_lost || version < document.version) && whole.is_none();
        if document.is_lost {
            return Err(ChangeProblem::OutOfOrder);
        }
        document.apply(changes.get(whole.unwrap_or(0)..).unwrap_or_default(), encoding);
        document.version = version;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use tower_lsp::ls_types::{Position, Range};

    use super::*;

    fn open(text: &str) -> Documents {
        let mut documents = Documents::default();
        let uri = Uri::from_str("file:///a.ts").expect("a URI");
        documents.insert(PathBuf::from("/a.ts"), Document::new(uri, 1, text));
        documents
    }

    fn change(range: Option<((u32, u32), (u32, u32))>, text: &str) -> TextDocumentContentChangeEvent {
        let position = |(line, character)| Position::new(line, character);
        let range = range.map(|(start, end)| Range::new(position(start), position(end)));
        TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() }
    }

    fn text(documents: &Documents) -> &str {
        documents.get(Path::new("/a.ts")).map_or("", |document| &document.text)
    }

    #[test]
    fn each_change_counts_from_the_text_that_the_one_before_it_left() {
        for (encoding, column) in [(Encoding::Utf16, 3), (Encoding::Utf8, 6)] {
            let mut documents = open("ü🦀b\r\nc");
            let changes = [
                change(Some(((0, column), (0, column + 1))), "x\r\ny"),
                change(Some(((1, 0), (1, 1))), ""),
                change(Some(((2, 1), (9, 9))), "d"),
            ];
            documents.change(Path::new("/a.ts"), 2, &changes, encoding).expect("applied");
            assert_eq!(text(&documents), "ü🦀x\r\n\r\ncd");
        }
    }

    #[test]
    fn after_a_lost_change_only_a_whole_text_counts() {
        let mut documents = open("abc");
        let path = Path::new("/a.ts");
        let insert = [change(Some(((0, 0), (0, 0))), "x")];
        assert_eq!(documents.change(path, 0, &insert, Encoding::Utf16), Err(ChangeProblem::OutOfOrder));
        assert_eq!(documents.change(path, 3, &insert, Encoding::Utf16), Err(ChangeProblem::OutOfOrder));
        assert_eq!(text(&documents), "abc");
        let whole = [insert[0].clone(), change(None, "new"), insert[0].clone()];
        assert_eq!(documents.change(path, 4, &whole, Encoding::Utf16), Ok(()));
        assert_eq!(text(&documents), "xnew");
        assert_eq!(
            documents.change(Path::new("/b.ts"), 1, &whole, Encoding::Utf16),
            Err(ChangeProblem::NotOpen)
        );
    }
}
