//! How a file is written: quotes, indentation, line endings.

use lunora_facts::{Expr, ExprId};

use super::code::Code;

/// A line that becomes longer than this is broken.
pub(super) const LINE_WIDTH: usize = 100;

/// How a file is written.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    quote: char,
    pub(super) newline: &'static str,
    /// One step of indentation.
    pub(super) step: String,
}

/// As most files are written.
impl Default for Style {
    fn default() -> Self {
        Self { quote: '"', newline: "\n", step: "  ".to_owned() }
    }
}

impl Style {
    pub(super) fn of(code: &Code<'_>) -> Self {
        Self { quote: quote(code), newline: newline(code.text), step: step(code.text) }
    }

    /// A string as the file writes strings.
    pub(super) fn string(&self, text: &str) -> String {
        if text.contains(['\'', '"', '\\', '\n']) {
            format!("{text:?}")
        } else {
            format!("{quote}{text}{quote}", quote = self.quote)
        }
    }

    /// Strings with commas between them.
    pub(super) fn strings(&self, texts: &[String]) -> String {
        let strings: Vec<String> = texts.iter().map(|text| self.string(text)).collect();
        strings.join(", ")
    }
}

/// The text of a line up to a position.
pub(super) fn line_before(text: &str, position: usize) -> &str {
    let before = text.get(..position).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default()
}

/// The white space that a line begins with.
pub(super) fn indentation(line: &str) -> &str {
    let end = line.len() - line.trim_start().len();
    line.get(..end).unwrap_or_default()
}

fn quote(code: &Code<'_>) -> char {
    let strings = (0..).map(ExprId::new).zip(&code.program.exprs);
    let quotes = strings
        .filter(|(_, expr)| matches!(expr, Expr::String(_)))
        .filter_map(|(id, _)| code.source(id).chars().next());
    let (single, double) = quotes.fold((0_usize, 0_usize), |(single, double), quote| match quote {
        '\'' => (single + 1, double),
        '"' => (single, double + 1),
        _ => (single, double),
    });
    let imported = || code.text.contains(" from '");
    if single > double || (single == double && imported()) { '\'' } else { '"' }
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn step(text: &str) -> String {
    let indented = text.lines().map(indentation).filter(|space| !space.is_empty());
    let mut narrowest: Option<&str> = None;
    for space in indented {
        if space.starts_with('\t') {
            return "\t".to_owned();
        }
        // A line of a block comment is indented by one more.
        if space.len() > 1 && narrowest.is_none_or(|known| space.len() < known.len()) {
            narrowest = Some(space);
        }
    }
    narrowest.unwrap_or("  ").to_owned()
}
