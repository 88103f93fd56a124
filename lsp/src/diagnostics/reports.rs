//! What is reported of all files, made anew only where something differs.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_check::config::ConfigError;
use lunora_facts::FileId;
use lunora_report::Reported;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use tower_lsp::ls_types::{Diagnostic, Uri};

use super::{config_diagnostic, diagnostic};
use crate::snapshot::{FileView, ProjectView, Snapshot};

/// What is reported of all files, by their canonical paths. Files of which nothing is reported are missing.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    /// Paths are compared as strings here: comparing them part by part takes much longer.
    files: BTreeMap<OsString, Arc<Report>>,
}

/// What is reported of a file.
#[derive(PartialEq, Debug)]
pub(crate) struct Report {
    /// As the client writes it.
    pub(crate) uri: Uri,
    /// In the order of their places.
    pub(crate) items: Vec<Diagnostic>,
    /// The same for the same diagnostics.
    pub(crate) result_id: String,
}

/// The id of a file of which nothing is reported.
pub(crate) fn empty_result_id() -> String {
    result_id(&[])
}

impl Reports {
    /// Everything that is to be reported at a moment. What is as it was at the moment before is shared.
    pub(crate) fn new(snapshot: &Snapshot, problems: &[ConfigError], before: &Snapshot) -> Self {
        let mut of_config: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
        for problem in problems {
            let (path, diagnostic) = config_diagnostic(problem);
            of_config.entry(path).or_default().push(diagnostic);
        }
        let changes = Changes::between(before, snapshot);
        let (known, found) = (by_file(before), by_file(snapshot));
        let mut files = BTreeMap::new();
        for (path, findings) in found {
            let of_file = Path::new(path);
            let more = of_config.remove(of_file).unwrap_or_default();
            let told = before.reports.get(of_file);
            // One that also told of a broken configuration has more items than there are findings.
            let is_true = |report: &&Arc<Report>| {
                more.is_empty()
                    && report.items.len() == count(&findings)
                    && known
                        .get(path)
                        .zip(changes.as_ref())
                        .is_some_and(|(known, changes)| changes.leave(known, &findings))
            };
            let report = match told.filter(is_true) {
                Some(report) => Some(Arc::clone(report)),
                None => anew(snapshot, of_file, &findings, more).map(|report| shared(told, report)),
            };
            files.extend(report.map(|report| (path.to_owned(), report)));
        }
        for (path, items) in of_config {
            let report =
                anew(snapshot, &path, &[], items).map(|report| shared(before.reports.get(&path), report));
            files.extend(report.map(|report| (path.into_os_string(), report)));
        }
        Self { files }
    }

    /// What is reported of a file.
    pub(crate) fn get(&self, path: &Path) -> Option<&Arc<Report>> {
        self.files.get(path.as_os_str())
    }

    /// The files of which something is reported, in the order of their paths.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Path, &Arc<Report>)> {
        self.files.iter().map(|(path, report)| (Path::new(path), report))
    }
}

/// What a project reports of a file.
struct OfProject<'a> {
    /// The position of the project.
    project: usize,
    file: FileId,
    findings: Vec<&'a Reported>,
}

/// The findings that are shown, by the canonical paths of their files.
fn by_file(snapshot: &Snapshot) -> FxHashMap<&OsStr, Vec<OfProject<'_>>> {
    let mut found: FxHashMap<&OsStr, Vec<OfProject<'_>>> = FxHashMap::default();
    for (project, view) in snapshot.projects.iter().enumerate() {
        let mut findings = view.shown().peekable();
        while let Some(first) = findings.next() {
            let file = first.finding.primary.file;
            let mut of_file = vec![first];
            while let Some(next) = findings.next_if(|next| next.finding.primary.file == file) {
                of_file.push(next);
            }
            let path = FileView { snapshot, view, id: file }.path();
            found.entry(path.as_os_str()).or_default().push(OfProject { project, file, findings: of_file });
        }
    }
    found
}

/// What differs between two moments beside findings.
struct Changes {
    /// For each project the files that were edited, or that the client writes differently now; `None` if its files are not the same.
    projects: Vec<Option<FxHashSet<FileId>>>,
}

