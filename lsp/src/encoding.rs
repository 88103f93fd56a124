//! Byte offsets as positions of the protocol, in the encoding that client and server agreed on.

use lunora_facts::Span;
use lunora_source::LineIndex;
use tower_lsp::ls_types::{Position, PositionEncodingKind, Range};

/// What columns count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every client understands.
    #[default]
    Utf16,
}

impl Encoding {
    /// The first of the client's encodings that the server knows too.
    pub(crate) fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        let known = |kind: &PositionEncodingKind| match kind.as_str() {
            "utf-8" => Some(Self::Utf8),
            "utf-16" => Some(Self::Utf16),
            _ => None,
        };
        offered.unwrap_or_default().iter().find_map(known).unwrap_or_default()
    }

    /// As the protocol names it.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// The position of a byte offset. What lies outside of the text is its nearest edge.
    #[must_use]
    pub fn position(self, lines: &LineIndex, offset: u32) -> Position {
        let position = match self {
            Self::Utf8 => lines.utf8(offset),
            Self::Utf16 => lines.utf16(offset),
        };
        Position::new(position.line.saturating_sub(1), position.column.saturating_sub(1))
    }

    /// The range of a span.
    #[must_use]
    pub fn range(self, lines: &LineIndex, span: Span) -> Range {
        Range::new(self.position(lines, span.start), self.position(lines, span.end.max(span.start)))
    }

    /// The byte offset of a position. What lies outside of the text is its nearest edge.
    #[must_use]
    pub fn offset(self, lines: &LineIndex, position: Position) -> u32 {
        let position = lunora_source::Position {
            line: position.line.saturating_add(1),
            column: position.character.saturating_add(1),
        };
        match self {
            Self::Utf8 => lines.offset_of_utf8(position),
            Self::Utf16 => lines.offset_of_utf16(position),
        }
    }

    /// The span of a range; one that ends before it begins is empty.
    #[must_use]
    pub fn span(self, lines: &LineIndex, range: Range) -> Span {
        let start = self.offset(lines, range.start);
        Span::new(start, self.offset(lines, range.end).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_encoding_of_the_client_counts() {
        let offer = |names: &[&'static str]| {
            Encoding::negotiate(Some(
                &names.iter().map(|name| PositionEncodingKind::new(name)).collect::<Vec<_>>(),
            ))
        };
        assert_eq!(offer(&["utf-32", "utf-8", "utf-16"]), Encoding::Utf8);
        assert_eq!(offer(&["utf-16", "utf-8"]), Encoding::Utf16);
        assert_eq!(offer(&["utf-32"]), Encoding::Utf16);
        assert_eq!(Encoding::negotiate(None), Encoding::Utf16);
    }

    #[test]
    fn positions_count_from_zero_in_either_encoding() {
        let lines = LineIndex::new("a\r\nü🦀b");
        let end = Span::new(9, 10);
        assert_eq!(Encoding::Utf16.range(&lines, end), Range::new(Position::new(1, 3), Position::new(1, 4)));
        assert_eq!(Encoding::Utf8.range(&lines, end), Range::new(Position::new(1, 6), Position::new(1, 7)));
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            assert_eq!(encoding.span(&lines, encoding.range(&lines, end)), end);
        }
    }
}
