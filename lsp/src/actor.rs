//! The owner of everything that changes: documents, folders, settings, and what was last found out about the projects.
//!
//! It hears one event at a time and never waits: not for a pass over the projects, not for the client.

mod publisher;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustc_hash::FxHashSet;
use tower_lsp::Client as Connection;
use tower_lsp::jsonrpc::Error;
use tower_lsp::ls_types::{
    FileChangeType, FileEvent, InitializeParams, InitializeResult, TextDocumentItem, Uri, WorkspaceFolder,
    WorkspaceFoldersChangeEvent,
};

use crate::capabilities;
use crate::client::Client;
use crate::documents::{Document, Documents};
use crate::event::{About, Changes, Event, PassEnd, Question};
use crate::outbox::{Notice, Outbox};
use crate::pass::{self, Cancellation, Job, Pass};
use crate::server::panic_message;
use crate::settings::EditorSettings;
use crate::snapshot::{Folder, Folders, ProjectView, Snapshot, canonical, path_of};
use crate::watch::Watcher;
use publisher::Publisher;

/// A pass that is cheaper than this begins at once; before a dearer one we wait as long as the last one took, in case more changes come.
const CHEAP: Duration = Duration::from_millis(20);
/// We wait no longer than this: whoever types on has the pass abandoned anyway.
const LONGEST_WAIT: Duration = Duration::from_millis(250);
/// A pass is abandoned for later changes until the first of them is so old: nobody waits longer because somebody types.
const PATIENCE: Duration = Duration::from_secs(1);

/// Starts the actor and the thread of the passes, which ends before the actor's does.
///
/// # Errors
/// If the system gives no threads.
pub(crate) fn start(
    inbox: Receiver<Event>,
    events: Sender<Event>,
    connection: Connection,
) -> std::io::Result<JoinHandle<()>> {
    let outbox = Outbox::new(connection, events.clone());
    let (jobs, queue) = channel();
    let passes = pass::start(queue, events.clone())?;
    let mut actor = Actor::new(outbox, jobs, events);
    let run = move || {
        actor.run(&inbox);
        if let Some(running) = &actor.running {
            running.cancel();
        }
        // Without the actor there are no more jobs.
        drop(actor);
        // A pass catches its panics.
        let _ = passes.join();
    };
    std::thread::Builder::new().name("actor".to_owned()).spawn(run)
}

struct Actor {
    outbox: Outbox,
    jobs: Sender<Job>,
    events: Sender<Event>,
    /// For clients that do not watch files themselves.
    watcher: Option<Watcher>,
    client: Arc<Client>,
    settings: Arc<EditorSettings>,
    documents: Arc<Documents>,
    folders: Arc<Folders>,
    /// Counts changes.
    generation: u64,
    /// What the last pass found out; of an earlier generation while a change is not looked at yet.
    snapshot: Arc<Snapshot>,
    /// What no pass knows of yet.
    changes: Changes,
    running: Option<Cancellation>,
    /// Documents that were edited since the last pass.
    edited_since: FxHashSet<PathBuf>,
    /// When the next pass is to begin.
    due: Option<Instant>,
    /// When the first change came that no pass has seen to its end.
    waiting_since: Option<Instant>,
    /// When the last change came.
    changed_at: Instant,
    last_cost: Duration,
    questions: Vec<Waiting>,
    publisher: Publisher,
    /// Whether the client has gone.
    has_ended: bool,
}

/// A request that waits for a pass.
struct Waiting {
    question: Question,
    /// The change that must have been seen.
    generation: u64,
}

impl Actor {
    fn new(outbox: Outbox, jobs: Sender<Job>, events: Sender<Event>) -> Self {
        Self {
            publisher: Publisher::new(outbox.clone()),
            outbox,
            jobs,
            events,
            watcher: None,
            client: Arc::default(),
            settings: Arc::default(),
            documents: Arc::default(),
            folders: Arc::default(),
            generation: 0,
            snapshot: Arc::default(),
            changes: Changes::default(),
            running: None,
            edited_since: FxHashSet::default(),
            due: None,
            waiting_since: None,
            changed_at: Instant::now(),
            last_cost: Duration::ZERO,
            questions: Vec::new(),
            has_ended: false,
        }
    }

