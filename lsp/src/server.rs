//! The door: one method of the protocol each. A method tells the actor at once what came, and waits for nothing else but its answer.

use std::any::Any;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
// Every method has types of its own.
use tower_lsp::ls_types::*;

use crate::actions::{code_actions, resolve};
use crate::commands::{Printers, execute};
use crate::diagnostics::pull;
use crate::event::{About, Event, Question};
use crate::features::rename::Refusal;
use crate::features::{calls, completion, hints, hover, lens, links, navigation, rename, symbols};
use crate::outbox::Notice;
use crate::snapshot::Snapshot;
use crate::transport::panicked;

/// The door of the server.
#[derive(Debug)]
pub(crate) struct Server {
    events: Sender<Event>,
    has_shut_down: Arc<AtomicBool>,
    printers: Printers,
}

impl Server {
    pub(crate) fn new(events: Sender<Event>, has_shut_down: Arc<AtomicBool>, printers: Printers) -> Self {
        Self { events, has_shut_down, printers }
    }

    /// Tells the actor something. Without an actor the process is about to end.
    fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Answers a request from the snapshot that has seen everything that came before it. `document` is the one that the request holds
    /// positions of, if it does: if it is edited before there is an answer, the request is refused.
    async fn answer<T: Send + 'static>(
        &self,
        document: Option<&Uri>,
        answer: impl FnOnce(&Snapshot) -> T + Send + 'static,
    ) -> Result<T> {
        let about = document.map_or(About::Everything, |uri| About::Document(uri.clone()));
        self.answer_about(about, answer).await
    }

    async fn answer_about<T: Send + 'static>(
        &self,
        about: About,
        answer: impl FnOnce(&Snapshot) -> T + Send + 'static,
    ) -> Result<T> {
        let (reply, snapshot) = oneshot::channel();
        self.tell(Event::Asked(Question { about, reply }));
        let snapshot = snapshot.await.map_err(|_| Error::request_cancelled())??;
        let answered = tokio::task::spawn_blocking(move || {
            catch_unwind(AssertUnwindSafe(|| answer(&snapshot))).map_err(|panic| panic_message(&*panic))
        });
        match answered.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(panic)) => {
                self.tell(Event::Failed(format!("internal error: {panic}")));
                Err(panicked())
            }
            Err(_) => Err(Error::request_cancelled()),
        }
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, parameters: InitializeParams) -> Result<InitializeResult> {
        let (reply, result) = oneshot::channel();
        self.tell(Event::Initialize(Box::new(parameters), reply));
        result.await.map_err(|_| panicked())
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.has_shut_down.store(true, Ordering::Relaxed);
        let (reply, done) = oneshot::channel();
        self.tell(Event::Shutdown(reply));
        done.await.map_err(|_| panicked())
    }

    async fn did_open(&self, parameters: DidOpenTextDocumentParams) {
        self.tell(Event::Opened(parameters.text_document));
    }

    async fn did_change(&self, parameters: DidChangeTextDocumentParams) {
        let DidChangeTextDocumentParams { text_document, content_changes } = parameters;
        let (uri, version) = (text_document.uri, text_document.version);
        self.tell(Event::Changed { uri, version, changes: content_changes });
    }

    async fn did_close(&self, parameters: DidCloseTextDocumentParams) {
        self.tell(Event::Closed(parameters.text_document.uri));
    }

    async fn did_change_watched_files(&self, parameters: DidChangeWatchedFilesParams) {
        self.tell(Event::FilesChanged(parameters.changes));
    }

    async fn did_change_workspace_folders(&self, parameters: DidChangeWorkspaceFoldersParams) {
        self.tell(Event::FoldersChanged(parameters.event));
    }

    async fn diagnostic(
        &self,
        parameters: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        self.answer(None, move |snapshot| pull::document(snapshot, &parameters).into()).await
    }

    async fn workspace_diagnostic(
        &self,
        parameters: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        // A client that streams asks again and again: while there is no news, its question stays open instead.
        let is_patient = parameters.partial_result_params.partial_result_token.is_some();
        let parameters = Arc::new(parameters);
        let mut newer_than = None;
        loop {
            let asked = Arc::clone(&parameters);
            let compare = move |snapshot: &Snapshot| (snapshot.generation, pull::workspace(snapshot, &asked));
            let (generation, report) = self.answer_about(About::Workspace { newer_than }, compare).await?;
            if !is_patient || !pull::is_old_news(&report) {
                return Ok(report.into());
            }
            newer_than = Some(generation);
        }
    }

    async fn goto_definition(
        &self,
        parameters: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        let uri = parameters.text_document_position_params.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| navigation::definition(snapshot, &parameters)).await
    }

    async fn references(&self, parameters: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let uri = parameters.text_document_position.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| navigation::references(snapshot, &parameters)).await
    }

    async fn document_highlight(
        &self,
        parameters: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        let uri = parameters.text_document_position_params.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| navigation::highlights(snapshot, &parameters)).await
    }

    async fn prepare_rename(
        &self,
        parameters: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let uri = parameters.text_document.uri.clone();
        let prepared =
            self.answer(Some(&uri), move |snapshot| rename::prepare(snapshot, &parameters)).await?;
        prepared.map(Some).map_err(|refusal| refused(&refusal))
    }

    async fn rename(&self, parameters: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let uri = parameters.text_document_position.text_document.uri.clone();
        let renamed = self.answer(Some(&uri), move |snapshot| rename::rename(snapshot, &parameters)).await?;
        let renamed = renamed.map_err(|refusal| refused(&refusal))?;
        let warning = renamed.warning.map(|warning| Notice::Show(MessageType::WARNING, warning));
        self.tell(Event::Said(warning.into_iter().collect()));
        Ok(Some(renamed.edit))
    }

    async fn hover(&self, parameters: HoverParams) -> Result<Option<Hover>> {
        let uri = parameters.text_document_position_params.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| hover::hover(snapshot, &parameters)).await
    }

    async fn completion(&self, parameters: CompletionParams) -> Result<Option<CompletionResponse>> {
        let uri = parameters.text_document_position.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| completion::complete(snapshot, &parameters)).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        self.answer(None, move |snapshot| completion::resolve(snapshot, item)).await
    }

    async fn document_symbol(
        &self,
        parameters: DocumentSymbolParams,
    ) -> Result<Option<DocumentSymbolResponse>> {
        let uri = parameters.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| symbols::document_symbols(snapshot, &parameters)).await
    }

    async fn code_lens(&self, parameters: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let uri = parameters.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| lens::lenses(snapshot, &parameters)).await
    }

    async fn inlay_hint(&self, parameters: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let uri = parameters.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| hints::hints(snapshot, &parameters)).await
    }

    async fn document_link(&self, parameters: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let uri = parameters.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| links::links(snapshot, &parameters)).await
    }

    async fn prepare_call_hierarchy(
        &self,
        parameters: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        let uri = parameters.text_document_position_params.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| calls::prepare(snapshot, &parameters)).await
    }

    async fn incoming_calls(
        &self,
        parameters: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        self.answer(None, move |snapshot| calls::incoming(snapshot, &parameters)).await
    }

    async fn outgoing_calls(
        &self,
        parameters: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        self.answer(None, move |snapshot| calls::outgoing(snapshot, &parameters)).await
    }

    async fn symbol(&self, parameters: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        self.answer(None, move |snapshot| symbols::workspace_symbols(snapshot, &parameters)).await
    }

    async fn code_action(&self, parameters: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let uri = parameters.text_document.uri.clone();
        self.answer(Some(&uri), move |snapshot| Some(code_actions(snapshot, &parameters))).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        self.answer(None, move |snapshot| resolve(snapshot, action)).await?
    }

    async fn execute_command(&self, parameters: ExecuteCommandParams) -> Result<Option<Value>> {
        let printers = self.printers;
        let executed = self.answer(None, move |snapshot| execute(snapshot, &printers, parameters)).await??;
        self.tell(Event::Said(executed.notices));
        Ok(executed.value)
    }

    async fn did_change_configuration(&self, parameters: DidChangeConfigurationParams) {
        let settings = Some(parameters.settings).filter(|settings| !settings.is_null());
        self.tell(Event::SettingsChanged(settings));
    }
}

/// A request that makes sense and can't be fulfilled, with the reason for people to read.
fn refused(refusal: &Refusal) -> Error {
    /// `RequestFailed` of the protocol.
    const REQUEST_FAILED: i64 = -32803;
    let message = refusal.to_string();
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: Cow::Owned(message), data: None }
}

/// What a panic says.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
}
