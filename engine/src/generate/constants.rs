//! Texts that code compares names with, so that generated rows and users can satisfy what it asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fastrand::Rng;
use regex::Regex;

/// How many texts of a name are kept.
const MOST: usize = 12;

/// For each name (`status`, `role`), the texts that code compares it with.
#[derive(Debug, Default)]
pub(crate) struct Constants(BTreeMap<String, BTreeSet<String>>);

impl Constants {
    /// Gathers what a file compares: `row.status === "open"`, `q.eq("status", "open")`, `requireRole("staff")`. The code is as the printer
    /// writes it, with texts in double quotes.
    pub(crate) fn gather(&mut self, code: &str) {
        for pattern in patterns() {
            for found in pattern.captures_iter(code) {
                if let (Some(name), Some(text)) = (found.name("name"), found.name("text")) {
                    self.add(name.as_str(), text.as_str());
                }
            }
        }
    }

    /// A text that some code compares a name with.
    pub(crate) fn of(&self, name: &str, random: &mut Rng) -> Option<&str> {
        let texts = self.0.get(name)?;
        texts.iter().nth(random.usize(..texts.len().max(1))).map(String::as_str)
    }

    /// Names with the text that a user of a position claims: users that follow each other claim different ones.
    pub(crate) fn claims(&self, position: usize) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, texts)| {
            let text = texts.iter().nth(position % texts.len().max(1))?;
            Some((name.as_str(), text.as_str()))
        })
    }

    fn add(&mut self, name: &str, text: &str) {
        let mut letters = name.chars();
        let Some(first) = letters.next() else { return };
        let name: String = first.to_lowercase().chain(letters).collect();
        let texts = self.0.entry(name).or_default();
        if texts.len() < MOST {
            texts.insert(text.to_owned());
        }
    }
}

fn patterns() -> &'static [Regex] {
    static PATTERNS: OnceLock<Vec<Regex>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        const TEXT: &str = r#""(?P<text>[^"\\\n]{1,40})""#;
        let patterns = [
            format!(r"\b(?P<name>[A-Za-z]\w*)\s*[!=]==?\s*{TEXT}"),
            format!(r"{TEXT}\s*[!=]==?\s*(?:\w+\??\.)*(?P<name>[A-Za-z]\w*)"),
            format!(r#"\.eq\(\s*"(?P<name>\w+)",\s*{TEXT}\)"#),
            format!(r"[a-z](?P<name>Role|Plan|Status)\((?:\w+,\s*)?{TEXT}"),
            format!(r"\b(?P<name>role|status|state|kind|type|plan|tier|stage|visibility):\s*{TEXT}"),
        ];
        patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
    })
}
