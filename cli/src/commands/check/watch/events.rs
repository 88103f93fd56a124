//! From the events of the system to what has to be done.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use lunora_check::is_worth_watching;
use notify::{Event, EventKind};

/// Editors write a file in several steps; one check serves them all.
const QUIET: Duration = Duration::from_millis(50);
/// Where it never is quiet, nobody waits longer than this for what changed.
const PATIENCE: Duration = Duration::from_secs(1);
/// After so long without news one looks whether everything is still in its place.
const PULSE: Duration = Duration::from_secs(1);

/// What happened since the last time.
pub(super) enum Happened {
    /// Nothing for a while.
    Nothing,
    /// These paths changed, appeared or vanished.
    Changes(BTreeSet<PathBuf>),
    /// More than the system could tell.
    TooMuch,
    /// Nothing can come any more.
    End,
}

/// Gathers what changed until it is quiet.
pub(super) fn next(events: &Receiver<notify::Result<Event>>) -> Happened {
    let mut changed = BTreeSet::new();
    let mut until = Instant::now() + PULSE;
    let mut limit = None;
    while let Some(wait) = until.checked_duration_since(Instant::now()) {
        match events.recv_timeout(wait) {
            Ok(Ok(event)) if event.need_rescan() => return Happened::TooMuch,
            Ok(Ok(event)) => {
                let paths = paths(event);
                if !paths.is_empty() {
                    changed.extend(paths);
                    let now = Instant::now();
                    until = (now + QUIET).min(*limit.get_or_insert(now + PATIENCE));
                }
            }
            // What could not be watched is seen when it is looked for again.
            Ok(Err(_)) => {}
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return Happened::End,
        }
    }
    if changed.is_empty() { Happened::Nothing } else { Happened::Changes(changed) }
}

/// What an event tells of, as far as it matters.
fn paths(event: Event) -> Vec<PathBuf> {
    let is_access = matches!(event.kind, EventKind::Access(_));
    event.paths.into_iter().filter(|path| !is_access && is_worth_watching(path)).collect()
}
