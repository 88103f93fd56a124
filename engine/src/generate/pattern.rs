//! Texts that match a regular expression.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// A text that a pattern matches, the same for the same variant and mostly different for different ones; `None` if the pattern is not
/// understood. A repetition without a lower bound is repeated at least `least` times where it may be.
pub(crate) fn matching(pattern: &str, variant: usize, least: usize) -> Option<String> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut writer = Writer { text: String::new(), state: variant, least };
    writer.write(&hir)?;
    Some(writer.text)
}

struct Writer {
    text: String,
    /// What is left of the variant; each choice takes some of it.
    state: usize,
    least: usize,
}

impl Writer {
    fn write(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Some(()),
            HirKind::Literal(literal) => {
                self.text.push_str(std::str::from_utf8(&literal.0).ok()?);
                Some(())
            }
            HirKind::Class(class) => self.class(class),
            HirKind::Repetition(repetition) => self.repetition(repetition),
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part)),
            HirKind::Alternation(parts) => {
                let position = self.choose(parts.len());
                self.write(parts.get(position)?)
            }
        }
    }

    /// Enough repetitions to tell variants apart.
    fn repetition(&mut self, repetition: &Repetition) -> Option<()> {
        let most = repetition.max.map_or(usize::MAX, |most| most as usize);
        let wanted = (repetition.min as usize).max(self.least.max(4)).min(most);
        (0..wanted).try_for_each(|_| self.write(&repetition.sub))
    }

    fn class(&mut self, class: &Class) -> Option<()> {
        let mut letters: Vec<char> = match class {
            Class::Unicode(class) => {
                class.ranges().iter().flat_map(|range| (range.start()..=range.end()).take(64)).collect()
            }
            Class::Bytes(class) => class
                .ranges()
                .iter()
                .flat_map(|range| (range.start()..=range.end()).map(char::from))
                .filter(char::is_ascii)
                .collect(),
        };
        if letters.iter().any(char::is_ascii_alphanumeric) {
            letters.retain(char::is_ascii_alphanumeric);
        }
        let position = self.choose(letters.len());
        self.text.push(*letters.get(position)?);
        Some(())
    }

    fn choose(&mut self, count: usize) -> usize {
        if count == 0 {
            return 0;
        }
        let position = self.state % count;
        self.state /= count;
        position
    }
}
