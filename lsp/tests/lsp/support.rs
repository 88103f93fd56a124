//! A client in memory: speaks to the server over a pipe, answers what it is asked, and remembers what it is told.

#![expect(clippy::expect_used, reason = "a test stops where the server is not as it expects")]

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lunora_lsp::{Ending, Printers, serve};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::task::JoinHandle;

/// Longer than anything takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(120);

/// What [`Client::open`] does with a client that can do everything that matters.
pub(crate) fn full() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "window": { "workDoneProgress": true, "showDocument": { "support": true } },
        "workspace": {
            "applyEdit": true,
            "configuration": true,
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "workspaceEdit": { "documentChanges": true },
        },
        "textDocument": { "publishDiagnostics": { "relatedInformation": true } },
    })
}

/// As [`full`], for a client that asks for diagnostics and completes code actions later.
pub(crate) fn pulling() -> Value {
    let mut capabilities = full();
    capabilities["textDocument"]["diagnostic"] = json!({});
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    capabilities["textDocument"]["codeAction"] = json!({ "resolveSupport": { "properties": ["edit"] } });
    capabilities
}

pub(crate) struct Client {
    pub(crate) folder: TempDir,
    output: WriteHalf<DuplexStream>,
    input: ReadHalf<DuplexStream>,
    server: JoinHandle<std::io::Result<Ending>>,
    next_id: i64,
    /// What the server said unasked and nobody has looked at.
    told: VecDeque<Value>,
    /// Answers that came before somebody asked for them.
    answers: BTreeMap<i64, Value>,
    /// What the server is told when it asks for settings.
    pub(crate) settings: Value,
    /// Edits that the server asked for.
    pub(crate) edits: Vec<Value>,
}

impl Client {
    /// A server for a folder with these files, initialized.
    pub(crate) async fn open(files: &[(&str, &str)], capabilities: Value) -> Self {
        let mut client = Self::start(files);
        let answer = client.initialize(capabilities).await;
        assert!(answer.get("error").is_none(), "{answer}");
        client.notify("initialized", json!({})).await;
        client
    }

