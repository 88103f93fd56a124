//! Texts that code compares names with, so that generated rows and users can satisfy what it asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fastrand::Rng;
use regex::Regex;

/// How many texts of a name are kept.
const MOST: usize = 12;

/// For each name (`status`, `role`), the texts that code compares it with.
#[derive(Debug, Default)]
pub(crate) struct Constants {
    texts: BTreeMap<String, BTreeSet<String>>,
    /// Functions whose first parameter has a name that says what is demanded.
    demanding: BTreeMap<String, String>,
    /// Functions that are called with a text first.
    calls: BTreeSet<(String, String)>,
}

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
        self.gather_demands(code);
    }

    /// What functions whose first parameter is a role or the like are called with: `const having = (role) => …` and `having("admin")`, in
    /// this file or another one.
    fn gather_demands(&mut self, code: &str) {
        let found = |pattern: &'static Regex| {
            pattern.captures_iter(code).filter_map(|found| {
                Some((found.name("function")?.as_str().to_owned(), found.name("word")?.as_str().to_owned()))
            })
        };
        self.demanding.extend(demanding().iter().flat_map(found));
        self.calls.extend(called().into_iter().flat_map(found));
        let demands: Vec<(String, String)> = self
            .calls
            .iter()
            .filter_map(|(function, text)| Some((self.demanding.get(function)?.clone(), text.clone())))
            .collect();
        for (name, text) in demands {
            self.add(&name, &text);
        }
    }

    /// A text that some code compares a name with, or one of what the name stands for: `roles` hold what `role` does.
    pub(crate) fn of(&self, name: &str, random: &mut Rng) -> Option<&str> {
        let one = || self.texts.get(name.strip_suffix('s')?);
        let texts = self.texts.get(name).or_else(one)?;
        texts.iter().nth(random.usize(..texts.len().max(1))).map(String::as_str)
    }

    /// Names with the text that a user of a position claims: users that follow each other claim different ones.
    pub(crate) fn claims(&self, position: usize) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(move |(name, texts)| {
            let text = texts.iter().nth(position % texts.len().max(1))?;
            Some((name.as_str(), text.as_str()))
        })
    }

    fn add(&mut self, name: &str, text: &str) {
        let mut letters = name.chars();
        let Some(first) = letters.next() else { return };
        let name: String = first.to_lowercase().chain(letters).collect();
        let texts = self.texts.entry(name).or_default();
        if texts.len() < MOST {
            texts.insert(text.to_owned());
        }
    }
}

/// Functions whose first parameter says what is demanded of a user.
fn demanding() -> &'static [Regex] {
    static PATTERNS: OnceLock<Vec<Regex>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        const FIRST: &str = r"(?:async\s*)?\(?\s*(?P<word>role|permission|plan|scope|tier)\b";
        let patterns = [
            format!(r"\bfunction\s+(?P<function>\w+)\s*{FIRST}"),
            format!(r"\bconst\s+(?P<function>\w+)\s*=\s*{FIRST}"),
        ];
        patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
    })
}

/// Calls with a text first.
fn called() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    PATTERN
        .get_or_init(|| Regex::new(r#"\b(?P<function>[A-Za-z]\w*)\(\s*"(?P<word>[^"\\\n]{1,40})"\s*\)"#).ok())
        .as_ref()
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
