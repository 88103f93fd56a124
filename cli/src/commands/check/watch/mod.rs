//! `--watch`: checks again whenever a file changes.

mod events;
mod places;
mod searched;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use lunora_check::{FoundProject, Judged, LiveProject, folders_to_watch, is_worth_watching};
use lunora_source::{Disk, FileSystem};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::{Run, finish, part};
use crate::arguments::{CheckArguments, Color};
use crate::error::CliError;
use crate::output::Outcome;
use crate::progress::Progress;
use events::{Happened, next};
use places::Places;
use searched::Searched;

/// Checks now and after each change, until the process is ended.
///
/// # Errors
/// If the first check cannot run, or files cannot be watched.
pub(super) fn run(arguments: &CheckArguments, color: Color) -> Result<Outcome, CliError> {
    let (sender, events) = mpsc::channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Whoever listened is gone when the process ends.
        let _ = sender.send(event);
    })?;
    let mut watch = Watch::start(arguments, color, watcher)?;
    draw(watch.show()?);
    loop {
        let outcome = match next(&events) {
            Happened::Changes(changed) => watch.look_at(&changed),
            Happened::Nothing => watch.look_around(),
            Happened::TooMuch => watch.start_over(),
            Happened::End => return Ok(Outcome::default()),
        };
        if let Some(outcome) = outcome {
            draw(outcome);
        }
    }
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
    places: Places,
    /// Why nothing can be checked now, as it was said. There are no live projects then.
    trouble: Option<String>,
}

impl<'a> Watch<'a> {
    fn start(
        arguments: &'a CheckArguments,
        color: Color,
        watcher: RecommendedWatcher,
    ) -> Result<Self, CliError> {
        let _progress = Progress::start("Checking");
        let places = Places::new(&arguments.project.paths)?;
        let run = Run::find(arguments, &Disk)?;
        let (live, watched, searched) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        let mut watch =
            Self { arguments, color, run, live, watcher, watched, searched, places, trouble: None };
        watch.find()?;
        Ok(watch)
    }

    /// Looks for the projects anew. Those that were known stay as they are, unless nothing can be checked at all.
    fn find(&mut self) -> Result<(), CliError> {
        loop {
            self.places.look();
            let disk = Searched::default();
            let found = self.open(&disk);
            if found.is_err() {
                self.live.clear();
            }
            let searched = disk.into_folders();
            let is_new = !searched.is_subset(&self.searched);
            self.searched = searched;
            // What is missing may come back where it was.
            let kept = if found.is_err() { self.watched.clone() } else { BTreeMap::new() };
            self.watch(kept)?;
            // What came into a folder before it was watched told nobody.
            if !is_new {
                return found;
            }
        }
    }

    /// Opens the projects that are there now.
    fn open(&mut self, disk: &Searched) -> Result<(), CliError> {
        self.places.enter()?;
        let mut run = Run::find(self.arguments, disk)?;
        let found = std::mem::take(&mut run.found);
        let mut opened = Vec::new();
        for project in &found {
            let known = self.live.iter().position(|known| is_same(known.project(), project));
            opened.push(match known {
                Some(position) => Ok(self.live.swap_remove(position)),
                None => LiveProject::open(&*run.input.file_system, project.clone()),
            });
        }
        let live;
        (run.found, live, run.unread) = part(found, opened)?;
        (self.run, self.live) = (run, live);
        Ok(())
    }

