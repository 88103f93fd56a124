//! A project that is judged again and again while its files change.

use std::path::PathBuf;
use std::sync::Arc;

use lunora_source::FileSystem;

use crate::analysis::{analyze, analyze_again, rules};
use crate::error::CheckError;
use crate::judging::{Judged, judge};
use crate::projects::FoundProject;

/// A project over edits. What it says after any sequence of updates is what a new look at the same files says.
#[derive(Debug)]
pub struct LiveProject {
    project: FoundProject,
    rules: Vec<&'static str>,
    current: Arc<Judged>,
}

impl LiveProject {
    /// Reads and judges a project.
    ///
    /// # Errors
    /// If the project cannot be read at all.
    pub fn open(file_system: &dyn FileSystem, project: FoundProject) -> Result<Self, CheckError> {
        let rules: Vec<_> = rules().iter().map(|rule| rule.name).collect();
        let analysis = analyze(file_system, &project)?;
        let current = Arc::new(judge(file_system, &project, analysis, &rules));
        Ok(Self { project, rules, current })
    }

    /// Where the project is, and how it is read and judged.
    pub fn project(&self) -> &FoundProject {
        &self.project
    }

    /// What is known of it.
    pub fn current(&self) -> &Arc<Judged> {
        &self.current
    }

    /// Looks again after the files at `changed` (absolute paths) changed, appeared or vanished.
    pub fn update(&mut self, file_system: &dyn FileSystem, changed: &[PathBuf]) -> &Arc<Judged> {
        let analysis = analyze_again(file_system, &self.project, self.current.analysis.tree(), changed);
        self.current = Arc::new(judge(file_system, &self.project, analysis, &self.rules));
        &self.current
    }
}
