//! One line for who waits at a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// Shorter runs need no line.
const PATIENCE: Duration = Duration::from_secs(1);

/// A line on standard error that appears when a run takes long, and goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts to wait. Without a terminal nothing is ever shown.
    pub(crate) fn start(message: &'static str) -> Self {
        if !io::stderr().is_terminal() {
            return Self { running: None };
        }
        let (done, wait) = mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                // Nobody misses the line if it cannot be written.
                let _ = write!(io::stderr(), "{message}…");
                let _ = wait.recv();
                let _ = write!(io::stderr(), "\r\u{1b}[K");
            }
        });
        Self { running: Some((done, thread)) }
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
