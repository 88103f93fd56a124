//! Every labelled project against its `expected.txt`: what is missing, what is too much, and how good each rule is.
//!
//! `cargo test -p lunora-tests --test labelled_projects -- --nocapture` prints the comparison.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test stops where its data is broken, and prints a table"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_project::Project;
use lunora_report::{ReportFile, SuppressionPolicy, settle};
use lunora_rules::{RuleSettings, registry, run, unused_suppression};
use lunora_source::{DiscoveryOptions, Disk, LineIndex, find_projects, load};

/// Findings that are known to be wrong: project, file, line, rule. Each is to be mended in the rule; one that no longer occurs has to go
/// from here.
const KNOWN_FALSE: &[(&str, &str, u32, &str)] = &[];

/// One labelled or reported finding: file, line, level, rule.
type Label = (String, u32, String, String);

#[derive(Default)]
struct Score {
    right: usize,
    missing: usize,
    unexpected: usize,
}

#[test]
fn rules_say_what_people_said() {
    let registered: BTreeSet<&str> = registry().iter().map(|rule| rule.metadata.name).collect();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut differences = Vec::new();
    let mut known_false = 0;
    for root in labelled_roots() {
        let expected: Vec<Label> =
            labels(&root).into_iter().filter(|label| registered.contains(label.3.as_str())).collect();
        let found = findings(&root);
        let missing = difference(&expected, &found);
        let unexpected = difference(&found, &expected);
        let name = root.strip_prefix(repository()).unwrap().display().to_string();
        print_differences(&name, &missing, &unexpected);
        let is_known = |label: &&Label| {
            KNOWN_FALSE.contains(&(name.as_str(), label.0.as_str(), label.1, label.3.as_str()))
        };
        known_false += unexpected.iter().filter(is_known).count();
        let wrong = missing.iter().chain(unexpected.iter().filter(|label| !is_known(label)));
        differences.extend(wrong.map(|label| format!("{name}: {label:?}")));
        for label in &expected {
            scores.entry(label.3.clone()).or_default().right += 1;
        }
        for label in &missing {
            let score = scores.entry(label.3.clone()).or_default();
            score.right -= 1;
            score.missing += 1;
        }
        for label in &unexpected {
            scores.entry(label.3.clone()).or_default().unexpected += 1;
        }
    }
    print_scores(&scores);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(known_false, KNOWN_FALSE.len(), "a finding that was known to be false is gone: strike it off");
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The folders that hold an `expected.txt`, below `tests/projects` and `examples`.
fn labelled_roots() -> Vec<PathBuf> {
    let mut roots = Vec::new();
    for folder in ["tests/projects", "examples"] {
        collect_roots(&repository().join(folder), &mut roots);
    }
    roots.sort();
    assert!(!roots.is_empty());
    roots
}

fn collect_roots(folder: &Path, roots: &mut Vec<PathBuf>) {
    if folder.join("expected.txt").is_file() {
        roots.push(folder.to_owned());
    }
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if entry.file_type().unwrap().is_dir() && name != "node_modules" && name != "lunora" {
            collect_roots(&entry.path(), roots);
        }
    }
}

/// The lines `<file>:<line>: <LEVEL> <rule> [| note]`.
fn labels(root: &Path) -> Vec<Label> {
    let text = fs::read_to_string(root.join("expected.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (place, rest) = line.split_once(": ").expect("file:line: LEVEL rule");
            let (file, number) = place.rsplit_once(':').expect("file:line");
            let mut words = rest.split_whitespace();
            let level = words.next().expect("a level");
            let rule = words.next().expect("a rule");
            (file.to_owned(), number.parse().expect("a line"), level.to_owned(), rule.to_owned())
        })
        .collect()
}

/// What the rules report of all projects below a folder, in paths relative to it.
fn findings(root: &Path) -> Vec<Label> {
    let options = DiscoveryOptions::default();
    let root = root.canonicalize().unwrap();
    let mut found = Vec::new();
    for location in find_projects(&Disk, std::slice::from_ref(&root), &options).unwrap() {
        let project = Project::link(Arc::new(load(&Disk, &location, &options).unwrap()));
        let files: Vec<ReportFile<'_>> = project
            .sources
            .files
            .iter()
            .map(|file| ReportFile { relative: &file.relative, text: &file.text, facts: &file.facts })
            .collect();
        let names: Vec<&'static str> = registry().iter().map(|rule| rule.metadata.name).collect();
        let policy =
            SuppressionPolicy { rule: unused_suppression(), known_rules: &names, is_checked: &|_, _| true };
        let outcome = run(&project, &RuleSettings::default());
        for reported in settle(outcome.findings, &files, &policy) {
            if reported.suppressed.is_some() {
                continue;
            }
            let finding = reported.finding;
            let file = project.file(finding.primary.file);
            let line = LineIndex::new(&file.text).utf16(finding.primary.span.start).line;
            let path = relative(&root, &location.root, &file.relative);
            found.push((path, line, finding.level.as_str().to_owned(), finding.rule.name.to_owned()));
        }
    }
    found
}

fn relative(root: &Path, project: &Path, file: &str) -> String {
    let mut parts: Vec<String> = project
        .strip_prefix(root)
        .unwrap()
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    for part in file.split('/') {
        if part == ".." && parts.last().is_some_and(|last| last != "..") {
            parts.pop();
        } else {
            parts.push(part.to_owned());
        }
    }
    parts.join("/")
}

/// What is in one list and not in the other, counted: two equal labels need two equal findings.
fn difference(left: &[Label], right: &[Label]) -> Vec<Label> {
    let mut rest: Vec<&Label> = right.iter().collect();
    let mut difference: Vec<Label> = Vec::new();
    for label in left {
        match rest.iter().position(|other| *other == label) {
            Some(position) => {
                rest.swap_remove(position);
            }
            None => difference.push(label.clone()),
        }
    }
    difference.sort();
    difference
}

fn print_differences(project: &str, missing: &[Label], unexpected: &[Label]) {
    if missing.is_empty() && unexpected.is_empty() {
        return;
    }
    println!("{project}");
    for (sign, labels) in [("missing   ", missing), ("unexpected", unexpected)] {
        for (file, line, level, rule) in labels {
            println!("  {sign} {file}:{line}: {level} {rule}");
        }
    }
}

fn print_scores(scores: &BTreeMap<String, Score>) -> Score {
    let mut total = Score::default();
    println!(
        "\n{:32} {:>5} {:>8} {:>11} {:>10} {:>7}",
        "rule", "right", "missing", "unexpected", "precision", "recall"
    );
    let row = |rule: &str, score: &Score| {
        println!(
            "{rule:32} {:>5} {:>8} {:>11} {:>10.3} {:>7.3}",
            score.right,
            score.missing,
            score.unexpected,
            precision(score),
            recall(score)
        );
    };
    for (rule, score) in scores {
        row(rule, score);
        total.right += score.right;
        total.missing += score.missing;
        total.unexpected += score.unexpected;
    }
    row("all", &total);
    total
}

fn precision(score: &Score) -> f64 {
    ratio(score.right, score.right + score.unexpected)
}

fn recall(score: &Score) -> f64 {
    ratio(score.right, score.right + score.missing)
}

fn ratio(part: usize, whole: usize) -> f64 {
    let [part, whole] = [part, whole].map(|count| u32::try_from(count).map_or(f64::MAX, f64::from));
    if whole == 0.0 { 1.0 } else { part / whole }
}
