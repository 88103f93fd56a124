//! Invariant 4 of ARCHITECTURE.md: the same input gives the same findings, and an edit that changes no meaning renames none.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where its data is broken")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_facts::FileId;
use lunora_project::Project;
use lunora_report::{Location, ReportFile, Reported, SuppressionPolicy, settle};
use lunora_rules::{RuleSettings, registry, run, unused_suppression};
use lunora_source::{DiscoveryOptions, Disk, LineIndex, find_projects, load};
use tempfile::TempDir;

/// Enough code that each of four threads has several units of it to evaluate.
const EXPRESSIONS_FOR_FOUR_THREADS: usize = 16_000;

#[test]
fn the_number_of_threads_changes_nothing() {
    let copy = Copy::of("examples/workspace", |_, text| text.to_owned());
    // Modules of a folder import only from beside or below the Lunora folder, so a sibling is as good as the original.
    let lunora = copy.root().join("lunora");
    for number in 1..8 {
        for module in ["tasks", "projects", "workspaces", "comments", "time", "docs", "jobs", "notifications"]
        {
            copy_folder(&lunora.join(module), &lunora.join(format!("{module}{number}")), &|_, text| {
                text.to_owned()
            });
        }
    }
    let expressions: usize =
        link(&copy.root()).sources.files.iter().map(|file| file.facts.program.exprs.len()).sum();
    assert!(expressions > EXPRESSIONS_FOR_FOUR_THREADS, "{expressions} expressions");
    let one = on_threads(1, || findings(&copy.root()));
    assert!(one.len() > 60, "{} findings", one.len());
    for threads in 2..=4 {
        assert_eq!(on_threads(threads, || findings(&copy.root())), one, "{threads} threads");
    }
}

#[test]
fn a_project_that_lies_elsewhere_has_the_same_findings() {
    for example in examples() {
        let copy = Copy::of(&example, |_, text| text.to_owned());
        assert_eq!(findings(&copy.root()), findings(&repository().join(&example)), "{example}");
    }
}

#[test]
fn line_endings_and_byte_order_marks_change_nothing() {
    for example in examples() {
        let copy = Copy::of(&example, |path, text| {
            let text = text.replace('\n', "\r\n");
            if path.extension().is_some_and(|extension| extension == "ts") {
                format!("\u{feff}{text}")
            } else {
                text
            }
        });
        assert_eq!(findings(&copy.root()), findings(&repository().join(&example)), "{example}");
    }
}

#[test]
fn cache_keys_survive_the_reordering_of_procedures() {
    let mut count = 0;
    for example in examples() {
        let copy = Copy::of(&example, |path, text| {
            let reordered = reordered(path, text);
            count += usize::from(reordered != text);
            reordered
        });
        assert_eq!(keys(&copy.root()), keys(&repository().join(&example)), "{example}");
    }
    assert!(count > 30, "only {count} files have procedures to reorder");
}

/// An example in a folder of its own.
struct Copy {
    folder: TempDir,
}

impl Copy {
    /// Copies an example, and changes the text of each file.
    fn of(example: &str, change: impl FnMut(&Path, &str) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let change = std::cell::RefCell::new(change);
        copy_folder(&repository().join(example), &folder.path().join("copy"), &|path, text| {
            (*change.borrow_mut())(path, text)
        });
        Self { folder }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("copy")
    }
}

fn copy_folder(from: &Path, to: &Path, change: &dyn Fn(&Path, &str) -> String) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target, change);
        } else {
            let text = fs::read_to_string(&path).expect("a file");
            fs::write(target, change(&path, &text)).expect("a file");
        }
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn examples() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(repository().join("examples"))
        .expect("examples")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| format!("examples/{}", entry.file_name().to_string_lossy()))
        .collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

fn link(root: &Path) -> Project {
    let options = DiscoveryOptions::default();
    let root = root.canonicalize().expect("a folder");
    let locations = find_projects(&Disk, &[root], &options).expect("a project");
    let location = locations.first().expect("a project");
    Project::link(Arc::new(load(&Disk, location, &options).expect("files")))
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(work)
}

fn keys(root: &Path) -> Vec<String> {
    let project = link(root);
    let mut keys: Vec<String> = reported(&project).into_iter().map(|reported| reported.cache_key).collect();
    keys.sort();
    keys
}

/// All that is said of each finding, in order.
fn findings(root: &Path) -> Vec<String> {
    let project = link(root);
    reported(&project).iter().map(|reported| describe(&project, reported)).collect()
}

fn reported(project: &Project) -> Vec<Reported> {
    let files: Vec<ReportFile<'_>> = project
        .sources
        .files
        .iter()
        .map(|file| ReportFile { relative: &file.relative, text: &file.text, facts: &file.facts })
        .collect();
    let names: Vec<&'static str> = registry().iter().map(|rule| rule.metadata.name).collect();
    let policy =
        SuppressionPolicy { rule: unused_suppression(), known_rules: &names, is_checked: &|_, _| true };
    settle(run(project, &RuleSettings::default()).findings, &files, &policy)
}

fn describe(project: &Project, reported: &Reported) -> String {
    let finding = &reported.finding;
    let related: Vec<String> = finding
        .related
        .iter()
        .map(|related| format!("{} {}", place(project, related.location), related.message))
        .collect();
    format!(
        "{} {} {} {} | {} | {} | {:?} | {:?} | {related:?} | {:?} | {:?} {:?} {:?} | {:?}",
        place(project, finding.primary),
        finding.level.as_str(),
        finding.rule.name,
        reported.cache_key,
        finding.detail,
        finding.remediation,
        finding.primary_label,
        finding.note,
        finding.metadata,
        finding.export_name,
        finding.helper,
        finding.callers,
        reported.suppressed,
    )
}

/// File, lines and columns.
fn place(project: &Project, location: Location) -> String {
    let file = project.file(FileId(location.file.0));
    let lines = LineIndex::new(&file.text);
    let [start, end] = [location.span.start, location.span.end].map(|offset| lines.utf16(offset));
    format!("{}:{}:{}-{}:{}", file.relative, start.line, start.column, end.line, end.column)
}

/// The same file with its exported constants in the opposite order, but for those that another part of the file uses.
fn reordered(path: &Path, text: &str) -> String {
    if path.file_name().is_some_and(|name| name == "schema.ts") || text.contains("lunora-advisor") {
        return text.to_owned();
    }
    let parts = parts(text);
    let is_free = |part: &str| {
        exported_name(part).is_some_and(|name| {
            parts.iter().all(|other| *other == part || !words(other).any(|word| word == name))
        })
    };
    let mut free: Vec<&str> = parts.iter().copied().filter(|part| is_free(part)).collect();
    parts.iter().map(|part| if is_free(part) { free.pop().unwrap_or(part) } else { part }).collect()
}

/// The text in parts: exported constants, each from its first line to the end of its last, and what stands between them.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut offset, mut is_inside) = (0, 0, false);
    for line in text.split_inclusive('\n') {
        if line.starts_with("export const ") {
            parts.push(&text[start..offset]);
            (start, is_inside) = (offset, true);
        }
        offset += line.len();
        let is_last = !line.starts_with([' ', '\t', '\n', '\r']) && line.trim_end().ends_with(';');
        if is_inside && is_last {
            parts.push(&text[start..offset]);
            (start, is_inside) = (offset, false);
        }
    }
    parts.push(&text[start..]);
    parts
}

fn exported_name(part: &str) -> Option<&str> {
    let rest = part.strip_prefix("export const ")?;
    rest.split(|character: char| !character.is_alphanumeric() && character != '_').next()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
}
