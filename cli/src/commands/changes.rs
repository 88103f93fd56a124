//! `--fix`, `--diff` and `--add-suppressions`: what changes the user's files, one project after the other, since they may share files.

use std::fs;
use std::path::Path;

use lunora_check::{Buffers, Fixed, Judged, LiveProject, fix_indexes, fix_project, paths};
use lunora_report::{Fix, Reported};
use lunora_source::Disk;
use similar::TextDiff;

use crate::error::CliError;
use crate::files::Replacements;

/// What is to be done to the files.
#[derive(Default)]
pub(super) struct Changes {
    /// By their absolute paths.
    buffers: Buffers,
    applied: Vec<String>,
    taken_back: Vec<String>,
}

impl Changes {
    /// The fixes that are chosen for the findings of all projects.
    pub(super) fn fixing(
        projects: &mut [LiveProject],
        choose: &dyn Fn(&Judged, &Reported) -> Option<Fix>,
    ) -> Self {
        let mut changes = Self::default();
        for live in projects {
            changes.add(fix_project(&Disk, live, &changes.buffers, choose));
        }
        changes
    }

    /// The steps of the index plans of all projects, or of the tables with a name.
    pub(super) fn indexing(projects: &mut [LiveProject], table: Option<&str>, unsafe_too: bool) -> Self {
        let mut changes = Self::default();
        for live in projects {
            changes.add(fix_indexes(&Disk, live, &changes.buffers, table, unsafe_too));
        }
        changes
    }

    fn add(&mut self, fixed: Fixed) {
        self.buffers.extend(fixed.buffers);
        self.applied.extend(fixed.applied);
        self.taken_back.extend(fixed.taken_back);
    }

    /// The changes as a unified diff, with paths from the working directory.
    ///
    /// # Errors
    /// If a file cannot be read any more.
    pub(super) fn diff(&self, working_directory: &Path) -> Result<String, CliError> {
        let mut text = String::new();
        for (path, after) in &self.buffers {
            let before = read(path)?;
            let shown = paths::relative(working_directory, path);
            let diff = TextDiff::from_lines(before.as_str(), after.as_str());
            text.push_str(
                &diff.unified_diff().header(&format!("a/{shown}"), &format!("b/{shown}")).to_string(),
            );
        }
        Ok(text)
    }

    /// Writes the changes: all files, or none if one cannot be written beside its old content.
    ///
    /// # Errors
    /// If a file cannot be written, or is not as it was when it was analysed.
    pub(super) fn write<'a>(&self, judged: impl Iterator<Item = &'a Judged> + Clone) -> Result<(), CliError> {
        let mut replacements = Replacements::default();
        for (path, text) in &self.buffers {
            if !is_as_analysed(path, judged.clone())? {
                return Err(CliError::ChangedMeanwhile { path: path.clone() });
            }
            replacements.prepare(path, text.as_bytes())?;
        }
        replacements.commit()
    }

    /// Looks at projects again after the changes were written.
    pub(super) fn look_again(&self, projects: &mut [LiveProject]) {
        let changed: Vec<_> = self.buffers.keys().cloned().collect();
        for live in projects {
            live.update(&Disk, &changed);
        }
    }

    /// Whether there is nothing to change.
    pub(super) fn is_empty(&self) -> bool {
        self.buffers.is_empty()
    }

    /// The titles of what is done, in order.
    pub(super) fn titles(&self) -> &[String] {
        &self.applied
    }

    /// What was done to how many of what, for people.
    pub(super) fn summary(&self, done: &str, what: &str) -> String {
        let mut text = format!(
            "{done} {} in {}.\n",
            plural(self.applied.len(), what),
            plural(self.buffers.len(), "file")
        );
        for title in &self.taken_back {
            text.push_str(&format!("taken back, since it did not help or did harm: {title}\n"));
        }
        text
    }
}

fn plural(count: usize, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}

fn is_as_analysed<'a>(path: &Path, mut judged: impl Iterator<Item = &'a Judged>) -> Result<bool, CliError> {
    let now = read(path)?;
    Ok(judged.any(|judged| judged.holds(path, &now)))
}

fn read(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(|source| CliError::Output { path: path.to_owned(), source })
}