    /// A server that was not spoken to yet.
    pub(crate) fn start(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            write(&folder.path().join(path), text);
        }
        let (ours, theirs) = duplex(1 << 16);
        let (server_input, server_output) = split(theirs);
        let server = tokio::spawn(serve(server_input, server_output, PRINTERS));
        let (input, output) = split(ours);
        Self {
            folder,
            output,
            input,
            server,
            next_id: 1,
            told: VecDeque::new(),
            answers: BTreeMap::new(),
            settings: Value::Null,
            edits: Vec::new(),
        }
    }

    pub(crate) async fn initialize(&mut self, capabilities: Value) -> Value {
        let root = self.uri("");
        let root = root.trim_end_matches('/');
        let folders = json!([{ "uri": root, "name": "root" }]);
        self.request("initialize", json!({ "processId": null, "rootUri": root, "capabilities": capabilities, "workspaceFolders": folders }))
            .await
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        format!("file://{}", self.path(file).display())
    }

    pub(crate) fn document(&self, file: &str) -> Value {
        json!({ "uri": self.uri(file) })
    }

    /// Opens a file with the text that is on the disk.
    pub(crate) async fn open_file(&mut self, file: &str) -> String {
        let text = std::fs::read_to_string(self.path(file)).unwrap_or_default();
        self.open_text(file, 1, &text).await;
        text
    }

    pub(crate) async fn open_text(&mut self, file: &str, version: i32, text: &str) {
        let document =
            json!({ "uri": self.uri(file), "languageId": "typescript", "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    /// Replaces the whole text.
    pub(crate) async fn change(&mut self, file: &str, version: i32, text: &str) {
        let document = json!({ "uri": self.uri(file), "version": version });
        let parameters = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        self.notify("textDocument/didChange", parameters).await;
    }

    pub(crate) async fn close(&mut self, file: &str) {
        let document = self.document(file);
        self.notify("textDocument/didClose", json!({ "textDocument": document })).await;
    }

    /// Changes the disk and says so. `kind` is 1 for created, 2 for changed, 3 for deleted.
    pub(crate) async fn touch(&mut self, file: &str, kind: u32) {
        let event = json!({ "uri": self.uri(file), "type": kind });
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": [event] })).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, parameters: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": parameters })).await;
    }

    /// Asks, and waits for the answer.
    pub(crate) async fn request(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.ask(method, parameters).await;
        self.answer(id).await
    }

    /// Asks, waits for the answer, and takes what it says.
    pub(crate) async fn result(&mut self, method: &str, parameters: Value) -> Value {
        let mut answer = self.request(method, parameters).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// Asks without waiting.
    pub(crate) async fn ask(&mut self, method: &str, parameters: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters })).await;
        id
    }

    /// Whether a request has been answered, as far as was heard.
    pub(crate) fn has_answer(&self, id: i64) -> bool {
        self.answers.contains_key(&id)
    }

    /// The code actions at the first place of a text of a file; of some kinds only, if some are named.
    pub(crate) async fn actions(&mut self, file: &str, text: &str, marked: &str, only: &[&str]) -> Value {
        let parameters = self.about_actions(file, text, marked, only);
        self.result("textDocument/codeAction", parameters).await
    }

    /// What [`Self::actions`] asks with.
    pub(crate) fn about_actions(&self, file: &str, text: &str, marked: &str, only: &[&str]) -> Value {
        let place = position(text, text.find(marked).expect("the place"));
        let mut context = json!({ "diagnostics": [] });
        if !only.is_empty() {
            context["only"] = json!(only);
        }
        let range = json!({ "start": place, "end": place });
        json!({ "textDocument": self.document(file), "range": range, "context": context })
    }

    pub(crate) async fn answer(&mut self, id: i64) -> Value {
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            self.hear().await;
        }
    }

    /// The next notification or request of the server with this method that passes a test.
    pub(crate) async fn wait_for(&mut self, method: &str, accept: impl Fn(&Value) -> bool) -> Value {
        loop {
            let position =
                self.told.iter().position(|told| told["method"] == method && accept(&told["params"]));
            if let Some(mut told) = position.and_then(|position| self.told.remove(position)) {
                return told["params"].take();
            }
            self.hear().await;
        }
    }

    /// The diagnostics of a file once they are for a version of its document, or for the disk.
    pub(crate) async fn published(&mut self, file: &str, version: Option<i32>) -> Vec<Value> {
        let uri = self.uri(file);
        let is_it = |told: &Value| told["uri"] == uri && told["version"].as_i64() == version.map(i64::from);
        let mut told = self.wait_for("textDocument/publishDiagnostics", is_it).await;
        told["diagnostics"].as_array_mut().map(std::mem::take).unwrap_or_default()
    }

    /// What the server has said unasked with this method, and forgets it.
    pub(crate) fn take_told(&mut self, method: &str) -> Vec<Value> {
        let (taken, kept): (Vec<Value>, Vec<Value>) =
            std::mem::take(&mut self.told).into_iter().partition(|told| told["method"] == method);
        self.told = kept.into();
        taken
    }

    /// The codes of the diagnostics of a document, by a pull.
    pub(crate) async fn pulled(&mut self, file: &str) -> Vec<String> {
        let document = self.document(file);
        let report = self.result("textDocument/diagnostic", json!({ "textDocument": document })).await;
        codes(report["items"].as_array().map_or(&[], Vec::as_slice))
    }

    pub(crate) async fn send(&mut self, message: Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await;
    }

    /// Sends bytes as they are, hearing meanwhile, since a full pipe would stop both sides.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        self.output.write_all(bytes).await.expect("the server listens");
        self.output.flush().await.expect("the server listens");
    }

    /// Says goodbye; how the session ended.
    pub(crate) async fn shut_down(mut self) -> Ending {
        let answer = self.request("shutdown", Value::Null).await;
        assert!(answer.get("error").is_none() && answer["result"].is_null(), "{answer}");
        self.exit().await
    }

    /// Leaves without a word.
    pub(crate) async fn exit(mut self) -> Ending {
        self.send(json!({ "jsonrpc": "2.0", "method": "exit" })).await;
        let ending = tokio::time::timeout(PATIENCE, self.server).await.expect("the server ends");
        ending.expect("no panic").expect("the server started")
    }

    /// Hears one message: an answer, a question, or something else.
    async fn hear(&mut self) {
        let message = tokio::time::timeout(PATIENCE, read(&mut self.input)).await;
        let message = message.expect("the server says something").expect("the server is there");
        match (message.get("method").and_then(Value::as_str), message.get("id")) {
            (None, Some(id)) => {
                self.answers.insert(id.as_i64().unwrap_or(-1), message.clone());
            }
            (Some(method), Some(id)) => {
                let result = match method {
                    "workspace/configuration" => json!([self.settings]),
                    "workspace/applyEdit" => {
                        self.edits.push(message["params"]["edit"].clone());
                        json!({ "applied": true })
                    }
                    "window/showDocument" => json!({ "success": true }),
                    _ => Value::Null,
                };
                let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
                self.told.push_back(message);
                self.send(answer).await;
            }
            _ => self.told.push_back(message),
        }
    }
}

