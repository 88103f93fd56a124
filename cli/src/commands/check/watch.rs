//! `--watch`: checks again whenever a file changes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lunora_check::{FoundProject, Judged, LiveProject, folders_to_watch, is_worth_watching};
use lunora_source::{Disk, Entry, FileSystem, Metadata};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::{Run, finish};
use crate::arguments::{CheckArguments, Color};
use crate::error::CliError;
use crate::output::Outcome;
use crate::progress::Progress;

/// Editors write a file in several steps; one check serves them all.
const QUIET: Duration = Duration::from_millis(50);

/// Checks now and after each change, until the process is ended.
///
/// # Errors
/// If the first check cannot run, or files cannot be watched.
pub(super) fn run(arguments: &CheckArguments, color: Color) -> Result<Outcome, CliError> {
    let (sender, changes) = mpsc::channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Whoever listened is gone when the process ends.
        let _ = sender.send(event);
    })?;
    let mut watch = Watch::start(arguments, color, watcher)?;
    draw(watch.show()?);
    while let Some(changed) = next(&changes) {
        match watch.look_at(&changed) {
            Ok(false) => {}
            Ok(true) => draw(watch.show().unwrap_or_else(|error| complaint(&error))),
            Err(error) => draw(complaint(&error)),
        }
    }
    Ok(Outcome::default())
}

/// Projects that are kept up to date, and the folders in which something may happen to them.
struct Watch<'a> {
    arguments: &'a CheckArguments,
    color: Color,
    run: Run,
    /// Parallel to what the run has found.
    live: Vec<LiveProject>,
    watcher: RecommendedWatcher,
    watched: BTreeMap<PathBuf, RecursiveMode>,
    /// Folders in which a project may come to be.
    searched: BTreeSet<PathBuf>,
}

impl<'a> Watch<'a> {
    fn start(
        arguments: &'a CheckArguments,
        color: Color,
        watcher: RecommendedWatcher,
    ) -> Result<Self, CliError> {
        let _progress = Progress::start("Checking");
        let run = Run::find(arguments, &Disk)?;
        let (live, watched, searched) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        let mut watch = Self { arguments, color, run, live, watcher, watched, searched };
        watch.find()?;
        Ok(watch)
    }

    /// Looks for the projects anew. Those that were known stay as they are.
    fn find(&mut self) -> Result<(), CliError> {
        loop {
            let disk = Searched::default();
            let run = Run::find(self.arguments, &disk)?;
            let mut live = Vec::new();
            for project in &run.found {
                let known = self.live.iter().position(|known| is_same(known.project(), project));
                live.push(match known {
                    Some(position) => self.live.swap_remove(position),
                    None => LiveProject::open(&*run.input.file_system, project.clone())?,
                });
            }
            (self.run, self.live) = (run, live);
            let searched = disk.into_folders();
            let is_new = !searched.is_subset(&self.searched);
            self.searched = searched;
            self.watch()?;
            // What came into a folder before it was watched told nobody.
            if !is_new {
                return Ok(());
            }
        }
    }

    /// Watches the folders that matter now, and no others.
    fn watch(&mut self) -> Result<(), CliError> {
        let mut wanted = folders(&self.live);
        for folder in &self.searched {
            if !wanted.iter().any(|(known, mode)| is_within(folder, known, *mode)) {
                wanted.insert(folder.clone(), RecursiveMode::NonRecursive);
            }
        }
        for (folder, _) in self.watched.iter().filter(|(folder, mode)| wanted.get(*folder) != Some(mode)) {
            // It may be gone, and its watch with it.
            let _ = self.watcher.unwatch(folder);
        }
        for (folder, mode) in wanted.iter().filter(|(folder, mode)| self.watched.get(*folder) != Some(mode)) {
            match self.watcher.watch(folder, *mode) {
                Err(error) if !self.searched.contains(folder) => return Err(error.into()),
                // Systems limit the number of watches: a new project there is seen at the next start.
                _ => {}
            }
        }
        self.watched = wanted;
        Ok(())
    }

