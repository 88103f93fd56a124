//! `--changed-since`: what touches the change, and what it caused elsewhere.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_check::{FoundProject, Judged, judge};
use lunora_report::{Baseline, Location, Reported};
use lunora_source::{Disk, Entry, FileSystem, LineIndex, Metadata, Overlay};
use similar::{DiffTag, TextDiff};

use crate::error::CliError;
use crate::git::{Change, Repository};

/// Leaves only the findings that have to do with what changed since a commit. The whole project was analysed, and is again as it was
/// then: a finding that was not there is the change's doing, wherever it is.
pub(super) fn retain(
    found: &[FoundProject],
    judged: &mut [Judged],
    reference: &str,
    rules: &[&'static str],
) -> Result<(), CliError> {
    let mut known: BTreeMap<PathBuf, (FileSystemBefore, Lines)> = BTreeMap::new();
    for (project, judged) in found.iter().zip(judged) {
        let repository = Repository::around(&project.location.root)?;
        if !known.contains_key(repository.root()) {
            let changes = repository.changes_since(reference)?;
            let state = (FileSystemBefore::new(&changes), lines_of(&changes));
            known.insert(repository.root().to_owned(), state);
        }
        let Some((before, lines)) = known.get(repository.root()) else { continue };
        let mut findings = std::mem::take(&mut judged.findings);
        let caused = caused(project, judged, before, rules, &findings);
        let mut caused = caused.into_iter();
        findings.retain(|reported| caused.next().unwrap_or(true) || touches(judged, reported, lines));
        judged.findings = findings;
    }
    Ok(())
}

/// Which findings were not there before.
fn caused(
    project: &FoundProject,
    judged: &Judged,
    before: &FileSystemBefore,
    rules: &[&'static str],
    findings: &[Reported],
) -> Vec<bool> {
    let file_system = before.file_system();
    // A project that was not there, or that could not be read, had no findings.
    let Ok(analysis) = lunora_check::analyze(&*file_system, project) else {
        return vec![true; findings.len()];
    };
    let earlier = judge(&*file_system, project, analysis, rules);
    let mut baseline = Baseline::default();
    earlier.findings.iter().filter(|one| one.is_shown()).for_each(|one| baseline.add("", one));
    let mut marked = findings.to_vec();
    baseline.mark("", &mut marked, &|file, name| judged.mentions(file, name));
    let pairs = marked.iter().zip(findings);
    pairs.map(|(now, then)| then.is_shown() && now.is_shown()).collect()
}

/// Whether a finding, or something it speaks of, lies on a line that changed.
fn touches(judged: &Judged, reported: &Reported, lines: &Lines) -> bool {
    let finding = &reported.finding;
    let related = finding.related.iter().map(|related| related.location);
    std::iter::once(finding.primary).chain(related).any(|location| lies_on(judged, location, lines))
}

fn lies_on(judged: &Judged, Location { file, span }: Location, lines: &Lines) -> bool {
    let Some((path, text)) = judged.file(file) else { return false };
    let Some(changed) = lines.get(path) else { return false };
    let index = LineIndex::new(text);
    let (first, last) = (index.utf16(span.start).line as usize, index.utf16(span.end).line as usize);
    changed.iter().any(|range| range.start <= last && first < range.end)
}

/// The lines that changed, from 1, by absolute path.
type Lines = BTreeMap<PathBuf, Vec<Range<usize>>>;

fn lines_of(changes: &[Change]) -> Lines {
    changes
        .iter()
        .filter_map(|change| {
            let after = std::fs::read_to_string(&change.path).ok()?;
            let before = change.before.as_deref().or(change.origin.as_deref());
            let before = before.map(String::from_utf8_lossy).unwrap_or_default();
            let diff = TextDiff::from_lines(&*before, &*after);
            let ops = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
            let ranges = ops.map(|op| op.new_range()).filter(|range| !range.is_empty());
            let ranges = ranges.map(|range| range.start + 1..range.end + 1);
            Some((change.path.clone(), ranges.collect()))
        })
        .collect()
}

/// The files as they were.
struct FileSystemBefore {
    contents: Vec<(PathBuf, Vec<u8>)>,
    /// Files that were not there.
    new: Arc<Vec<PathBuf>>,
}

impl FileSystemBefore {
    fn new(changes: &[Change]) -> Self {
        let contents =
            changes.iter().filter_map(|change| Some((change.path.clone(), change.before.clone()?)));
        let new = changes.iter().filter(|change| change.before.is_none()).map(|change| change.path.clone());
        Self { contents: contents.collect(), new: Arc::new(new.collect()) }
    }

    fn file_system(&self) -> Box<dyn FileSystem> {
        let without = Without { new: Arc::clone(&self.new) };
        Box::new(Overlay::new(&without, self.contents.iter().cloned()))
    }
}

/// The disk without some files.
struct Without {
    new: Arc<Vec<PathBuf>>,
}

impl Without {
    fn check(&self, path: &Path) -> io::Result<()> {
        if self.new.iter().any(|new| new == path) { Err(io::ErrorKind::NotFound.into()) } else { Ok(()) }
    }
}

impl FileSystem for Without {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.check(path)?;
        Disk.read(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.check(path)?;
        Disk.metadata(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Disk.read_dir(path)?;
        entries.retain(|entry| self.check(&path.join(&entry.name)).is_ok());
        Ok(entries)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.check(path)?;
        Disk.canonicalize(path)
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(Self { new: Arc::clone(&self.new) })
    }
}