    /// Watches these folders, those that matter now, and no others.
    fn watch(&mut self, mut wanted: BTreeMap<PathBuf, RecursiveMode>) -> Result<(), CliError> {
        wanted.extend(folders(&self.live));
        for folder in &self.searched {
            if !wanted.iter().any(|(known, mode)| is_within(folder, known, *mode)) {
                wanted.insert(folder.clone(), RecursiveMode::NonRecursive);
            }
        }
        for (folder, _) in self.watched.iter().filter(|(folder, mode)| wanted.get(*folder) != Some(mode)) {
            // It may be gone, and its watch with it.
            let _ = self.watcher.unwatch(folder);
        }
        let known = std::mem::take(&mut self.watched);
        for (folder, mode) in wanted {
            let watched = match known.get(&folder) == Some(&mode) {
                true => Ok(()),
                false => self.watcher.watch(&folder, mode),
            };
            match watched {
                Ok(()) => drop(self.watched.insert(folder, mode)),
                // Systems limit the number of watches: a new project there is seen at the next start.
                Err(_) if self.searched.contains(&folder) || !folder.exists() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Takes notice of changes; what there is to show if anything that is shown may be another one now.
    fn look_at(&mut self, changed: &BTreeSet<PathBuf>) -> Option<Outcome> {
        let is_lost = self.forget(changed);
        if is_lost || self.trouble.is_some() || changed.iter().any(|path| is_configuration(path)) {
            return self.start_over();
        }
        match self.update(changed) {
            Ok(false) => None,
            Ok(true) => Some(self.show().unwrap_or_else(|error| complaint(&error.to_string()))),
            Err(error) => self.give_up(&error),
        }
    }

    /// Looks whether the places that a person named are still there, or again.
    fn look_around(&mut self) -> Option<Outcome> {
        if self.places.look() { self.start_over() } else { None }
    }

    /// Forgets the folders that went, or that others may have come in place of: their watches went with them. Whether files of a project
    /// lay in one.
    fn forget(&mut self, changed: &BTreeSet<PathBuf>) -> bool {
        let is_gone = |folder: &PathBuf| changed.contains(folder) || !folder.exists();
        let gone: Vec<PathBuf> = self.watched.keys().filter(|folder| is_gone(folder)).cloned().collect();
        for folder in &gone {
            let _ = self.watcher.unwatch(folder);
            self.watched.remove(folder);
        }
        gone.iter().any(|folder| self.live.iter().any(|live| is_partly_in(live, folder)))
    }

    /// Forgets what was known and looks at everything again.
    fn start_over(&mut self) -> Option<Outcome> {
        self.live.clear();
        match self.find() {
            Ok(()) => {
                self.trouble = None;
                Some(self.show().unwrap_or_else(|error| complaint(&error.to_string())))
            }
            Err(error) => self.give_up(&error),
        }
    }

    /// Nothing can be checked for now, which is said once.
    fn give_up(&mut self, error: &CliError) -> Option<Outcome> {
        self.live.clear();
        let said = Some(format!("{error}\nThe check goes on as soon as that is mended."));
        if self.trouble == said {
            return None;
        }
        self.trouble = said;
        self.trouble.as_deref().map(complaint)
    }

    /// Brings the projects up to date; whether any of them was touched.
    fn update(&mut self, changed: &BTreeSet<PathBuf>) -> Result<bool, CliError> {
        let changed = with_contents(changed);
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
            self.watch(BTreeMap::new())?;
        }
        Ok(has_changed)
    }

    /// Prints what is known. Which findings count is decided anew each time.
    fn show(&mut self) -> Result<Outcome, CliError> {
        self.run.judged = self.live.iter().map(|live| Judged::clone(live.current())).collect();
        finish(self.arguments, self.color, &mut self.run)
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

/// Whether anything that a project is made of lies in a folder.
fn is_partly_in(live: &LiveProject, folder: &Path) -> bool {
    let project = live.project();
    let files = live.tree().files.iter().map(|file| file.path.as_path());
    let mut parts = files.chain(project.settings.file()).chain([project.location.root.as_path()]);
    parts.any(|part| part.starts_with(folder))
}

/// Whether watching a folder covers another one.
fn is_within(folder: &Path, known: &Path, mode: RecursiveMode) -> bool {
    folder == known || mode == RecursiveMode::Recursive && folder.starts_with(known)
}

/// Whether watching a folder covers a path.
fn is_in(path: &Path, folder: &Path, mode: RecursiveMode) -> bool {
    path.parent() == Some(folder) || mode == RecursiveMode::Recursive && path.starts_with(folder)
}

fn complaint(message: &str) -> Outcome {
    Outcome { stderr: format!("lunora-advisor: {message}\n"), ..Outcome::default() }
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