    /// Takes notice of changes; whether anything that is shown may be another one now.
    fn look_at(&mut self, changed: &BTreeSet<PathBuf>) -> Result<bool, CliError> {
        let changed = with_contents(changed);
        // The watch of a folder goes with it; one of the same name needs another.
        self.watched.retain(|folder, _| folder.exists());
        if changed.iter().any(|path| is_configuration(path)) {
            self.live.clear();
            self.find()?;
            return Ok(true);
        }
        let may_be_project =
            |path: &PathBuf| path.ends_with("schema.ts") || !self.watched.contains_key(path) && path.is_dir();
        let before = self.live.len();
        if changed.iter().any(may_be_project) {
            self.find()?;
        }
        let mut has_changed = self.live.len() != before;
        for live in &mut self.live {
            let folders = folders(std::slice::from_ref(live));
            let own: Vec<PathBuf> = changed
                .iter()
                .filter(|path| folders.iter().any(|(folder, mode)| is_in(path, folder, *mode)))
                .cloned()
                .collect();
            if !own.is_empty() {
                live.update(&Disk, &own);
                has_changed = true;
            }
        }
        if has_changed {
            self.watch()?;
        }
        Ok(has_changed)
    }

    /// Prints what is known. Which findings count is decided anew each time.
    fn show(&mut self) -> Result<Outcome, CliError> {
        self.run.judged = self.live.iter().map(|live| Judged::clone(live.current())).collect();
        finish(self.arguments, self.color, &mut self.run)
    }
}

/// The disk, and the folders that were looked into.
#[derive(Clone, Default)]
struct Searched {
    folders: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Searched {
    fn into_folders(self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut *self.folders.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FileSystem for Searched {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Disk.read(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        Disk.metadata(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        Disk.read_dir(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        Disk.canonicalize(path)
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.clone())
    }
}

fn is_same(known: &FoundProject, found: &FoundProject) -> bool {
    known.location == found.location
        && known.options == found.options
        && known.settings.file() == found.settings.file()
}

/// The paths, and of folders all that lies in them: what comes with its folder is told with it alone.
fn with_contents(changed: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let mut all = changed.clone();
    let mut pending: Vec<PathBuf> = changed.iter().filter(|path| path.is_dir()).cloned().collect();
    while let Some(folder) = pending.pop() {
        for entry in Disk.read_dir(&folder).unwrap_or_default() {
            let path = folder.join(entry.name);
            if is_worth_watching(&path) && all.insert(path.clone()) && path.is_dir() {
                pending.push(path);
            }
        }
    }
    all
}

/// Everything that changed until it is quiet; `None` if nothing can come any more.
fn next(changes: &Receiver<notify::Result<Event>>) -> Option<BTreeSet<PathBuf>> {
    let mut changed = BTreeSet::new();
    while changed.is_empty() {
        let mut event = changes.recv().ok()?;
        loop {
            if let Ok(event) = event
                && !matches!(event.kind, EventKind::Access(_))
            {
                changed.extend(event.paths.into_iter().filter(|path| is_worth_watching(path)));
            }
            match changes.recv_timeout(QUIET) {
                Ok(more) => event = more,
                Err(_) => break,
            }
        }
    }
    Some(changed)
}

fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("lunora-advisor.json") || name == "schema.ts" && !path.exists()
}

/// The folders in which files of projects lie or may come to lie.
fn folders(live: &[LiveProject]) -> BTreeMap<PathBuf, RecursiveMode> {
    let mode = |is_deep| if is_deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
    let wanted = folders_to_watch(live.iter().map(|live| (live.project(), &**live.current())));
    wanted.into_iter().map(|(folder, is_deep)| (folder, mode(is_deep))).collect()
}

/// Whether watching a folder covers another one.
fn is_within(folder: &Path, known: &Path, mode: RecursiveMode) -> bool {
    folder == known || mode == RecursiveMode::Recursive && folder.starts_with(known)
}

/// Whether watching a folder covers a path.
fn is_in(path: &Path, folder: &Path, mode: RecursiveMode) -> bool {
    path.parent() == Some(folder) || mode == RecursiveMode::Recursive && path.starts_with(folder)
}

fn complaint(error: &CliError) -> Outcome {
    Outcome { stderr: format!("lunora-advisor: {error}\n"), ..Outcome::default() }
}

/// Shows an outcome in place of the one before.
fn draw(outcome: Outcome) {
    let mut stdout = io::stdout().lock();
    let clear: &[u8] = if stdout.is_terminal() { b"\x1b[2J\x1b[3J\x1b[H" } else { b"" };
    // When nobody reads any more there is nothing to draw for.
    let written = stdout
        .write_all(clear)
        .and_then(|()| stdout.write_all(&outcome.stdout))
        .and_then(|()| stdout.flush());
    if written.is_err() {
        std::process::exit(0);
    }
    let _ = io::stderr().lock().write_all(outcome.stderr.as_bytes());
}
