//! Findings that were known before: only new ones count.
//!
//! A baseline is a text with one finding a line, sorted, so that versions of it merge like any other text. It holds no line numbers:
//! code may move within a file, into another file, or take another name, and its findings stay known.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::reported::Reported;
use crate::suppression::Suppressed;

/// The version of the format that is read and written.
const VERSION: u32 = 1;

/// Findings that were known before, with how often each was there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    counts: BTreeMap<BaselineEntry, usize>,
}

/// A finding of a baseline, or several that cannot be told apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BaselineEntry {
    /// The project, relative to the folder of the baseline.
    pub project: String,
    /// The cache key without an ordinal.
    pub key: String,
}

/// Why a text is no baseline.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{line}:1: {message}")]
pub struct BaselineError {
    /// The line at fault, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// What became of a baseline when it was held against the findings of a project.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BaselineOutcome {
    /// Entries that occur less often than the baseline says, with how often they are missing.
    pub stale: Vec<(BaselineEntry, usize)>,
    /// Entries as they are called now; what is stale is not among them.
    pub current: Baseline,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// If a line is no entry. Lines that a merge doubled are fine: the larger count stands.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines());
        let mut lines = lines.by_ref().filter(|(_, line)| !line.trim().is_empty());
        check_header(lines.next())?;
        let mut counts = BTreeMap::new();
        for (number, line) in lines {
            if serde_json::from_str::<Header>(line).is_ok() {
                continue;
            }
            let entry: Line = serde_json::from_str(line).map_err(|error| broken(number, line, &error))?;
            let known = counts.entry(BaselineEntry { project: entry.project, key: entry.key }).or_insert(0);
            *known = entry.count.max(*known);
        }
        Ok(Self { counts })
    }

    /// The baseline as a text: a line that names the version, then one line a finding, sorted by project and key.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{{\"lunoraAdvisorBaseline\":{VERSION}}}\n");
        for (entry, count) in &self.counts {
            // Strings and numbers always serialize, and writing to a string cannot fail.
            let project = serde_json::Value::from(entry.project.as_str());
            let key = serde_json::Value::from(entry.key.as_str());
            let _ = writeln!(text, "{{\"project\":{project},\"key\":{key},\"count\":{count}}}");
        }
        text
    }

    /// Adds one occurrence of a finding.
    pub fn add(&mut self, project: &str, reported: &Reported) {
        let entry = BaselineEntry { project: project.to_owned(), key: reported.plain_key().to_owned() };
        *self.counts.entry(entry).or_default() += 1;
    }

    /// Adds the entries of another baseline.
    pub fn extend(&mut self, other: Self) {
        for (entry, count) in other.counts {
            *self.counts.entry(entry).or_default() += count;
        }
    }

    /// Removes and returns the entries of projects that are not wanted.
    pub fn split_off(&mut self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let (kept, rest) =
            std::mem::take(&mut self.counts).into_iter().partition(|(entry, _)| is_wanted(&entry.project));
        self.counts = kept;
        Self { counts: rest }
    }

    /// Every entry with its count, sorted.
    pub fn entries(&self) -> impl Iterator<Item = (&BaselineEntry, usize)> {
        self.counts.iter().map(|(entry, count)| (entry, *count))
    }

    /// Marks the findings of one project that were known before. A suppressed finding needs no entry.
    ///
    /// A finding whose entry has another file or function is known too, if nothing of the entry's name is left at the old place:
    /// then the code was moved or renamed. `is_there` says whether a file, by its path from the project, holds a name.
    pub fn mark(
        &self,
        project: &str,
        findings: &mut [Reported],
        is_there: &dyn Fn(&str, &str) -> bool,
    ) -> BaselineOutcome {
        let mut marking = Marking {
            open: self
                .counts
                .iter()
                .filter(|(entry, _)| entry.project == project)
                .map(|(entry, count)| (entry.key.clone(), *count))
                .collect(),
            current: Self::default(),
            project,
        };
        marking.known_by_key(findings);
        marking.known_elsewhere(findings, is_there);
        let stale = marking.open.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| {
            let entry = BaselineEntry { project: project.to_owned(), key };
            (entry, count)
        });
        BaselineOutcome { stale: stale.collect(), current: marking.current }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Header {
    lunora_advisor_baseline: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    project: String,
    key: String,
    count: usize,
}

