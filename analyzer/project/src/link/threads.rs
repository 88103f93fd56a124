//! Evaluation on all threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Evaluation recurses with the nesting and the calls of the code that it reads, which have limits of their own
/// (`lunora_extract`, `evaluate::calls`); this much stack holds them with room to spare. It is reserved, not committed.
pub(super) const STACK_BYTES: usize = 512 << 20;

/// Does so many tasks, each by its number, on as many threads; the results are in the order of the tasks.
pub(super) fn on_threads<T: Send>(threads: usize, tasks: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(tasks));
    let run = &|| {
        let mut own = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                break;
            }
            own.push((task, work(task)));
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).append(&mut own);
    };
    let panic = std::thread::scope(|scope| {
        let spawn = |_| {
            let builder = std::thread::Builder::new().name("link".to_owned()).stack_size(STACK_BYTES);
            builder.spawn_scoped(scope, run).ok()
        };
        let handles: Vec<_> = (0..threads.clamp(1, tasks.max(1))).filter_map(spawn).collect();
        // Where there is no thread to be had, this one does the work; otherwise this finds nothing left to do.
        if handles.is_empty() {
            run();
        }
        handles.into_iter().filter_map(|handle| handle.join().err()).next()
    });
    if let Some(panic) = panic {
        std::panic::resume_unwind(panic);
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, result)| result).collect()
}
