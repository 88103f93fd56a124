//! A project that is judged again and again while its files change.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lunora_project::{LinkWork, Linker};
use lunora_rules::Memory;
use lunora_source::{FileSystem, SourceTree, load};

use crate::analysis::{analyze, rules, run_rules, run_rules_unless};
use crate::error::CheckError;
use crate::judging::{Judged, judge};
use crate::projects::FoundProject;

/// Set to anything but nothing or `0`, every update is also done anew, and what differs is told on standard error.
const RECHECK: &str = "LUNORA_ADVISOR_RECHECK";

/// A project over edits. What it says after any sequence of updates is what a new look at the same files says.
#[derive(Debug)]
pub struct LiveProject {
    project: FoundProject,
    rules: Vec<&'static str>,
    linker: Linker,
    memory: Memory,
    work: LinkWork,
    current: Arc<Judged>,
    /// Whether something was linked that was not judged, since an update was abandoned.
    is_behind: bool,
}

impl LiveProject {
    /// Reads and judges a project.
    ///
    /// # Errors
    /// If the project cannot be read at all.
    pub fn open(file_system: &dyn FileSystem, project: FoundProject) -> Result<Self, CheckError> {
        let start = Instant::now();
        let tree = Arc::new(load(file_system, &project.location, &project.options)?);
        Ok(Self::of(file_system, project, tree, start.elapsed()))
    }

    /// Judges a project whose files were read, so as to judge it again with other ones.
    pub fn reopen(file_system: &dyn FileSystem, project: FoundProject, judged: &Judged) -> Self {
        Self::of(file_system, project, Arc::clone(&judged.analysis.project.sources), Duration::ZERO)
    }

    fn of(
        file_system: &dyn FileSystem,
        project: FoundProject,
        tree: Arc<SourceTree>,
        read: Duration,
    ) -> Self {
        let start = Instant::now();
        let linker = Linker::new(tree);
        let rules: Vec<_> = rules().iter().map(|rule| rule.name).collect();
        let mut memory = Memory::default();
        let phases = [("read", read), ("link", start.elapsed())];
        let linked = Arc::clone(linker.project());
        let analysis = run_rules(linked, &project, &mut memory, phases);
        let current = Arc::new(judge(file_system, &project, analysis, &rules));
        let work = LinkWork { is_cold: true, ..LinkWork::default() };
        Self { project, rules, linker, memory, work, current, is_behind: false }
    }

    /// Where the project is, and how it is read and judged.
    pub fn project(&self) -> &FoundProject {
        &self.project
    }

    /// What is known of it.
    pub fn current(&self) -> &Arc<Judged> {
        &self.current
    }

    /// What the last update had to link.
    pub fn last_work(&self) -> LinkWork {
        self.work
    }

    /// The files as they were last read. After an update that was abandoned, [`current`](Self::current) is of earlier ones.
    pub fn tree(&self) -> &SourceTree {
        &self.linker.project().sources
    }

    /// Whether an update was abandoned after its files had been read.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Looks again after the files at `changed` (absolute paths) changed, appeared or vanished.
    pub fn update(&mut self, file_system: &dyn FileSystem, changed: &[PathBuf]) -> &Arc<Judged> {
        // Nothing makes it stop before its end.
        let _ = self.update_unless(file_system, changed, &|| false);
        &self.current
    }

    /// As [`update`](Self::update), unless nobody wants to know any more, which is asked again and again; `None` then. What was read and
    /// linked by then is kept: a later update that is told of the same files and of what changed since goes on from there.
    pub fn update_unless(
        &mut self,
        file_system: &dyn FileSystem,
        changed: &[PathBuf],
        is_abandoned: &(dyn Fn() -> bool + Sync),
    ) -> Option<&Arc<Judged>> {
        let start = Instant::now();
        let tree = self.tree().reload(file_system, changed);
        let read = start.elapsed();
        let start = Instant::now();
        self.is_behind = true;
        self.work = self.linker.update(Arc::new(tree));
        let phases = [("read", read), ("link", start.elapsed())];
        let linked = Arc::clone(self.linker.project());
        let analysis = run_rules_unless(linked, &self.project, &mut self.memory, phases, is_abandoned)?;
        let judged = Arc::new(judge(file_system, &self.project, analysis, &self.rules));
        let before = std::mem::replace(&mut self.current, judged);
        // Taking it apart takes longer than many an update, and nobody waits for it.
        rayon::spawn(move || drop(before));
        self.is_behind = false;
        if is_recheck_wanted() {
            self.recheck(file_system);
        }
        Some(&self.current)
    }

    #[expect(
        clippy::print_stderr,
        reason = "whoever asks for this wants to be told, and standard output may be the protocol's"
    )]
    fn recheck(&self, file_system: &dyn FileSystem) {
        let Ok(analysis) = analyze(file_system, &self.project) else { return };
        let anew = judge(file_system, &self.project, analysis, &self.rules);
        let known = &self.current.findings;
        let missing = anew.findings.iter().filter(|finding| !known.contains(finding));
        let wrong = known.iter().filter(|finding| !anew.findings.contains(finding));
        for (word, finding) in
            missing.map(|finding| ("lacks", finding)).chain(wrong.map(|finding| ("has", finding)))
        {
            eprintln!("{RECHECK}: after {:?} it {word} {}", self.work, finding.cache_key);
        }
    }
}

fn is_recheck_wanted() -> bool {
    std::env::var_os(RECHECK).is_some_and(|value| !value.is_empty() && value != "0")
}
