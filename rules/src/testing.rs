//! Fixtures: small projects in one string, with carets under what a rule should report.
//!
//! ```text
//! //- /lunora/schema.ts
//! export default defineSchema({ posts: defineTable({ title: v.string() }) });
//! //- /lunora/posts.ts
//! export const all = query.query(({ ctx }) => ctx.db.query("posts").collect());
//! //                                          ^^^ unbounded_collect This reads all of `posts`
//! ```
//!
//! The first caret stands under the first character of what is reported; a level may come before the rule's name, and the beginning of
//! the detail after it. A file without an import gets the usual one, in a line before its first. Marker lines are not part of the code.

mod fixes;

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use lunora_project::Project;
use lunora_report::{Finding, Level, ReportFile, Reported, SuppressionPolicy, settle};
use lunora_source::{DiscoveryOptions, LineIndex, Memory, Position, ProjectLocation, load};

pub(crate) use fixes::{apply_unsafely, check_fix, check_no_fix, check_unsafe_fix};

use crate::rule::Rule;
use crate::settings::RuleSettings;
use crate::{registry, run, unused_suppression};

/// Checks that a rule reports exactly what is marked in a fixture.
#[track_caller]
pub(crate) fn check(rule: &Rule, fixture: &str) {
    check_with(rule, &RuleSettings::default(), fixture);
}

/// As [`check`], for a project that says something about itself.
#[track_caller]
pub(crate) fn check_with(rule: &Rule, settings: &RuleSettings, fixture: &str) {
    let fixture = Fixture::parse(fixture);
    let name = rule.metadata.name;
    let marked: Vec<&Marker> = fixture.markers.iter().filter(|marker| marker.rule == name).collect();
    let shown = fixture.findings(settings, str::to_owned);
    let of_rule: Vec<&Shown> = shown.iter().filter(|shown| shown.rule == name).collect();
    assert!(
        marked.len() == of_rule.len()
            && marked.iter().zip(&of_rule).all(|(marker, shown)| marker.fits(shown)),
        "{}",
        difference(&marked, &of_rule)
    );
    // A comment that hides nothing would make a fixture silent for another reason than it says.
    let useless = unused_suppression().name;
    assert!(
        name == useless || shown.iter().all(|shown| shown.rule != useless),
        "a suppression in the fixture hides nothing"
    );
    let crlf = fixture.findings(settings, |text| text.replace('\n', "\r\n"));
    assert_eq!(shown, crlf, "line endings make a difference");
    let marked_text = fixture.findings(settings, |text| format!("\u{feff}{text}"));
    assert_eq!(shown, marked_text, "a byte order mark makes a difference");
}

/// The findings of one rule on a fixture, to look at more than their places.
pub(crate) fn findings_of(rule: &Rule, fixture: &str) -> Vec<Finding> {
    let project = Fixture::parse(fixture).project(str::to_owned);
    let outcome = run(&project, &RuleSettings::default());
    let of_rule = |finding: &Arc<Finding>| finding.rule.name == rule.metadata.name;
    outcome.findings.into_iter().filter(of_rule).map(Arc::unwrap_or_clone).collect()
}

/// The rule with a name.
pub(crate) fn rule(name: &str) -> &'static Rule {
    registry().iter().find(|rule| rule.metadata.name == name).expect("there is such a rule")
}

/// A project in one string.
pub(crate) struct Fixture {
    files: Vec<(String, String)>,
    /// In the order of their files' paths and lines.
    pub(crate) markers: Vec<Marker>,
}

/// What should be reported at a place.
#[derive(Debug)]
pub(crate) struct Marker {
    file: String,
    position: Position,
    level: Option<String>,
    pub(crate) rule: String,
    detail: String,
}

/// A finding as a marker sees it.
#[derive(PartialEq, Debug)]
struct Shown {
    file: String,
    position: Position,
    level: &'static str,
    rule: &'static str,
    detail: String,
    cache_key: String,
}

