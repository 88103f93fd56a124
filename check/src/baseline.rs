//! Findings that were known before.

use std::path::{Path, PathBuf};

use lunora_report::{Baseline, BaselineOutcome};
use lunora_source::{Disk, FileSystem};

use crate::error::CheckError;
use crate::judging::Judged;
use crate::paths;
use crate::projects::FoundProject;

/// Reads a baseline.
///
/// # Errors
/// If the file cannot be read or makes no sense.
pub fn read_baseline(path: &Path) -> Result<Baseline, CheckError> {
    let text = Disk
        .read_text(path)
        .map_err(|source| CheckError::BaselineUnreadable { path: path.to_owned(), source })?;
    Baseline::parse(&text).map_err(|error| CheckError::Baseline { path: path.to_owned(), error })
}

/// The folder that the projects of a baseline are relative to: absolute and canonical.
///
/// # Errors
/// If there is no such folder.
pub fn root_of_baseline(path: &Path) -> Result<PathBuf, CheckError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    parent.canonicalize().map_err(|source| CheckError::BaselineUnreadable { path: path.to_owned(), source })
}

/// Marks the findings of a project that its baseline holds; `folder` is what the projects in the baseline are relative to.
pub fn mark(
    baseline: &Baseline,
    folder: &Path,
    project: &FoundProject,
    judged: &mut Judged,
) -> BaselineOutcome {
    let name = paths::relative(folder, &project.location.root);
    let mut findings = std::mem::take(&mut judged.findings);
    let outcome = baseline.mark(&name, &mut findings, &|file, name| judged.mentions(file, name));
    judged.findings = findings;
    outcome
}
