//! Byte ranges as the lines and columns that formats print.

use lunora_facts::Span;
use lunora_source::LineIndex;
use serde::Serialize;

/// A range as people and tools count it: from 1, columns in UTF-16 code units, the end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// The place of a range.
pub fn place(lines: &LineIndex, span: Span) -> Place {
    let start = lines.utf16(span.start);
    let end = lines.utf16(span.end.max(span.start));
    Place { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}

/// Line and column of one byte of a text that is read once.
pub fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let position = LineIndex::new(text).utf16(u32::try_from(offset).unwrap_or(u32::MAX));
    (position.line, position.column)
}