impl Fixture {
    /// Reads a fixture. Code before the first `//-` line belongs to `/lunora/example.ts`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut files: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("//- ") {
                files.push((path.trim().to_owned(), String::new()));
                continue;
            }
            if files.is_empty() {
                if line.trim().is_empty() {
                    continue;
                }
                files.push(("/lunora/example.ts".to_owned(), String::new()));
            }
            if let Some((_, content)) = files.last_mut() {
                content.push_str(line);
                content.push('\n');
            }
        }
        let mut fixture = Self { files: Vec::new(), markers: Vec::new() };
        for (path, content) in files {
            fixture.add(path, &content);
        }
        fixture
            .markers
            .sort_by(|left, right| (&left.file, left.position).cmp(&(&right.file, right.position)));
        fixture
    }

    /// Whether a file is part of it.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.iter().any(|(known, _)| known == path)
    }

    fn add(&mut self, path: String, content: &str) {
        let mut text = String::new();
        if !content.contains("import ") && path.ends_with(".ts") {
            text.push_str(&usual_import(&path));
        }
        let mut line = u32::try_from(text.lines().count()).unwrap_or_default();
        for source in content.lines() {
            if let Some((column, words)) = marker(source) {
                self.markers.push(Marker::new(&path, Position { line, column }, words));
                continue;
            }
            text.push_str(source);
            text.push('\n');
            line += 1;
        }
        self.files.push((path, text));
    }

    fn project(&self, change: impl Fn(&str) -> String) -> Project {
        let files = self.files.iter().map(|(path, text)| (path.clone(), change(text)));
        let location = ProjectLocation { root: PathBuf::from("/"), lunora_dir: PathBuf::from("/lunora") };
        let tree = load(&Memory::new(files), &location, &DiscoveryOptions::default())
            .expect("a fixture has a schema");
        Project::link(Arc::new(tree))
    }

    /// What all rules report, as a report would show it.
    fn findings(&self, settings: &RuleSettings, change: impl Fn(&str) -> String) -> Vec<Shown> {
        let project = self.project(change);
        let files: Vec<ReportFile<'_>> = project
            .sources
            .files
            .iter()
            .map(|file| ReportFile { relative: &file.relative, text: &file.text, facts: &file.facts })
            .collect();
        let known: Vec<&'static str> = registry().iter().map(|rule| rule.metadata.name).collect();
        let policy =
            SuppressionPolicy { rule: unused_suppression(), known_rules: &known, is_checked: &|_, _| true };
        let settled = settle(run(&project, settings).findings, &files, &policy);
        assert_keys_are_unique(&settled);
        settled
            .into_iter()
            .filter(|reported| reported.suppressed.is_none())
            .map(|reported| shown(&project, reported))
            .collect()
    }
}

impl Marker {
    fn new(file: &str, position: Position, words: &str) -> Self {
        let mut words = words.trim();
        let mut next = || {
            let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
            words = rest.trim_start();
            word.to_owned()
        };
        let first = next();
        let is_level = [Level::Info, Level::Warn, Level::Error].iter().any(|level| level.as_str() == first);
        let (level, rule) = if is_level { (Some(first), next()) } else { (None, first) };
        let known = registry().iter().any(|known| known.metadata.name == rule);
        assert!(known, "there is no rule `{rule}`");
        Self { file: file.to_owned(), position, level, rule, detail: words.to_owned() }
    }

    fn fits(&self, shown: &Shown) -> bool {
        self.file == shown.file
            && self.position == shown.position
            && self.level.as_ref().is_none_or(|level| level == shown.level)
            && shown.detail.starts_with(&self.detail)
    }
}

