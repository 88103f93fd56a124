//! A pass over the projects: from what changed to what is known and reported now.
//!
//! Passes run on a thread of their own, one at a time. What a cancelled pass did not get to is done by the next one.

mod projects;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lunora_source::Overlay;

use crate::client::Client;
use crate::diagnostics::reports::Reports;
use crate::documents::Documents;
use crate::event::{Changes, Event, PassEnd};
use crate::settings::EditorSettings;
use crate::snapshot::{Folders, Snapshot};
use projects::Projects;

/// The deepest code needs a deep stack.
const STACK_BYTES: usize = 64 << 20;

/// What a pass is to do.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) generation: u64,
    pub(crate) changes: Changes,
    pub(crate) client: Arc<Client>,
    pub(crate) settings: Arc<EditorSettings>,
    pub(crate) documents: Arc<Documents>,
    pub(crate) folders: Arc<Folders>,
    pub(crate) cancellation: Cancellation,
}

/// What a pass found out.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) snapshot: Arc<Snapshot>,
    /// What whoever looks for the reason of a failure should know.
    pub(crate) notes: Vec<String>,
}

/// Tells a pass to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancellation(Arc<AtomicBool>);

impl Cancellation {
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Starts the thread that passes run on. It ends when nobody can send it jobs any more.
///
/// # Errors
/// If the system does not give a thread.
pub(crate) fn start(jobs: Receiver<Job>, events: Sender<Event>) -> std::io::Result<JoinHandle<()>> {
    let run = move || {
        let mut worker = Worker::default();
        for job in jobs {
            let end = catch_unwind(AssertUnwindSafe(|| worker.run(job))).unwrap_or_else(|panic| {
                // What it held may be half done.
                worker = Worker {
                    changes: Changes { is_search_needed: true, ..Changes::default() },
                    ..Worker::default()
                };
                PassEnd::Failed(crate::server::panic_message(&*panic))
            });
            if events.send(Event::Passed(end)).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().name("passes".to_owned()).stack_size(STACK_BYTES).spawn(run)
}

#[derive(Default)]
struct Worker {
    projects: Projects,
    /// What no pass has seen to its end.
    changes: Changes,
    /// What was known after the last pass that came to its end.
    snapshot: Arc<Snapshot>,
}

impl Worker {
    fn run(&mut self, job: Job) -> PassEnd {
        let start = Instant::now();
        self.changes.add(job.changes);
        self.changes.tidy();
        let buffers = job.documents.iter().map(|(path, document)| (path.clone(), document.text.as_bytes()));
        let file_system = Overlay::over_disk(buffers);
        let search =
            projects::Search { folders: &job.folders, settings: &job.settings, documents: &job.documents };
        if self.projects.update(&file_system, &search, &self.changes, &job.cancellation).is_none() {
            return PassEnd::Cancelled;
        }
        self.changes = Changes::default();
        let mut snapshot = Snapshot {
            generation: job.generation,
            client: job.client,
            settings: job.settings,
            documents: job.documents,
            projects: self.projects.views(),
            folders: job.folders,
            cost: Duration::ZERO,
            reports: Arc::default(),
        };
        snapshot.reports = Arc::new(Reports::new(&snapshot, self.projects.problems(), &self.snapshot));
        let notes = self.projects.take_notes();
        snapshot.cost = start.elapsed();
        self.snapshot = Arc::new(snapshot);
        PassEnd::Done(Box::new(Pass { snapshot: Arc::clone(&self.snapshot), notes }))
    }
}
