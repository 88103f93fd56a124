//! The language server: lunora-advisor in editors.
//!
//! ```text
//! client ⇄ transport ─▶ server ──event──▶ actor ──job──▶ pass (its own thread)
//!              ▲           ▲ snapshot ◀─────┘  ▲───────────┘ snapshot, reports
//!              └── outbox ◀──── notices ◀──────┘
//! ```
//!
//! One actor owns everything that changes ([`actor`]). A method of the protocol sends it one event before it waits for anything
//! ([`server`]), so that events keep the order of the messages. What changed goes to a pass over the projects ([`pass`]), which ends in
//! a [`Snapshot`]: everything that is known at that moment. Requests are answered from the snapshot that has seen all that came before
//! them, by pure functions over it ([`features`]), beside everything else.

mod actions;
mod actor;
mod capabilities;
mod client;
mod commands;
mod diagnostics;
mod documents;
mod edits;
mod encoding;
mod event;
pub mod features;
mod outbox;
mod pass;
mod server;
mod settings;
mod snapshot;
#[cfg(test)]
mod testing;
mod transport;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::LspService;

pub use client::Client;
pub use commands::Printers;
pub use documents::{Document, Documents};
pub use edits::Edits;
pub use encoding::Encoding;
pub use settings::EditorSettings;
pub use snapshot::{FileView, ProjectView, Snapshot};

/// How a session has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The client said `shutdown` first.
    Orderly,
    /// The client left without a word.
    Abrupt,
}

/// Serves a client on standard input and output until it says `exit` or goes away.
///
/// # Errors
/// If the system gives no threads.
pub fn serve_stdio(printers: Printers) -> std::io::Result<Ending> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .thread_stack_size(ANSWER_STACK_BYTES)
        .build()?;
    let ending = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), printers));
    // A thread that waits for input would wait for ever.
    runtime.shutdown_background();
    ending
}

/// Completion evaluates code, which may be deep.
const ANSWER_STACK_BYTES: usize = 16 << 20;

/// How long a pass that is under way may take to see that nobody wants it any more.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a client until it says `exit` or goes away. Needs a runtime of tokio with timers.
///
/// # Errors
/// If the system gives no threads.
pub async fn serve(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    printers: Printers,
) -> std::io::Result<Ending> {
    let has_shut_down = Arc::new(AtomicBool::new(false));
    let (events, inbox) = mpsc::channel();
    let mut connection = None;
    let (service, socket) = LspService::new(|client| {
        connection = Some(client);
        server::Server::new(events.clone(), Arc::clone(&has_shut_down), printers)
    });
    let actor = connection.map(|connection| actor::start(inbox, events.clone(), connection)).transpose()?;
    let over = events.clone();
    // An actor that is gone knows already.
    let end = move || drop(over.send(event::Event::Ended));
    transport::serve(input, output, service, socket, end).await;
    if let Some(actor) = actor {
        // What takes longer ends with the process.
        let ended = tokio::task::spawn_blocking(move || drop(actor.join()));
        let _ = tokio::time::timeout(FAREWELL, ended).await;
    }
    let is_orderly = has_shut_down.load(Ordering::Relaxed);
    Ok(if is_orderly { Ending::Orderly } else { Ending::Abrupt })
}
