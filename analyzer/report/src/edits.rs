//! Applying fixes to text.

use std::collections::BTreeSet;

use lunora_facts::FileId;
use rustc_hash::FxHashMap;

use crate::finding::{Edit, Fix};

/// Which of several fixes go together: each one whose edits touch no edit of one before it. A fix counts whole or not at all.
///
/// Edits that only touch count as overlapping: what stands between them cannot be told from what either means to keep.
#[must_use]
pub fn select_fixes(fixes: &[&Fix]) -> Vec<bool> {
    // Fixes do not touch each other, so what begins last also ends last.
    let mut taken: FxHashMap<FileId, BTreeSet<(u32, u32)>> = FxHashMap::default();
    fixes
        .iter()
        .map(|fix| {
            let is_free = fix.edits.iter().all(|edit| {
                let others = taken.get(&edit.file);
                let last = others.and_then(|others| others.range(..=(edit.span.end, u32::MAX)).next_back());
                last.is_none_or(|(_, end)| *end < edit.span.start)
            });
            let is_selected = is_free && !fix.edits.is_empty();
            if is_selected {
                for edit in &fix.edits {
                    taken.entry(edit.file).or_default().insert((edit.span.start, edit.span.end));
                }
            }
            is_selected
        })
        .collect()
}

/// The text after these edits of it, in any order. Line ends of what is new follow the text. `None` if two edits overlap or one
/// reaches beyond the text or into a character.
#[must_use]
pub fn apply_edits<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    // The sort is stable: insertions at one place keep their order.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let line_end = match text.contains('\n') {
        true if text.contains("\r\n") => "\r\n",
        false if text.contains('\r') => "\r",
        _ => "\n",
    };
    let mut applied = String::with_capacity(text.len());
    let mut position = 0;
    for edit in edits {
        let range = edit.span.range();
        applied.push_str(text.get(position..range.start)?);
        text.get(range.clone())?;
        if line_end == "\n" {
            applied.push_str(&edit.new_text);
        } else {
            applied.push_str(&edit.new_text.replace("\r\n", "\n").replace('\n', line_end));
        }
        position = range.end;
    }
    applied.push_str(text.get(position..)?);
    Some(applied)
}

#[cfg(test)]
mod tests {
    use lunora_facts::Span;

    use super::*;
    use crate::finding::Applicability;

    fn edit(file: u32, start: u32, end: u32, new_text: &str) -> Edit {
        Edit { file: FileId(file), span: Span::new(start, end), new_text: new_text.to_owned() }
    }

    fn fix(edits: Vec<Edit>) -> Fix {
        Fix { title: String::new(), applicability: Applicability::Safe, edits }
    }

    #[test]
    fn fixes_that_touch_do_not_go_together_and_count_whole() {
        let first = fix(vec![edit(0, 4, 6, "")]);
        let touching = fix(vec![edit(1, 0, 1, ""), edit(0, 6, 8, "")]);
        let beside_what_was_left_out = fix(vec![edit(1, 0, 1, "")]);
        let empty = fix(Vec::new());
        assert_eq!(
            select_fixes(&[&first, &touching, &beside_what_was_left_out, &empty]),
            [true, false, true, false]
        );
    }

    #[test]
    fn edits_apply_in_any_order_and_follow_the_line_ends() {
        let text = "\u{feff}ab\r\ncd\r\n";
        let edits = [edit(0, 7, 8, "x\ny"), edit(0, 3, 3, "// z\n")];
        assert_eq!(apply_edits(text, &edits).as_deref(), Some("\u{feff}// z\r\nab\r\nx\r\nyd\r\n"));
        assert_eq!(apply_edits("ab\rcd\r", &[edit(0, 3, 4, "x\ny")]).as_deref(), Some("ab\rx\ryd\r"));
    }

    #[test]
    fn edits_that_make_no_sense_change_nothing() {
        assert_eq!(apply_edits("ü", &[edit(0, 1, 2, "")]), None);
        assert_eq!(apply_edits("a", &[edit(0, 0, 9, "")]), None);
        assert_eq!(apply_edits("abc", &[edit(0, 0, 2, ""), edit(0, 1, 3, "")]), None);
    }
}