impl Changes {
    /// `None` if everything may be told differently.
    fn between(before: &Snapshot, now: &Snapshot) -> Option<Self> {
        let is_comparable = Arc::ptr_eq(&before.client, &now.client)
            && before.folders == now.folders
            && before.projects.len() == now.projects.len();
        is_comparable.then(|| {
            let renamed = renamed(before, now);
            let pairs = before.projects.iter().zip(&now.projects);
            Self { projects: pairs.map(|(before, now)| changed_files(before, now, &renamed)).collect() }
        })
    }

    /// Whether what was reported of a file is still true.
    fn leave(&self, before: &[OfProject<'_>], now: &[OfProject<'_>]) -> bool {
        let is_same = |(before, now): (&OfProject<'_>, &OfProject<'_>)| {
            let changed = self.projects.get(now.project).and_then(Option::as_ref);
            (before.project, before.file, before.findings.len())
                == (now.project, now.file, now.findings.len())
                && changed.is_some_and(|changed| {
                    let mut pairs = before.findings.iter().zip(&now.findings);
                    pairs.all(|(before, now)| is_said_alike(before, now) && !is_of_any(now, changed))
                })
        };
        before.len() == now.len() && before.iter().zip(now).all(is_same)
    }
}

/// The files that the client writes differently now: it opened or closed them under names of its own.
fn renamed<'a>(before: &'a Snapshot, now: &'a Snapshot) -> FxHashSet<&'a Path> {
    let documents = before.documents.iter().chain(now.documents.iter());
    documents.map(|(path, _)| path.as_path()).filter(|path| before.uri(path) != now.uri(path)).collect()
}

fn changed_files(
    before: &ProjectView,
    now: &ProjectView,
    renamed: &FxHashSet<&Path>,
) -> Option<FxHashSet<FileId>> {
    let files = &now.project().sources.files;
    let is_comparable = before.project().sources.has_same_files(&now.project().sources)
        && before.judged.texts().count() == now.judged.texts().count();
    is_comparable.then(|| {
        let texts = (0..).map(FileId).zip(before.judged.texts().zip(now.judged.texts()));
        let edited = texts.filter(|(_, (before, now))| before.0 != now.0 || !Arc::ptr_eq(before.1, now.1));
        let renamed = files.iter().filter(|file| !renamed.is_empty() && renamed.contains(file.canonical()));
        edited.map(|(id, _)| id).chain(renamed.map(|file| file.id)).collect()
    })
}

/// Whether two findings make the same diagnostic as long as the files stay the same.
fn is_said_alike(one: &Reported, other: &Reported) -> bool {
    let (before, now) = (&one.finding, &other.finding);
    let is_alike = || {
        (before.rule.name, before.level) == (now.rule.name, now.level)
            && (&before.detail, &before.note, &before.remediation)
                == (&now.detail, &now.note, &now.remediation)
            && (before.primary, &before.related) == (now.primary, &now.related)
    };
    one.cache_key == other.cache_key && (Arc::ptr_eq(before, now) || is_alike())
}

/// Whether a diagnostic points into one of some files.
fn is_of_any(reported: &Reported, files: &FxHashSet<FileId>) -> bool {
    let related = reported.finding.related.iter().map(|related| related.location.file);
    related.chain([reported.finding.primary.file]).any(|file| files.contains(&file))
}

fn count(findings: &[OfProject<'_>]) -> usize {
    findings.iter().map(|of_project| of_project.findings.len()).sum()
}

/// The report of a file, with `more` that no finding says.
fn anew(
    snapshot: &Snapshot,
    path: &Path,
    findings: &[OfProject<'_>],
    more: Vec<Diagnostic>,
) -> Option<(Uri, Vec<Diagnostic>)> {
    let mut items: Vec<Diagnostic> = Vec::new();
    for of_project in findings {
        let Some(view) = snapshot.projects.get(of_project.project) else { continue };
        let file = FileView { snapshot, view, id: of_project.file };
        for diagnostic in of_project.findings.iter().map(|reported| diagnostic(file, reported)) {
            // A helper that several projects share has the same problems in each of them.
            if findings.len() == 1 || !items.contains(&diagnostic) {
                items.push(diagnostic);
            }
        }
    }
    items.extend(more);
    Some((snapshot.uri(path)?, items))
}

fn shared(known: Option<&Arc<Report>>, (uri, items): (Uri, Vec<Diagnostic>)) -> Arc<Report> {
    let same = known.filter(|report| report.uri == uri && report.items == items);
    same.cloned().unwrap_or_else(|| {
        let result_id = result_id(&items);
        Arc::new(Report { uri, items, result_id })
    })
}

fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = FxHasher::default();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