fn check_header(first: Option<(usize, &str)>) -> Result<(), BaselineError> {
    let (line, text) = first.unwrap_or((1, ""));
    let wanted = format!("{{\"lunoraAdvisorBaseline\":{VERSION}}}");
    let message = match serde_json::from_str::<Header>(text) {
        Ok(header) if header.lunora_advisor_baseline == VERSION => return Ok(()),
        Ok(header) => format!(
            "this baseline has version {}, and only version {VERSION} is known; write it anew with --write-baseline",
            header.lunora_advisor_baseline
        ),
        Err(_) if is_conflict(text) => CONFLICT.to_owned(),
        Err(_) => format!("this is no baseline: expected `{wanted}`; write one with --write-baseline"),
    };
    Err(BaselineError { line, message })
}

const CONFLICT: &str = "a merge conflict is left here; keep the lines of both sides and remove the markers";

fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker))
}

fn broken(line: usize, text: &str, error: &serde_json::Error) -> BaselineError {
    let message = if is_conflict(text) {
        CONFLICT.to_owned()
    } else {
        let cause = error.to_string();
        let cause = cause.split(" at line ").next().unwrap_or_default();
        format!("this line is no finding: {cause}; mend it, or write the baseline anew with --write-baseline")
    };
    BaselineError { line, message }
}

/// One project being held against a baseline.
struct Marking<'a> {
    /// How many of each entry are not found yet.
    open: BTreeMap<String, usize>,
    current: Baseline,
    project: &'a str,
}

impl Marking<'_> {
    fn known_by_key(&mut self, findings: &mut [Reported]) {
        for reported in findings.iter_mut().filter(|reported| reported.suppressed.is_none()) {
            let key = reported.plain_key().to_owned();
            if self.take(&key) {
                self.mark(reported);
            }
        }
    }

    fn known_elsewhere(&mut self, findings: &mut [Reported], is_there: &dyn Fn(&str, &str) -> bool) {
        let mut gone: Vec<String> =
            self.open.iter().filter(|(_, open)| **open > 0).map(|(key, _)| key.clone()).collect();
        gone.retain(|key| Parts::of(key).is_some_and(|parts| !is_there(parts.file, parts.name())));
        for by in [Same::Function, Same::File] {
            for reported in findings.iter_mut().filter(|reported| reported.suppressed.is_none()) {
                let found = Parts::of(reported.plain_key()).and_then(|now| {
                    gone.iter().find(|key| {
                        let is_open = self.open.get(*key).is_some_and(|open| *open > 0);
                        is_open && Parts::of(key).is_some_and(|then| then.is_same(&now, by))
                    })
                });
                if let Some(key) = found.cloned()
                    && self.take(&key)
                {
                    self.mark(reported);
                }
            }
        }
    }

    fn take(&mut self, key: &str) -> bool {
        match self.open.get_mut(key) {
            Some(open) if *open > 0 => {
                *open -= 1;
                true
            }
            _ => false,
        }
    }

    fn mark(&mut self, reported: &mut Reported) {
        self.current.add(self.project, reported);
        reported.suppressed = Some(Suppressed::by_baseline());
    }
}

/// What stays the same when code moves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Same {
    /// The code went to another file.
    Function,
    /// The function or table took another name.
    File,
}

/// A key `rule:file:function|subject` in its parts.
struct Parts<'a> {
    rule: &'a str,
    file: &'a str,
    function: &'a str,
    subject: &'a str,
}

impl<'a> Parts<'a> {
    fn of(key: &'a str) -> Option<Self> {
        let (rule, rest) = key.split_once(':')?;
        let (place, subject) = rest.split_once('|')?;
        let (file, function) = place.rsplit_once(':')?;
        Some(Self { rule, file, function, subject })
    }

    /// What is gone from the old place if the code moved: the function, or the table of what stands in none.
    fn name(&self) -> &'a str {
        if self.function.is_empty() {
            self.subject.split('|').next().unwrap_or_default()
        } else {
            self.function
        }
    }

    fn is_same(&self, other: &Self, by: Same) -> bool {
        self.rule == other.rule
            && self.subject == other.subject
            && match by {
                Same::Function => self.function == other.function,
                Same::File => {
                    self.file == other.file && !self.function.is_empty() && !other.function.is_empty()
                }
            }
    }
}

