//! Watching files for clients that do not watch them for us.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, SystemTime};

use lunora_check::{folders_to_watch, is_worth_watching};
use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tower_lsp::ls_types::{FileChangeType, FileEvent, Uri};

use crate::event::Event;
use crate::snapshot::{Folders, ProjectView, Snapshot};

/// Tells the actor what changes on the disk, from a thread of its own: setting up watches takes its time.
#[derive(Debug)]
pub(crate) struct Watcher(Sender<Task>);

/// How long it takes at most until a new folder is watched; what is written into it by then is told of by nobody.
const SETTING_UP: Duration = Duration::from_millis(100);

/// By how much the time of a change may be behind that of the clock.
const COARSENESS: Duration = Duration::from_secs(2);

/// What the thread is to do.
enum Task {
    Watch(Wanted),
    /// Tell of the files of a new folder.
    LookInto(PathBuf),
    End,
}

/// What is to be watched.
struct Wanted {
    folders: Arc<Folders>,
    projects: Vec<Arc<ProjectView>>,
}

impl Watcher {
    /// Starts the thread. It ends when the watcher is dropped.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(events: Sender<Event>) -> std::io::Result<Self> {
        let (sender, tasks) = channel();
        // File systems tell the time of a change by a coarse clock, which may be behind.
        let now = SystemTime::now();
        let since = now.checked_sub(COARSENESS).unwrap_or(now);
        let later = sender.clone();
        let run = move || match Watches::new(events.clone(), later, since) {
            Ok(watches) => watches.run(&tasks),
            Err(error) => tell(&events, failed(&error)),
        };
        std::thread::Builder::new().name("files".to_owned()).spawn(run)?;
        Ok(Self(sender))
    }

    /// Watches what matters to the projects of a snapshot, and the folders of the workspace, where projects may appear.
    pub(crate) fn watch(&self, snapshot: &Snapshot) {
        let wanted = Wanted { folders: Arc::clone(&snapshot.folders), projects: snapshot.projects.clone() };
        // A thread that is gone has said so.
        let _ = self.0.send(Task::Watch(wanted));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.0.send(Task::End);
    }
}

/// The folders that are watched.
struct Watches {
    watcher: RecommendedWatcher,
    events: Sender<Event>,
    /// Whether with all below them.
    folders: BTreeMap<PathBuf, bool>,
    /// What changed after this may not have been read before it was watched.
    since: SystemTime,
}

impl Watches {
    fn new(events: Sender<Event>, later: Sender<Task>, since: SystemTime) -> notify::Result<Self> {
        let actor = events.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| match event {
            Ok(event) => {
                tell_of(&actor, file_events(&event));
                for folder in new_folders(&event) {
                    let _ = later.send(Task::LookInto(folder));
                }
            }
            Err(error) => tell(&actor, failed(&error)),
        })?;
        Ok(Self { watcher, events, folders: BTreeMap::new(), since })
    }

    fn run(mut self, tasks: &Receiver<Task>) {
        while let Ok(task) = tasks.recv() {
            let (mut latest, mut folders) = (None, Vec::new());
            for task in std::iter::once(task).chain(tasks.try_iter()) {
                match task {
                    Task::Watch(wanted) => latest = Some(wanted),
                    Task::LookInto(folder) => folders.push(folder),
                    Task::End => return,
                }
            }
            if let Some(wanted) = latest {
                self.update(&wanted);
            }
            if !folders.is_empty() {
                std::thread::sleep(SETTING_UP);
                let mut files = Vec::new();
                folders.iter().for_each(|folder| gather_files(folder, 0, &mut files));
                tell_of(&self.events, files);
            }
        }
    }

    fn update(&mut self, wanted: &Wanted) {
        let projects = wanted.projects.iter().map(|view| (&view.found, &*view.judged));
        let mut folders = folders_to_watch(projects);
        for folder in &wanted.folders.folders {
            folders.entry(folder.canonical.clone()).or_insert(false);
        }
        let gone = self.folders.iter().filter(|(folder, is_deep)| folders.get(*folder) != Some(*is_deep));
        for (folder, _) in gone {
            // One that was deleted is not watched any more.
            let _ = self.watcher.unwatch(folder);
        }
        let new: Vec<(&PathBuf, &bool)> =
            folders.iter().filter(|(folder, is_deep)| self.folders.get(*folder) != Some(*is_deep)).collect();
        for (folder, is_deep) in &new {
            let mode = if **is_deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            if let Err(error) = self.watcher.watch(folder, mode) {
                tell(&self.events, failed(&error));
            }
        }
        let is_new = |path: &Path| new.iter().any(|(folder, _)| path.starts_with(folder));
        let files = wanted.projects.iter().flat_map(|view| &view.project().sources.files);
        let missed = files.map(|file| file.path.as_path()).filter(|path| is_new(path) && self.is_late(path));
        let missed: Vec<FileEvent> =
            missed.filter_map(|path| file_event(path, FileChangeType::CHANGED)).collect();
        self.folders = folders;
        tell_of(&self.events, missed);
    }

    /// Whether a file changed since the session began.
    fn is_late(&self, path: &Path) -> bool {
        let modified = std::fs::metadata(path).and_then(|metadata| metadata.modified());
        modified.is_ok_and(|modified| modified >= self.since)
    }
}

fn tell_of(actor: &Sender<Event>, events: Vec<FileEvent>) {
    if !events.is_empty() {
        tell(actor, Event::FilesChanged(events));
    }
}

/// Tells the actor something. Nobody listens once the server ends.
fn tell(actor: &Sender<Event>, event: Event) {
    let _ = actor.send(event);
}

fn failed(error: &notify::Error) -> Event {
    Event::Failed(format!("changes outside of the editor may go unnoticed: {error}"))
}

/// What the protocol calls a change of files.
fn file_events(event: &notify::Event) -> Vec<FileEvent> {
    let kind = match event.kind {
        EventKind::Access(_) => return Vec::new(),
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any | EventKind::Other => None,
        EventKind::Modify(_) => Some(FileChangeType::CHANGED),
        EventKind::Create(_) => Some(FileChangeType::CREATED),
        EventKind::Remove(_) => Some(FileChangeType::DELETED),
    };
    let came_or_went =
        |path: &Path| if path.exists() { FileChangeType::CREATED } else { FileChangeType::DELETED };
    let paths = event.paths.iter().filter(|path| is_worth_watching(path));
    paths.filter_map(|path| file_event(path, kind.unwrap_or_else(|| came_or_went(path)))).collect()
}

/// The folders that came, by being made or moved.
fn new_folders(event: &notify::Event) -> impl Iterator<Item = PathBuf> {
    let may_be_new = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any | EventKind::Other
    );
    let paths = event.paths.iter().filter(move |path| may_be_new && is_worth_watching(path) && path.is_dir());
    paths.cloned()
}

/// Every file below a folder, as one that was made.
fn gather_files(folder: &Path, depth: usize, files: &mut Vec<FileEvent>) {
    /// Folders in folders; no project has more, and a ring of links would have no end.
    const MAX_DEPTH: usize = 32;
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_worth_watching(path)) {
        if !path.is_dir() {
            files.extend(file_event(&path, FileChangeType::CREATED));
        } else if depth < MAX_DEPTH {
            gather_files(&path, depth + 1, files);
        }
    }
}

fn file_event(path: &Path, kind: FileChangeType) -> Option<FileEvent> {
    Some(FileEvent { uri: Uri::from_file_path(path)?, typ: kind })
}
