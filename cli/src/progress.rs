//! One line for who waits at a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shorter runs need no line.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line that counts is written anew this often.
const PACE: Duration = Duration::from_millis(250);

/// A line on standard error that appears when a run takes long, and goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    running: Option<(Sender<()>, JoinHandle<()>)>,
    steps: Arc<AtomicUsize>,
}

impl Progress {
    /// Starts to wait. Without a terminal nothing is ever shown.
    pub(crate) fn start(message: &'static str) -> Self {
        Self::counting(message, 0)
    }

    /// As [`Self::start`], and the line says how many of a number of things are [done](Self::step).
    pub(crate) fn counting(message: &'static str, total: usize) -> Self {
        let steps = Arc::new(AtomicUsize::new(0));
        if !io::stderr().is_terminal() {
            return Self { running: None, steps };
        }
        let (done, wait) = mpsc::channel::<()>();
        let counted = Arc::clone(&steps);
        let thread = std::thread::spawn(move || {
            let mut pause = PATIENCE;
            while wait.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = PACE;
                let count = if total > 0 {
                    format!(" {} of {total}", counted.load(Ordering::Relaxed))
                } else {
                    String::new()
                };
                // Nobody misses the line if it cannot be written.
                let _ = write!(io::stderr(), "\r{message}…{count}\u{1b}[K");
            }
            if pause == PACE {
                let _ = write!(io::stderr(), "\r\u{1b}[K");
            }
        });
        Self { running: Some((done, thread)), steps }
    }

    /// One more thing is done.
    pub(crate) fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.running.take() {
            drop(done);
            // The line must be gone before anything else is written.
            let _ = thread.join();
        }
    }
}
