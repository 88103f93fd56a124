//! Byte offsets as lines and columns, and back.

use memchr::memchr2;

/// A place in a text as people and editors count it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// From 1.
    pub line: u32,
    /// From 1, in code units of the encoding that was asked for.
    pub column: u32,
}

/// Where the lines of a text begin and which of its characters are wider than a byte. Lines end with `\n`, `\r\n` or `\r`. A byte
/// order mark at the start has no column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineIndex {
    /// The first byte of each line, a byte order mark left out.
    starts: Vec<u32>,
    /// The first byte of what ends each line; for the last line, the end of the text.
    ends: Vec<u32>,
    wide: Vec<Wide>,
}

/// A character that takes more than one byte.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Wide {
    offset: u32,
    utf8: u32,
    utf16: u32,
}

impl LineIndex {
    /// Reads a text. Offsets beyond 4 GiB are not counted; no text that is read is so long.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let offset = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut index = Self { starts: vec![offset(first)], ends: Vec::new(), wide: Vec::new() };
        let bytes = text.as_bytes();
        // Most texts have nothing but line breaks to look at.
        let is_ascii = text.is_ascii();
        let next = |from: usize| {
            if is_ascii { Some(from + memchr2(b'\n', b'\r', bytes.get(from..)?)?) } else { Some(from) }
        };
        let mut position = first;
        while let Some((found, byte)) = next(position).and_then(|found| Some((found, bytes.get(found)?))) {
            position = found;
            let mut width = 1;
            match byte {
                b'\n' => index.end_line(offset(position), offset(position + 1)),
                b'\r' => {
                    width += usize::from(bytes.get(position + 1) == Some(&b'\n'));
                    index.end_line(offset(position), offset(position + width));
                }
                0..=0x7f => {}
                _ => {
                    let character = text[position..].chars().next().unwrap_or_default();
                    width = character.len_utf8();
                    let utf16 = offset(character.len_utf16());
                    index.wide.push(Wide { offset: offset(position), utf8: offset(width), utf16 });
                }
            }
            position += width;
        }
        index.ends.push(offset(text.len()));
        index
    }

    /// The number of lines; a text that ends with a line break has an empty last one.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The byte range of a line, counted from 1, without what ends it.
    #[must_use]
    pub fn line_range(&self, line: u32) -> Option<std::ops::Range<u32>> {
        let index = (line as usize).checked_sub(1)?;
        Some(*self.starts.get(index)?..*self.ends.get(index)?)
    }

    /// The place of a byte offset, columns in UTF-16 code units. An offset beyond the end counts as the end, one within a character
    /// as its start, one within a line break as the end of its line.
    #[must_use]
    pub fn utf16(&self, offset: u32) -> Position {
        let (line, start, offset) = self.line_of(offset);
        let narrowing: u32 = self
            .wide_in(start, offset)
            .map(|wide| {
                let within = offset - wide.offset;
                if within < wide.utf8 { within } else { wide.utf8 - wide.utf16 }
            })
            .sum();
        Position { line, column: offset - start - narrowing + 1 }
    }

    /// As [`Self::utf16`], columns in bytes.
    #[must_use]
    pub fn utf8(&self, offset: u32) -> Position {
        let (line, start, offset) = self.line_of(offset);
        let within = self
            .wide_in(start, offset)
            .map(|wide| offset - wide.offset)
            .zip(self.wide_in(start, offset))
            .find_map(|(within, wide)| (within < wide.utf8).then_some(within));
        Position { line, column: offset - start - within.unwrap_or(0) + 1 }
    }

    /// The byte offset of a place whose column counts UTF-16 code units. A column beyond the line counts as its end, one within a
    /// character as its start, a line beyond the text as its end.
    #[must_use]
    pub fn offset_of_utf16(&self, position: Position) -> u32 {
        let Some(range) = self.line_range(position.line) else {
            return self.outside(position);
        };
        let mut offset = range.start.saturating_add(position.column.saturating_sub(1));
        for wide in self.wide_in(range.start, range.end) {
            if wide.offset >= offset {
                break;
            }
            let units_after_start = offset - wide.offset;
            if units_after_start < wide.utf16 {
                return wide.offset;
            }
            offset = offset.saturating_add(wide.utf8 - wide.utf16);
        }
        offset.min(range.end)
    }

    /// As [`Self::offset_of_utf16`], for a column in bytes.
    #[must_use]
    pub fn offset_of_utf8(&self, position: Position) -> u32 {
        let Some(range) = self.line_range(position.line) else {
            return self.outside(position);
        };
        let offset = range.start.saturating_add(position.column.saturating_sub(1)).min(range.end);
        self.wide_in(range.start, offset)
            .last()
            .filter(|wide| offset - wide.offset < wide.utf8)
            .map_or(offset, |wide| wide.offset)
    }

    fn end_line(&mut self, end: u32, next: u32) {
        self.ends.push(end);
        self.starts.push(next);
    }

    /// The line of an offset, its first byte, and the offset clamped to the line's text.
    fn line_of(&self, offset: u32) -> (u32, u32, u32) {
        let index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or_default();
        let end = self.ends.get(index).copied().unwrap_or_default();
        (u32::try_from(index + 1).unwrap_or(u32::MAX), start, offset.clamp(start, end))
    }

    /// The wide characters that begin in a range.
    fn wide_in(&self, start: u32, end: u32) -> impl Iterator<Item = &Wide> {
        let first = self.wide.partition_point(|wide| wide.offset < start);
        self.wide.iter().skip(first).take_while(move |wide| wide.offset < end)
    }

    fn outside(&self, position: Position) -> u32 {
        let edge = if position.line == 0 { self.starts.first() } else { self.ends.last() };
        edge.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn columns_count_utf16_units() {
        let text = "const é = \"🐟\"; x\n";
        let index = LineIndex::new(text);
        let offset = u32::try_from(text.find('x').unwrap_or_default()).unwrap_or_default();
        assert_eq!(index.utf16(offset), at(1, 17));
        assert_eq!(index.utf8(offset), at(1, 20));
        assert_eq!(index.offset_of_utf16(at(1, 17)), offset);
        assert_eq!(index.offset_of_utf8(at(1, 20)), offset);
    }

    #[test]
    fn an_offset_within_a_character_is_its_start() {
        let index = LineIndex::new("🐟");
        for inside in 0..4 {
            assert_eq!(index.utf16(inside), at(1, 1));
            assert_eq!(index.utf8(inside), at(1, 1));
        }
        assert_eq!(index.utf16(4), at(1, 3));
        assert_eq!(index.offset_of_utf16(at(1, 2)), 0);
        assert_eq!(index.offset_of_utf8(at(1, 3)), 0);
    }

    #[test]
    fn every_kind_of_line_break_ends_one_line() {
        let index = LineIndex::new("a\r\nb\rc\n");
        assert_eq!(index.line_count(), 4);
        assert_eq!(index.utf16(3), at(2, 1));
        assert_eq!(index.utf16(5), at(3, 1));
        assert_eq!(index.utf16(7), at(4, 1));
        assert_eq!(index.utf16(2), at(1, 2), "within the break");
        assert_eq!(index.offset_of_utf16(at(1, 99)), 1);
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        let index = LineIndex::new("\u{feff}export\nx");
        assert_eq!(index.utf16(3), at(1, 1));
        assert_eq!(index.utf16(0), at(1, 1));
        assert_eq!(index.offset_of_utf16(at(1, 1)), 3);
        assert_eq!(index.utf16(10), at(2, 1));
    }

    #[test]
    fn places_outside_the_text_are_its_edges() {
        let index = LineIndex::new("ab\nc");
        assert_eq!(index.utf16(99), at(2, 2));
        assert_eq!(index.offset_of_utf16(at(9, 1)), 4);
        assert_eq!(index.offset_of_utf16(at(0, 0)), 0);
    }
}