#[cfg(test)]
mod tests {
    use lunora_facts::{FileFacts, Span};

    use super::*;
    use crate::reported::{ReportFile, settle};
    use crate::testing::{UNKNOWN, finding_at, policy};

    fn findings(file: &str, anchors: &[&str]) -> Vec<Reported> {
        let facts = FileFacts::default();
        let files = [ReportFile { relative: file, text: "", facts: &facts }];
        let at = |(start, anchor): (u32, &&str)| finding_at(&UNKNOWN, 0, Span::new(start, start + 1), anchor);
        settle((0..).zip(anchors).map(at).collect(), &files, &policy())
    }

    fn baseline(file: &str, anchors: &[&str]) -> Baseline {
        let mut baseline = Baseline::default();
        findings(file, anchors).iter().for_each(|reported| baseline.add(".", reported));
        Baseline::parse(&baseline.to_text()).expect("what was written can be read")
    }

    fn new(findings: &[Reported]) -> Vec<&str> {
        findings.iter().filter(|one| one.suppressed.is_none()).map(|one| one.cache_key.as_str()).collect()
    }

    #[test]
    fn only_more_than_before_is_new() {
        let known = baseline("lunora/a.ts", &["list|posts", "list|posts", "old|posts"]);
        assert_eq!(
            known.to_text(),
            "{\"lunoraAdvisorBaseline\":1}\n\
             {\"project\":\".\",\"key\":\"unknown_table:lunora/a.ts:list|posts\",\"count\":2}\n\
             {\"project\":\".\",\"key\":\"unknown_table:lunora/a.ts:old|posts\",\"count\":1}\n"
        );
        let mut now = findings("lunora/a.ts", &["list|posts", "list|posts", "list|posts"]);
        let outcome = known.mark(".", &mut now, &|_, _| true);
        assert_eq!(new(&now), ["unknown_table:lunora/a.ts:list|posts#3"]);
        let stale: Vec<_> = outcome.stale.iter().map(|(entry, count)| (entry.key.as_str(), *count)).collect();
        assert_eq!(stale, [("unknown_table:lunora/a.ts:old|posts", 1)]);
    }

    #[test]
    fn what_moved_or_was_renamed_is_known_unless_the_old_name_is_still_there() {
        let known = baseline("lunora/a.ts", &["list|posts"]);
        for (file, anchor) in [("lunora/b.ts", "list|posts"), ("lunora/a.ts", "all|posts")] {
            let mut now = findings(file, &[anchor]);
            let outcome = known.mark(".", &mut now, &|_, _| false);
            assert_eq!(new(&now), Vec::<&str>::new());
            assert_eq!(outcome.stale, []);
            assert!(outcome.current.to_text().contains(&format!("{file}:{anchor}")));
            let mut now = findings(file, &[anchor]);
            known.mark(".", &mut now, &|file, name| (file, name) == ("lunora/a.ts", "list"));
            assert_eq!(new(&now).len(), 1);
        }
    }

    #[test]
    fn a_broken_baseline_says_where() {
        let error = |text: &str| Baseline::parse(text).expect_err("broken").to_string();
        assert!(error("").starts_with("1:1: this is no baseline"));
        assert!(error("{\"lunoraAdvisorBaseline\":2}\n").starts_with("1:1: this baseline has version 2"));
        let header = "{\"lunoraAdvisorBaseline\":1}\n";
        assert!(error(&format!("{header}\n<<<<<<< HEAD\n")).starts_with("3:1: a merge conflict"));
        assert!(
            error(&format!("{header}{{\"project\":\".\"}}\n"))
                .starts_with("2:1: this line is no finding: missing field `key`;")
        );
    }

    #[test]
    fn lines_that_a_merge_doubled_count_once() {
        let text = baseline("a.ts", &["f|x"]).to_text();
        let line = text.lines().nth(1).expect("a line");
        let merged = format!("{text}{}\n{line}\n", line.replace(":1}", ":3}"));
        let counts: Vec<_> =
            Baseline::parse(&merged).expect("a baseline").entries().map(|(_, count)| count).collect();
        assert_eq!(counts, [3]);
    }
}
