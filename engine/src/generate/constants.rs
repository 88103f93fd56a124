//! Texts that code compares names with, so that generated rows and users can satisfy what it asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use fastrand::Rng;
use regex::Regex;

/// How many texts of a name are kept.
const MOST: usize = 12;

/// For each name (`status`, `role`), the texts that code compares it with.
#[derive(PartialEq, Debug, Default)]
pub(crate) struct Constants {
    texts: BTreeMap<String, BTreeSet<String>>,
    /// Functions whose first parameter has a name that says what is demanded.
    demanding: BTreeMap<String, String>,
    /// Functions that are called with a text first.
    calls: BTreeSet<(String, String)>,
    /// For each name of an argument, the columns that code compares it with.
    columns: BTreeMap<String, BTreeSet<String>>,
}

/// What one file compares names with.
#[derive(Debug, Default)]
pub(crate) struct Comparisons {
    texts: Vec<(String, String)>,
    /// Arguments with columns.
    columns: Vec<(String, String)>,
    demanding: Vec<(String, String)>,
    calls: Vec<(String, String)>,
}

impl Comparisons {
    /// Gathers what a file compares: `row.status === "open"`, `q.eq("status", "open")`, `requireRole("staff")`. The code is as the printer
    /// writes it, with texts in double quotes.
    pub(crate) fn of(code: &str) -> Self {
        let found = |pattern: &'static Regex, one: &'static str, other: &'static str| {
            pattern.captures_iter(code).filter_map(move |found| {
                Some((found.name(one)?.as_str().to_owned(), found.name(other)?.as_str().to_owned()))
            })
        };
        let texts = patterns().iter().flat_map(|pattern| found(pattern, "name", "text"));
        let listed = lists().iter().flat_map(|pattern| found(pattern, "name", "list"));
        let listed = listed.flat_map(|(name, list)| {
            let texts = list.split('"').skip(1).step_by(2);
            texts.map(|text| (name.clone(), text.to_owned())).collect::<Vec<_>>()
        });
        Self {
            texts: texts.chain(listed).collect(),
            columns: compared().iter().flat_map(|pattern| found(pattern, "argument", "column")).collect(),
            demanding: demanding().iter().flat_map(|pattern| found(pattern, "function", "word")).collect(),
            calls: called().into_iter().flat_map(|pattern| found(pattern, "function", "word")).collect(),
        }
    }
}

impl Constants {
    /// Takes in what a file compares.
    pub(crate) fn add(&mut self, compared: &Comparisons) {
        for (name, text) in &compared.texts {
            self.note(name, text);
        }
        for (argument, column) in &compared.columns {
            self.columns.entry(argument.clone()).or_default().insert(column.clone());
        }
        self.demanding.extend(compared.demanding.iter().cloned());
        self.calls.extend(compared.calls.iter().cloned());
        self.note_demands();
    }

    /// What functions whose first parameter is a role or the like are called with: `const having = (role) => …` and `having("admin")`, in
    /// one file or in two.
    fn note_demands(&mut self) {
        let mut demands: Vec<(String, String)> = Vec::new();
        for (function, word) in &self.demanding {
            let calls = self.calls.range((function.clone(), String::new())..);
            let own = calls.take_while(|(called, _)| called == function);
            demands.extend(own.map(|(_, text)| (word.clone(), text.clone())));
        }
        for (name, text) in demands {
            self.note(&name, &text);
        }
    }

    /// A text that some code compares a name with, or one of what the name stands for: `roles` hold what `role` does.
    pub(crate) fn of(&self, name: &str, random: &mut Rng) -> Option<&str> {
        let one = || self.texts.get(name.strip_suffix('s')?);
        let texts = self.texts.get(name).or_else(one)?;
        texts.iter().nth(random.usize(..texts.len().max(1))).map(String::as_str)
    }

    /// The texts that code compares a name with, one after the other.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.texts.get(name).into_iter().flatten().map(String::as_str).collect()
    }

    /// The columns that code compares an argument with whose name is another one.
    pub(crate) fn columns(&self, argument: &str) -> impl Iterator<Item = &str> {
        let columns = self.columns.get(argument).into_iter().flatten().map(String::as_str);
        columns.filter(move |column| *column != argument)
    }

    /// Names with the text that a user of a position claims: users that follow each other claim different ones.
    pub(crate) fn claims(&self, position: usize) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(move |(name, texts)| {
            let text = texts.iter().nth(position % texts.len().max(1))?;
            Some((name.as_str(), text.as_str()))
        })
    }

    fn note(&mut self, name: &str, text: &str) {
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

/// A name that is one of several texts: the cases of a `switch`, a list that includes it.
fn lists() -> &'static [Regex] {
    static PATTERNS: OnceLock<Vec<Regex>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        const LIST: &str = r#"(?P<list>\s*"[^"\\\n]{1,40}"(?:\s*,\s*"[^"\\\n]{1,40}")*)"#;
        let patterns = [
            r#"switch\s*\((?:\w+\??\.)*(?P<name>\w+)\)\s*\{(?P<list>(?:\s*case\s+"[^"\\\n]{1,40}":)+)"#
                .to_owned(),
            format!(r"\[{LIST}\s*\]\.includes\((?:\w+\??\.)*(?P<name>\w+)\)"),
        ];
        patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
    })
}

/// A column that is compared with an argument: `row.code === args.from`, `q.eq("code", from)`, `{ code: args.from }`.
fn compared() -> &'static [Regex] {
    static PATTERNS: OnceLock<Vec<Regex>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let patterns = [
            r"\.(?P<column>\w+)\s*===?\s*(?:args\.)?(?P<argument>[a-z]\w*)\b",
            r"\bargs\.(?P<argument>\w+)\s*===?\s*(?:\w+\??\.)+(?P<column>\w+)",
            r#"\.eq\(\s*"(?P<column>\w+)",\s*(?:args\.)?(?P<argument>[a-z]\w*)\)"#,
            r"\b(?P<column>[a-z]\w*):\s*(?:args\.)?(?P<argument>[a-z]\w*)\s*[,}]",
        ];
        patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
    })
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