/// The rule names of diagnostics.
pub(crate) fn codes(diagnostics: &[Value]) -> Vec<String> {
    diagnostics.iter().filter_map(|diagnostic| Some(diagnostic["code"].as_str()?.to_owned())).collect()
}

pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

/// The text of a file after the edits that an edit of the workspace has for it, columns in UTF-16 code units.
pub(crate) fn applied(text: &str, workspace_edit: &Value, uri: &str) -> String {
    let changes = workspace_edit["documentChanges"].as_array().expect("document changes");
    let of_file = changes.iter().filter(|change| change["textDocument"]["uri"] == uri);
    let mut edits: Vec<&Value> =
        of_file.flat_map(|change| change["edits"].as_array().expect("edits")).collect();
    let key = |edit: &Value| {
        let start = &edit["range"]["start"];
        (start["line"].as_u64(), start["character"].as_u64())
    };
    edits.sort_by_key(|edit| key(edit));
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        let start = offset(&text, &edit["range"]["start"]);
        let end = offset(&text, &edit["range"]["end"]);
        text.replace_range(start..end, edit["newText"].as_str().expect("a text"));
    }
    text
}

/// The byte offset of a position in UTF-16 code units.
pub(crate) fn offset(text: &str, position: &Value) -> usize {
    let line = position["line"].as_u64().expect("a line") as usize;
    let column = position["character"].as_u64().expect("a column") as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut units = 0;
    for (offset, character) in text[start..].char_indices() {
        if units >= column {
            return start + offset;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// The position of a byte offset in UTF-16 code units.
pub(crate) fn position(text: &str, offset: usize) -> Value {
    let line = text[..offset].matches('\n').count();
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    json!({ "line": line, "character": text[start..offset].encode_utf16().count() })
}

/// Prints as little as can be told apart.
const PRINTERS: Printers = Printers {
    verify: |_, _, findings| findings.iter().map(|finding| format!("{} runs", finding.rule.name)).collect(),
    graph: |view| json!({ "root": ".", "tables": view.project().schema.tables.len() }),
    access_paths: |_, table| {
        assert_ne!(table, Some("panic"), "a printer that fails");
        format!("paths of {}", table.unwrap_or("all"))
    },
};

async fn read(input: &mut ReadHalf<DuplexStream>) -> Option<Value> {
    let mut header = Vec::new();
    while !header.ends_with(b"\r\n\r\n") {
        header.push(input.read_u8().await.ok()?);
    }
    let header = String::from_utf8(header).ok()?;
    let length = header.lines().find_map(|line| line.strip_prefix("Content-Length: "))?.parse().ok()?;
    let mut body = vec![0; length];
    input.read_exact(&mut body).await.ok()?;
    serde_json::from_slice(&body).ok()
}
