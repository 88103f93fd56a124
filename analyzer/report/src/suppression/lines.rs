//! Where the lines of a text begin, for questions that come in thousands.

use std::cell::OnceCell;

use super::directive::narrow;

/// The lines of a text. They end with `\n`, `\r\n` or `\r`.
#[derive(Debug, Default)]
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where each line begins, the first one left out. Most files are never asked about.
    starts: OnceCell<Vec<u32>>,
    /// The last search for code: from where, and what was found.
    code: Option<(usize, Option<usize>)>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, starts: OnceCell::new(), code: None }
    }

    /// The text between two bytes; nothing if they lie within characters.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Which line a byte is on, from 0.
    pub(super) fn line_of(&self, position: usize) -> u32 {
        narrow(self.starts().partition_point(|start| *start as usize <= position))
    }

    /// Where the line of a byte begins, a byte order mark left out.
    pub(super) fn start(&self, position: usize) -> usize {
        let line = self.line_of(position) as usize;
        let mark = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        line.checked_sub(1).and_then(|before| self.starts().get(before)).map_or(mark, |start| *start as usize)
    }

    /// One past the end of the line of a byte, what ends it included.
    pub(super) fn end(&self, position: usize) -> usize {
        self.starts().get(self.line_of(position) as usize).map_or(self.text.len(), |start| *start as usize)
    }

    /// Where the first code at or after a byte that is in no comment begins: not white space, not a comment.
    pub(super) fn next_code(&mut self, position: usize) -> Option<usize> {
        // Comments stand together, and the same code follows them all.
        if let Some((from, found)) = self.code
            && from <= position
            && found.is_none_or(|found| position <= found)
        {
            return found;
        }
        let found = self.search_code(position);
        self.code = Some((position, found));
        found
    }

    fn search_code(&self, mut position: usize) -> Option<usize> {
        loop {
            let rest = self.text.get(position..)?;
            let trimmed = rest.trim_start();
            position += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                position = self.end(position);
            } else if trimmed.starts_with("/*") {
                position += trimmed.find("*/")? + 2;
            } else {
                return (!trimmed.is_empty()).then_some(position);
            }
        }
    }

    fn starts(&self) -> &[u32] {
        self.starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let ends_line = |at: &usize| match bytes.get(*at) {
                Some(b'\n') => true,
                Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            (0..bytes.len()).filter(ends_line).map(|at| narrow(at + 1)).collect()
        })
    }
}
