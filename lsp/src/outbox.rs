//! What the server says unasked: in order, and without ever making the actor wait for the client.

use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tower_lsp::Client as Connection;
use tower_lsp::ls_types::notification::Progress;
use tower_lsp::ls_types::request::ApplyWorkspaceEdit;
use tower_lsp::ls_types::{
    ApplyWorkspaceEditParams, ApplyWorkspaceEditResponse, ConfigurationItem, MessageType, ProgressParams,
    ProgressParamsValue, ProgressToken, PublishDiagnosticsParams, Registration, ShowDocumentParams,
    WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressEnd,
};

use crate::event::Event;
use crate::settings::SECTION;

/// A client that asks for the problems of all files does so well before this.
const SETTLING: Duration = Duration::from_secs(2);

/// Something that the server says unasked.
#[derive(Debug)]
pub(crate) enum Notice {
    /// The diagnostics of a file.
    Publish(PublishDiagnosticsParams),
    /// A line for the log.
    Log(MessageType, String),
    /// A line for the user.
    Show(MessageType, String),
    /// Asks the client to edit files.
    Apply(ApplyWorkspaceEditParams),
    /// Asks the client to open a page.
    Open(ShowDocumentParams),
    /// Asks the client to pull diagnostics again.
    RefreshDiagnostics,
    /// Asks the client to ask for code lenses again.
    RefreshLenses,
    /// Asks the client to ask for inlay hints again.
    RefreshHints,
    /// Asks the client for events.
    Register(Vec<Registration>),
    /// Asks the client for the user's settings.
    AskSettings,
    /// Gives the client time to ask for the problems of all files.
    Settle,
    /// The projects are being read for the first time.
    BeginProgress(String),
    /// They were read.
    EndProgress(String),
}

/// Where notices are put.
#[derive(Clone, Debug)]
pub(crate) struct Outbox(UnboundedSender<Notice>);

impl Outbox {
    /// Starts to deliver what is put into the outbox.
    pub(crate) fn new(connection: Connection, events: Sender<Event>) -> Self {
        let (sender, notices) = unbounded_channel();
        tokio::spawn(deliver(connection, notices, events));
        Self(sender)
    }

    /// Says something. Once the client has gone, nobody hears it.
    pub(crate) fn send(&self, notice: Notice) {
        let _ = self.0.send(notice);
    }

    /// Writes a line into the log.
    pub(crate) fn log(&self, message: impl Into<String>) {
        self.send(Notice::Log(MessageType::WARNING, message.into()));
    }
}

async fn deliver(connection: Connection, mut notices: UnboundedReceiver<Notice>, events: Sender<Event>) {
    // Told when the first pass ends.
    let mut progress = None;
    while let Some(notice) = notices.recv().await {
        match notice {
            Notice::Publish(parameters) => {
                let PublishDiagnosticsParams { uri, diagnostics, version } = parameters;
                connection.publish_diagnostics(uri, diagnostics, version).await;
            }
            Notice::Log(kind, message) => connection.log_message(kind, message).await,
            Notice::Show(kind, message) => connection.show_message(kind, message).await,
            Notice::BeginProgress(title) => {
                let (end, message) = oneshot::channel();
                progress = Some(end);
                tokio::spawn(show_progress(connection.clone(), title, message));
            }
            Notice::EndProgress(message) => {
                // A client that refused it does not hear of its end.
                let _ = progress.take().map(|end| end.send(message));
            }
            request => {
                let (connection, events) = (connection.clone(), events.clone());
                tokio::spawn(async move {
                    if let Some(event) = ask(&connection, request).await {
                        // Nobody listens once the server ends.
                        let _ = events.send(event);
                    }
                });
            }
        }
    }
}

/// Shows progress until there is a message that says how it ended, if the client wants to.
async fn show_progress(connection: Connection, title: String, message: oneshot::Receiver<String>) {
    let token = ProgressToken::String("lunora-advisor/first-pass".to_owned());
    if connection.create_work_done_progress(token.clone()).await.is_err() {
        return;
    }
    let report = async |progress| {
        let value = ProgressParamsValue::WorkDone(progress);
        connection.send_notification::<Progress>(ProgressParams { token: token.clone(), value }).await;
    };
    report(WorkDoneProgress::Begin(WorkDoneProgressBegin { title, ..WorkDoneProgressBegin::default() }))
        .await;
    let end = WorkDoneProgressEnd { message: message.await.ok() };
    report(WorkDoneProgress::End(end)).await;
}

fn not_applied(answer: ApplyWorkspaceEditResponse) -> String {
    let reason = answer.failure_reason.unwrap_or_else(|| "the editor does not say why".to_owned());
    format!("Nothing was changed: {reason}")
}

/// Asks the client something; what the actor should hear of the answer.
async fn ask(connection: &Connection, request: Notice) -> Option<Event> {
    let failed = |what: &str, error| Some(Event::Failed(format!("the client refused {what}: {error}")));
    match request {
        Notice::RefreshDiagnostics => connection
            .workspace_diagnostic_refresh()
            .await
            .err()
            .and_then(|error| failed("to refresh diagnostics", error)),
        Notice::RefreshLenses => {
            connection.code_lens_refresh().await.err().and_then(|error| failed("to refresh lenses", error))
        }
        Notice::RefreshHints => {
            connection.inlay_hint_refresh().await.err().and_then(|error| failed("to refresh hints", error))
        }
        Notice::Settle => {
            tokio::time::sleep(SETTLING).await;
            Some(Event::ClientSettled)
        }
        Notice::Apply(parameters) => match connection.send_request::<ApplyWorkspaceEdit>(parameters).await {
            Ok(answer) if answer.applied => None,
            Ok(answer) => Some(Event::Said(vec![Notice::Show(MessageType::WARNING, not_applied(answer))])),
            Err(error) => failed("to edit files", error),
        },
        Notice::Open(parameters) => {
            connection.show_document(parameters).await.err().and_then(|error| failed("to open a page", error))
        }
        Notice::Register(registrations) => {
            let result = connection.register_capability(registrations).await;
            result.err().and_then(|error| failed("to register", error))
        }
        Notice::AskSettings => {
            let item = ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
            match connection.configuration(vec![item]).await {
                // A client that has none to say leaves those of `initialize` as they are.
                Ok(values) => {
                    let settings = values.into_iter().next().filter(|settings| !settings.is_null())?;
                    Some(Event::SettingsChanged(Some(settings)))
                }
                Err(error) => failed("to say its settings", error),
            }
        }
        _ => None,
    }
}