fn shown(project: &Project, reported: Reported) -> Shown {
    let finding = reported.finding;
    for words in [&finding.detail, &finding.remediation, &finding.primary_label] {
        assert!(!words.is_empty(), "{} says too little", finding.rule.name);
    }
    let file = project.file(finding.primary.file);
    let end = finding.primary.span.end as usize;
    assert!(end <= file.text.len(), "{} points beyond its file", finding.rule.name);
    Shown {
        file: format!("/{}", file.relative),
        position: LineIndex::new(&file.text).utf16(finding.primary.span.start),
        level: finding.level.as_str(),
        rule: finding.rule.name,
        detail: finding.detail.clone(),
        cache_key: reported.cache_key,
    }
}

fn assert_keys_are_unique(settled: &[Reported]) {
    let mut keys: Vec<&str> = settled.iter().map(|reported| reported.cache_key.as_str()).collect();
    keys.sort_unstable();
    let count = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), count, "two findings share a key");
}

/// The column of the first caret, from 1, and what follows the carets.
fn marker(line: &str) -> Option<(u32, &str)> {
    let rest = line.trim_start().strip_prefix("//").unwrap_or(line).trim_start();
    let words = rest.strip_prefix('^')?.trim_start_matches('^');
    words.starts_with(' ').then_some(())?;
    let column = line.find('^').and_then(|at| line.get(..at))?.encode_utf16().count();
    Some((u32::try_from(column).ok()? + 1, words))
}

fn usual_import(path: &str) -> String {
    if path == "/lunora/schema.ts" {
        return "import { defineSchema, defineTable, v } from \"@lunora/server\";\n".to_owned();
    }
    let depth = path.trim_start_matches("/lunora/").matches('/').count();
    let up = if depth == 0 { "./".to_owned() } else { "../".repeat(depth) };
    format!(
        "import {{ query, mutation, action, internalQuery, internalMutation, internalAction, v }} from \"{up}_generated/server\";\n"
    )
}

fn difference(marked: &[&Marker], shown: &[&Shown]) -> String {
    let mut text = String::from("\nmarked:\n");
    for Marker { file, position, level, rule, detail } in marked {
        let level = level.as_deref().unwrap_or("any");
        let _ = writeln!(text, "  {file}:{}:{} {level} {rule} {detail}", position.line, position.column);
    }
    text.push_str("reported:\n");
    for Shown { file, position, level, rule, detail, .. } in shown {
        let _ = writeln!(text, "  {file}:{}:{} {level} {rule} {detail}", position.line, position.column);
    }
    text
}

mod tests {
    use super::*;
    use crate::registry;

    const SCHEMA: &str = "//- /lunora/schema.ts\nexport default defineSchema({ posts: defineTable({ title: v.string() }) });\n";
    const READ: &str =
        "//- /lunora/a.ts\nexport const all = query.query(({ ctx }) => ctx.db.query(\"posts\").collect());\n";

    fn check_collect(code: &str) {
        let rule = registry().iter().find(|rule| rule.metadata.name == "unbounded_collect");
        check(rule.expect("the rule"), &format!("{SCHEMA}{code}"));
    }

    #[test]
    fn a_mark_at_the_place_holds() {
        check_collect(&format!("{READ}//{}^^^ WARN unbounded_collect This reads", " ".repeat(42)));
    }

    #[test]
    #[should_panic(expected = "reported:\n  /lunora/a.ts")]
    fn a_finding_without_a_mark_fails() {
        check_collect(READ);
    }

    #[test]
    #[should_panic(expected = "marked:")]
    fn a_mark_in_another_column_fails() {
        check_collect(&format!("{READ}//{}^^^ unbounded_collect", " ".repeat(41)));
    }

    #[test]
    #[should_panic(expected = "marked:")]
    fn a_mark_with_another_level_fails() {
        check_collect(&format!("{READ}//{}^^^ INFO unbounded_collect", " ".repeat(42)));
    }

    #[test]
    #[should_panic(expected = "hides nothing")]
    fn a_suppression_that_hides_nothing_fails() {
        check_collect(
            "//- /lunora/a.ts\n// lunora-advisor-disable-next-line unbounded_collect -- nothing here\nexport const a = 1;\n",
        );
    }
}