    /// Hears events until the client has gone and is owed nothing.
    fn run(&mut self, inbox: &Receiver<Event>) {
        loop {
            let event = match self.due {
                // Everything that is here already belongs into the pass.
                Some(due) => inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match event {
                Ok(event) => self.guarded(|actor| actor.hear(event)),
                Err(RecvTimeoutError::Timeout) => self.guarded(Self::begin_pass),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.has_ended {
                // Nobody hears of news any more; who has asked before the end is answered.
                self.questions.retain(|waiting| waiting.generation <= self.generation);
                if self.questions.is_empty() {
                    return;
                }
            }
        }
    }

    /// A mistake of ours must not take the session with it.
    fn guarded(&mut self, act: impl FnOnce(&mut Self)) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| act(self))) {
            self.outbox.log(format!("internal error: {}", panic_message(&*panic)));
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Initialize(parameters, reply) => {
                // A client that went away needs no answer; the same holds for all replies.
                let _ = reply.send(self.initialize(&parameters));
            }
            Event::Initialized => self.initialized(),
            Event::Opened(document) => self.opened(document),
            Event::Changed { uri, version, changes } => {
                let Some(path) = document_path(&uri) else { return };
                let documents = Arc::make_mut(&mut self.documents);
                match documents.change(&path, version, &changes, self.client.encoding) {
                    Ok(()) => {
                        self.edited_since.insert(path.clone());
                        self.edited(path, &uri);
                    }
                    Err(problem) => self.outbox.log(format!("{}: {problem}", uri.as_str())),
                }
            }
            Event::Closed(uri) => self.closed(&uri),
            Event::FilesChanged(events) => self.files_changed(&events),
            Event::FoldersChanged(event) => self.folders_changed(event),
            Event::SettingsChanged(Some(settings)) => self.set(EditorSettings::read(&settings)),
            Event::SettingsChanged(None) => self.ask_for_settings(),
            Event::Asked(question) => self.asked(question),
            Event::Passed(end) => self.passed(end),
            Event::Failed(message) => self.outbox.log(message),
            Event::Said(notices) => notices.into_iter().for_each(|notice| self.outbox.send(notice)),
            Event::Ended => self.has_ended = true,
            Event::ClientSettled => self.publisher.stand_in(&self.snapshot, &self.documents),
            Event::Shutdown(reply) => {
                let _ = reply.send(());
            }
        }
    }

    fn initialize(&mut self, parameters: &InitializeParams) -> InitializeResult {
        self.client = Arc::new(Client::read(parameters));
        self.folders = Arc::new(Folders { folders: folders_of(parameters) });
        if let Some(options) = &parameters.initialization_options {
            self.settings = Arc::new(EditorSettings::read(options));
        }
        capabilities::initialize_result(&self.client)
    }

    fn initialized(&mut self) {
        let registrations = capabilities::registrations(&self.client);
        if !registrations.is_empty() {
            self.outbox.send(Notice::Register(registrations));
        }
        if !self.client.watches_files {
            match Watcher::start(self.events.clone()) {
                Ok(watcher) => self.watcher = Some(watcher),
                Err(error) => self.outbox.log(format!("changes outside of the editor go unnoticed: {error}")),
            }
        }
        self.ask_for_settings();
        if self.client.shows_progress {
            self.outbox.send(Notice::BeginProgress("Reading Lunora projects".to_owned()));
        }
        if self.client.pulls_diagnostics {
            self.outbox.send(Notice::Settle);
        }
        self.search();
    }

    fn ask_for_settings(&self) {
        if self.client.answers_configuration {
            self.outbox.send(Notice::AskSettings);
        }
    }

    fn set(&mut self, settings: EditorSettings) {
        if *self.settings != settings {
            self.settings = Arc::new(settings);
            self.search();
        }
    }

    fn opened(&mut self, document: TextDocumentItem) {
        let Some(path) = document_path(&document.uri) else { return };
        let opened = Document::new(document.uri.clone(), document.version, &document.text);
        Arc::make_mut(&mut self.documents).insert(path.clone(), opened);
        // The projects of the workspace's own folders are known.
        let is_outside = !self.folders.folders.iter().any(|folder| path.starts_with(&folder.canonical));
        self.changes.is_search_needed |= is_outside;
        // A new file may be opened before we hear that it is there, which we hear no more of once it is open.
        if self.snapshot.file(&document.uri).is_some() {
            self.edited(path, &document.uri);
        } else {
            self.moved(path);
        }
    }

    fn closed(&mut self, uri: &Uri) {
        let Some(path) = document_path(uri) else { return };
        if Arc::make_mut(&mut self.documents).remove(&path).is_none() {
            return;
        }
        if path.is_file() {
            self.edited(path, uri);
        } else {
            self.moved(path);
        }
    }

    fn files_changed(&mut self, events: &[FileEvent]) {
        for event in events {
            let Some(path) = document_path(&event.uri) else { continue };
            // What the editor shows is what counts.
            if self.documents.get(&path).is_some() || is_foreign(&path) {
                continue;
            }
            if event.typ == FileChangeType::CHANGED {
                self.edited(path, &event.uri);
            } else {
                self.moved(path);
            }
        }
    }

    fn folders_changed(&mut self, event: WorkspaceFoldersChangeEvent) {
        let folders = &mut Arc::make_mut(&mut self.folders).folders;
        let removed: Vec<Folder> = event.removed.iter().filter_map(folder).collect();
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(event.added.iter().filter_map(folder));
        self.search();
    }

    /// A file says something else than before.
    fn edited(&mut self, path: PathBuf, uri: &Uri) {
        let is_config = is_config_file(&path);
        self.refuse_questions_about(uri);
        self.changes.add(Changes { edited: vec![path], moved: Vec::new(), is_search_needed: is_config });
        self.changed();
    }

    /// A file or folder came or went.
    fn moved(&mut self, path: PathBuf) {
        let is_search_needed = is_config_file(&path)
            || path.extension().is_none()
            || path.file_name().is_some_and(|name| name == "schema.ts");
        self.changes.add(Changes { edited: Vec::new(), moved: vec![path], is_search_needed });
        self.changed();
    }

    fn search(&mut self) {
        self.changes.is_search_needed = true;
        self.changed();
    }

    /// Makes sure that a pass sees what changed.
    fn changed(&mut self) {
        self.generation += 1;
        self.changed_at = Instant::now();
        self.waiting_since.get_or_insert(self.changed_at);
        match &self.running {
            Some(running) if self.is_patient() => running.cancel(),
            Some(_) => {}
            None => self.schedule(),
        }
    }

    fn is_patient(&self) -> bool {
        self.waiting_since.is_none_or(|since| since.elapsed() < PATIENCE)
    }

    /// Says when the next pass begins: at once if somebody waits for it.
    fn schedule(&mut self) {
        let is_awaited = self.questions.iter().any(|waiting| waiting.generation <= self.generation);
        let wait = match self.last_cost {
            _ if is_awaited || !self.is_patient() => Duration::ZERO,
            cost if cost < CHEAP => Duration::ZERO,
            cost => cost.min(LONGEST_WAIT),
        };
        self.due = Some(self.changed_at + wait);
    }

    /// Asks the client to ask again what it shows beside the code. It does so by itself in documents that were edited.
    fn refresh(&self, edited: &FxHashSet<PathBuf>) {
        if self.documents.iter().all(|(path, _)| edited.contains(path)) {
            return;
        }
        if self.client.refreshes_lenses {
            self.outbox.send(Notice::RefreshLenses);
        }
        if self.client.refreshes_hints {
            self.outbox.send(Notice::RefreshHints);
        }
    }

    fn refuse_questions_about(&mut self, uri: &Uri) {
        let (refused, kept) = std::mem::take(&mut self.questions)
            .into_iter()
            .partition(|waiting| waiting.question.about == About::Document(uri.clone()));
        self.questions = kept;
        for Waiting { question, .. } in refused {
            let _ = question.reply.send(Err(Error::content_modified()));
        }
    }

    fn asked(&mut self, question: Question) {
        let mut generation = self.generation;
        if let About::Workspace { newer_than } = question.about {
            self.publisher.leave_to_client(&self.snapshot, &self.documents);
            generation = generation.max(newer_than.map_or(0, |known| known + 1));
        }
        if self.snapshot.generation >= generation {
            let _ = question.reply.send(Ok(Arc::clone(&self.snapshot)));
            return;
        }
        // Those whose clients have given up are in nobody's way for long.
        self.questions.retain(|waiting| !waiting.question.reply.is_closed());
        self.questions.push(Waiting { question, generation });
        if generation <= self.generation && self.running.is_none() {
            self.schedule();
        }
    }

    fn begin_pass(&mut self) {
        self.due = None;
        let cancellation = Cancellation::default();
        let job = Job {
            generation: self.generation,
            changes: std::mem::take(&mut self.changes),
            client: Arc::clone(&self.client),
            settings: Arc::clone(&self.settings),
            documents: Arc::clone(&self.documents),
            folders: Arc::clone(&self.folders),
            cancellation: cancellation.clone(),
        };
        match self.jobs.send(job) {
            Ok(()) => self.running = Some(cancellation),
            Err(_) => self.outbox.log("internal error: the thread that reads projects is gone"),
        }
    }

    fn passed(&mut self, end: PassEnd) {
        self.running = None;
        match end {
            PassEnd::Done(pass) => self.finish(*pass),
            PassEnd::Cancelled => {}
            PassEnd::Failed(message) => {
                self.outbox.log(format!("internal error: {message}"));
                // Nobody should wait for what fails; the next change tries again.
                for Waiting { question, .. } in std::mem::take(&mut self.questions) {
                    let _ = question.reply.send(Err(crate::transport::panicked()));
                }
                self.waiting_since = None;
                return;
            }
        }
        if self.snapshot.generation < self.generation {
            self.schedule();
        }
    }

    fn finish(&mut self, pass: Pass) {
        let Pass { snapshot, notes } = pass;
        for note in notes {
            self.outbox.log(note);
        }
        let is_first = self.snapshot.generation == 0;
        if is_first && self.client.shows_progress {
            let count = snapshot.projects.len();
            let plural = if count == 1 { "" } else { "s" };
            self.outbox.send(Notice::EndProgress(format!("{count} Lunora project{plural}")));
        }
        let is_other = |(before, now): (&Arc<ProjectView>, &Arc<ProjectView>)| !Arc::ptr_eq(before, now);
        let have_projects_changed = self.snapshot.projects.len() != snapshot.projects.len()
            || self.snapshot.projects.iter().zip(&snapshot.projects).any(is_other);
        let have_settings_changed = self.snapshot.settings != snapshot.settings;
        let edited = std::mem::take(&mut self.edited_since);
        self.snapshot = snapshot;
        if let Some(watcher) = self.watcher.as_ref().filter(|_| is_first || have_projects_changed) {
            watcher.watch(&self.snapshot);
        }
        if have_settings_changed {
            self.refresh(&FxHashSet::default());
        } else if have_projects_changed {
            self.refresh(&edited);
        }
        self.last_cost = self.snapshot.cost;
        self.waiting_since = (self.snapshot.generation < self.generation).then(Instant::now);
        let (ready, waiting) = std::mem::take(&mut self.questions)
            .into_iter()
            .partition(|waiting| waiting.generation <= self.snapshot.generation);
        self.questions = waiting;
        for Waiting { question, .. } in ready {
            let _ = question.reply.send(Ok(Arc::clone(&self.snapshot)));
        }
        self.publisher.publish(&self.snapshot, &self.documents, &edited);
    }
}

/// The canonical path of a document; `None` for what lies on no disk.
fn document_path(uri: &Uri) -> Option<PathBuf> {
    path_of(uri).map(|path| canonical(&path))
}

fn folders_of(parameters: &InitializeParams) -> Vec<Folder> {
    if let Some(folders) = &parameters.workspace_folders {
        return folders.iter().filter_map(folder).collect();
    }
    #[expect(deprecated, reason = "clients that know no workspace folders send nothing else")]
    let (uri, path) = (parameters.root_uri.as_ref(), parameters.root_path.as_ref());
    let path = uri.and_then(path_of).or_else(|| path.map(PathBuf::from));
    path.into_iter().map(|path| Folder { canonical: canonical(&path), path }).collect()
}

fn folder(folder: &WorkspaceFolder) -> Option<Folder> {
    let path = path_of(&folder.uri)?;
    Some(Folder { canonical: canonical(&path), path })
}

fn is_config_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "lunora-advisor.jsonc" || name == "lunora-advisor.json")
}

/// Whether a file lies where nothing of ours does.
fn is_foreign(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "node_modules" || part.as_os_str() == ".git")
}
