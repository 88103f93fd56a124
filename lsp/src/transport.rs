//! Messages on a pair of streams.
//!
//! The loop of `tower-lsp` ends at the first message that it cannot read, and lets handlers begin in any order once several wait. Here
//! what cannot be read is answered and skipped, and each handler runs up to its first wait before the next message is read: whatever it
//! sends before that arrives in the order of the messages.

mod frame;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::{FutureExt, SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, ExitedError, LanguageServer, LspService};
use tower_service::Service;

use frame::{Frame, read_frame};

/// How long answers that are under way may take once the client has gone.
const GRACE: Duration = Duration::from_secs(10);

/// Serves messages until the client says `exit` or closes the input; then calls `end`, and gives answers that are under way some time.
pub(crate) async fn serve<S: LanguageServer>(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    mut service: LspService<S>,
    socket: ClientSocket,
    end: impl FnOnce(),
) {
    let (outgoing, queue) = unbounded_channel();
    let (mut requests, mut responses) = socket.split();
    let writer = tokio::spawn(write(output, queue));
    let to_client = outgoing.clone();
    let forwarder = tokio::spawn(async move {
        while let Some(request) = requests.next().await {
            send(&to_client, &request);
        }
    });

    let mut input = BufReader::new(input);
    loop {
        let message = match read_frame(&mut input).await {
            Ok(Frame::Body(body)) => Message::parse(&body),
            Ok(Frame::Garbage) => Err(Box::new(Response::from_error(Id::Null, Error::parse_error()))),
            Ok(Frame::End) | Err(_) => break,
        };
        match message {
            Ok(Message::Request(request)) => {
                let is_exit = request.method() == "exit";
                dispatch(&mut service, request, &outgoing).await;
                if is_exit {
                    break;
                }
            }
            Ok(Message::Response(response)) => {
                if responses.send(response).await.is_err() {
                    break;
                }
            }
            Err(refusal) => send(&outgoing, &*refusal),
        }
    }

    end();
    forwarder.abort();
    drop(outgoing);
    // What is not written by then has no reader.
    let _ = tokio::time::timeout(GRACE, writer).await;
}

/// What a handler ends with: an answer if it was a request, nothing once the session is over, or a panic.
type Outcome = std::thread::Result<Result<Option<Response>, ExitedError>>;

/// A message that could be read.
enum Message {
    Request(Request),
    Response(Response),
}

impl Message {
    /// Reads a message; what is none comes back as the answer to it.
    fn parse(body: &[u8]) -> Result<Self, Box<Response>> {
        let refuse = |id: Option<&Value>, error| {
            let id = id.and_then(|id| serde_json::from_value(id.clone()).ok());
            Box::new(Response::from_error(id.unwrap_or(Id::Null), error))
        };
        let mut value: Value =
            serde_json::from_slice(body).map_err(|_| refuse(None, Error::parse_error()))?;
        let invalid = refuse(value.get("id"), Error::invalid_request());
        encode_uris(&mut value);
        if value.get("method").is_none() {
            // An answer that makes no sense is not answered by its id, which is one of ours: the client may use the same for its own.
            let is_answer = value.get("result").or_else(|| value.get("error")).is_some();
            let invalid = if is_answer { refuse(None, Error::invalid_request()) } else { invalid };
            return serde_json::from_value(value).map(Self::Response).map_err(|_| invalid);
        }
        // Clients disagree about the parameters of methods that have none.
        let has_none = matches!(value["method"].as_str(), Some("shutdown" | "exit"));
        if let Some(message) = value.as_object_mut().filter(|_| has_none) {
            message.remove("params");
        }
        serde_json::from_value(value).map(Self::Request).map_err(|_| invalid)
    }
}

/// Some clients write `[id].ts` or spaces into URIs as they are, which no URI may hold: such a message would be lost.
fn encode_uris(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with("file:") && text.chars().any(is_illegal) => {
            let encode = |character: char| match is_illegal(character) {
                true => character.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
                false => character.to_string(),
            };
            *text = text.chars().map(encode).collect();
        }
        Value::Array(values) => values.iter_mut().for_each(encode_uris),
        Value::Object(object) => {
            let is_uri = |key: &str| key.ends_with("uri") || key.ends_with("Uri");
            for (key, value) in object.iter_mut() {
                if !value.is_string() || is_uri(key) {
                    encode_uris(value);
                }
            }
        }
        _ => {}
    }
}

/// Whether a character may stand in no URI.
fn is_illegal(character: char) -> bool {
    !character.is_ascii() || character.is_ascii_control() || " \"<>\\^`{|}[]".contains(character)
}

/// Runs a handler up to its first wait, and the rest of it beside everything else.
async fn dispatch<S: LanguageServer>(
    service: &mut LspService<S>,
    request: Request,
    outgoing: &UnboundedSender<Vec<u8>>,
) {
    let id = request.id().cloned();
    let is_turn = matches!(request.method(), "initialize" | "shutdown");
    if std::future::poll_fn(|context| service.poll_ready(context)).await.is_err() {
        return;
    }
    let mut answer = AssertUnwindSafe(service.call(request)).catch_unwind();
    let outgoing = outgoing.clone();
    // What follows these is judged by whether they are answered; some clients do not wait.
    if is_turn {
        finish(&outgoing, id, answer.await);
        return;
    }
    match futures::poll!(&mut answer) {
        std::task::Poll::Ready(result) => finish(&outgoing, id, result),
        std::task::Poll::Pending => {
            tokio::spawn(async move { finish(&outgoing, id, answer.await) });
        }
    }
}

/// Sends the answer of a handler.
fn finish(outgoing: &UnboundedSender<Vec<u8>>, id: Option<Id>, result: Outcome) {
    let response = match result {
        // Who asks by the name of a notification waits for an answer all the same.
        Ok(Ok(response)) => response.or_else(|| Some(Response::from_error(id?, Error::invalid_request()))),
        Ok(Err(_)) => None,
        Err(_) => id.map(|id| Response::from_error(id, panicked())),
    };
    if let Some(response) = response {
        send(outgoing, &response);
    }
}

/// What a request is answered whose handler failed.
pub(crate) fn panicked() -> Error {
    Error {
        code: ErrorCode::InternalError,
        message: "internal error: this is a bug in lunora-advisor; the log says more".into(),
        data: None,
    }
}

fn send(outgoing: &UnboundedSender<Vec<u8>>, message: &impl serde::Serialize) {
    if let Ok(body) = serde_json::to_vec(message) {
        // Without a reader there is nobody to tell.
        let _ = outgoing.send(body);
    }
}

async fn write(output: impl AsyncWrite + Unpin, mut queue: UnboundedReceiver<Vec<u8>>) {
    let mut output = BufWriter::new(output);
    while let Some(body) = queue.recv().await {
        let header = format!("Content-Length: {}\r\n\r\n", body.len());
        let written = async {
            output.write_all(header.as_bytes()).await?;
            output.write_all(&body).await?;
            if queue.is_empty() { output.flush().await } else { Ok(()) }
        };
        if written.await.is_err() {
            return;
        }
    }
    // Whoever closed the stream does not want the rest.
    let _ = output.flush().await;
}
