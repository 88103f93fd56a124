//! Bytes as what a client sends to the language server.

use std::collections::BTreeMap;
use std::time::Duration;

use lunora_lsp::{Printers, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

/// Longer than any session takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a client thinks at an empty line, so that passes begin and end between messages.
const THOUGHT: Duration = Duration::from_millis(5);
/// More than a session says before somebody reads it.
const PIPE_BYTES: usize = 1 << 16;

/// Prints as little as possible: what is printed is not at stake.
const PRINTERS: Printers = Printers {
    graph: |_| Value::Null,
    access_paths: |_, _| String::new(),
    verify: |_, _, findings| findings.iter().map(|_| String::new()).collect(),
};

/// Bytes as the bodies of messages, one a line; at an empty line the client waits a little.
///
/// # Panics
/// If the server hangs or reports a mistake of its own, or if a request is not answered exactly once.
pub(crate) fn session(bytes: &[u8]) {
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let frame = |line: &&[u8]| match line.trim_ascii() {
        b"" => Vec::new(),
        body => [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat(),
    };
    let said = converse(lines.iter().map(frame).collect());
    assert_eq!(answered(&said), asked(&lines), "each request has one answer");
}

/// Bytes as they come over the wire.
///
/// # Panics
/// If the server hangs or reports a mistake of its own.
pub(crate) fn stream(bytes: &[u8]) {
    converse(vec![bytes.to_vec()]);
}

/// Sends pieces to a server and closes the connection; everything that the server said until it ended.
fn converse(pieces: Vec<Vec<u8>>) -> Vec<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    #[expect(clippy::expect_used, reason = "without a runtime nothing can be tried")]
    let said = runtime.expect("a runtime").block_on(async {
        let (mut client, input) = duplex(PIPE_BYTES);
        let (output, hearing) = duplex(PIPE_BYTES);
        let send = async move {
            for piece in pieces {
                if piece.is_empty() {
                    tokio::time::sleep(THOUGHT).await;
                } else if client.write_all(&piece).await.is_err() {
                    // The server ends at `exit`, whatever else is said.
                    return;
                }
            }
        };
        let session = async { tokio::join!(serve(input, output, PRINTERS), send, hear(hearing)) };
        let ended = tokio::time::timeout(PATIENCE, session).await;
        ended.expect("the session ends").2
    });
    assert!(!said.iter().any(is_own_mistake), "the server reports a mistake of its own");
    said
}

/// Everything that the server says.
async fn hear(mut hearing: DuplexStream) -> Vec<Value> {
    let mut bytes = Vec::new();
    // A pipe in memory breaks only by its end.
    let _ = hearing.read_to_end(&mut bytes).await;
    let mut said = Vec::new();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let message = next(rest);
        assert!(message.is_some(), "the server speaks in messages");
        let Some((body, behind)) = message else { break };
        said.push(body);
        rest = behind;
    }
    said
}

/// The first message, and what stands behind it.
fn next(bytes: &[u8]) -> Option<(Value, &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let header = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let length: usize = header.strip_prefix("Content-Length: ")?.parse().ok()?;
    let (body, rest) = bytes.get(end + 4..)?.split_at_checked(length)?;
    Some((serde_json::from_slice(body).ok()?, rest))
}

/// An answer or a line of the log that tells of a panic.
fn is_own_mistake(message: &Value) -> bool {
    let texts = [message.pointer("/error/message"), message.pointer("/params/message")];
    let mut texts = texts.into_iter().flatten().filter_map(Value::as_str);
    texts.any(|text| text.contains("internal error"))
}

/// How often each id is used by a request, up to the message that ends the session.
fn asked(lines: &[&[u8]]) -> BTreeMap<String, usize> {
    let messages = lines.iter().filter_map(|line| serde_json::from_slice::<Value>(line.trim_ascii()).ok());
    let mut has_ended = false;
    let heard = messages.take_while(|message| !std::mem::replace(&mut has_ended, is_exit(message)));
    count(heard.filter(|message| !is_answer(message)))
}

/// Whether a message answers one of the server's requests, if it makes sense at all.
fn is_answer(message: &Value) -> bool {
    message.get("method").is_none() && ["result", "error"].iter().any(|part| message.get(part).is_some())
}

/// Whether a message is understood as the last one.
fn is_exit(message: &Value) -> bool {
    let has_sound_id = message.get("id").is_none_or(|id| id.is_null() || is_id(id));
    has_sound_id && message["method"] == "exit" && message["jsonrpc"] == "2.0"
}

fn is_id(id: &Value) -> bool {
    id.is_i64() || id.is_string()
}

/// How often each id is answered.
fn answered(said: &[Value]) -> BTreeMap<String, usize> {
    count(said.iter().filter(|message| message.get("method").is_none()).cloned())
}

fn count(messages: impl Iterator<Item = Value>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for message in messages {
        // Of other kinds no id is, and what has none is answered to nobody.
        if let Some(id) = message.get("id").filter(|id| is_id(id)) {
            *counts.entry(id.to_string()).or_default() += 1;
        }
    }
    counts
}
