//! The language server as a process: `lunora-advisor lsp` on its streams.

#![expect(clippy::expect_used, reason = "a test stops where the process is not as it expects")]

mod endurance;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const SCHEMA: &str = "import { defineSchema, defineTable, v } from \"@lunora/server\";
export default defineSchema({ posts: defineTable({ author: v.string() }) });
";
const POSTS: &str = "import { query } from \"./_generated/server\";
export const all = query.query(({ ctx }) => ctx.db.query(\"posts\").collect());
";

/// Edits of the memory test.
const EDITS: i32 = 10_000;

/// A server that runs.
struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next_id: i64,
    /// The diagnostics of each file, as the client was told last.
    told: BTreeMap<String, Value>,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_lunora-advisor"))
            .args(["lsp", "--stdio", "--clientProcessId", "1"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let input = process.stdin.take().expect("its input");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, input, output, next_id: 1, told: BTreeMap::new() }
    }

    fn initialize(&mut self, folder: &Path) {
        let root = format!("file://{}", folder.display());
        self.request("initialize", json!({ "processId": null, "rootUri": root, "capabilities": {} }));
        self.notify("initialized", json!({}));
    }

    fn notify(&mut self, method: &str, parameters: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    fn request(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        loop {
            let message = self.read();
            if message["id"] == id {
                return message["result"].clone();
            }
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().unwrap_or_default().to_owned();
                self.told.insert(uri, message["params"]["diagnostics"].clone());
            }
        }
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).expect("it speaks"), 0, "it ended");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().expect("a number"),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("it speaks");
        serde_json::from_slice(&body).expect("a message")
    }

    fn diagnostics(&mut self, folder: &Path, file: &str) -> usize {
        let uri = format!("file://{}/{file}", folder.display());
        let report = self.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
        report["items"].as_array().map_or(0, Vec::len)
    }

    /// The time of processors that the process has used, in the system's ticks.
    #[cfg(target_os = "linux")]
    fn ticks(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("a process");
        // The name, which may hold blanks, ends with a bracket; user and system time are the 12th and 13th field after it.
        let fields = status.rsplit_once(')').map_or("", |(_, fields)| fields);
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
    }

    /// What the process holds in memory, in KiB.
    fn resident(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
    }
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("lunora")).expect("a folder");
    std::fs::write(folder.path().join("lunora/schema.ts"), SCHEMA).expect("a file");
    std::fs::write(folder.path().join("lunora/posts.ts"), POSTS).expect("a file");
    folder
}

#[test]
fn a_session_ends_with_status_0_only_after_shutdown() {
    let folder = project();
    let mut server = Server::start(folder.path());
    server.initialize(folder.path());
    assert_eq!(server.diagnostics(folder.path(), "lunora/posts.ts"), 1);
    assert_eq!(server.request("shutdown", Value::Null), Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!(server.process.wait().expect("an end").code(), Some(0));

    let mut server = Server::start(folder.path());
    server.notify("exit", Value::Null);
    assert_eq!(server.process.wait().expect("an end").code(), Some(1), "without shutdown");

    let mut server = Server::start(folder.path());
    server.initialize(folder.path());
    drop(server.input);
    assert_eq!(server.process.wait().expect("an end").code(), Some(1), "the client has gone");
}

#[test]
fn a_server_that_was_killed_starts_anew_where_the_client_is() {
    let folder = project();
    let mut server = Server::start(folder.path());
    server.initialize(folder.path());
    assert_eq!(server.diagnostics(folder.path(), "lunora/posts.ts"), 1);
    server.process.kill().expect("killed");
    server.process.wait().expect("an end");

    let mut server = Server::start(folder.path());
    server.initialize(folder.path());
    let uri = format!("file://{}/lunora/posts.ts", folder.path().display());
    let text = POSTS.replace("\"posts\"", "\"post\"").repeat(2);
    let document = json!({ "uri": uri, "languageId": "typescript", "version": 40, "text": text });
    server.notify("textDocument/didOpen", json!({ "textDocument": document }));
    assert!(server.diagnostics(folder.path(), "lunora/posts.ts") >= 1);
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!(server.process.wait().expect("an end").code(), Some(0));
}

/// A server in a folder, with the file that reads posts open in it, and the uri of that file.
#[cfg(target_os = "linux")]
fn with_posts_open(folder: &Path) -> (Server, String) {
    let mut server = Server::start(folder);
    server.initialize(folder);
    let uri = format!("file://{}/lunora/posts.ts", folder.display());
    let document = json!({ "uri": uri, "languageId": "typescript", "version": 0, "text": POSTS });
    server.notify("textDocument/didOpen", json!({ "textDocument": document }));
    (server, uri)
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_that_has_nothing_to_do_does_nothing() {
    let folder = project();
    let (mut server, _) = with_posts_open(folder.path());
    // Once it is at rest it stays so, however long it takes to get there; a server that polls never does.
    let mut before = server.ticks();
    for _ in 0..100 {
        assert_eq!(server.diagnostics(folder.path(), "lunora/posts.ts"), 1);
        before = server.ticks();
        std::thread::sleep(std::time::Duration::from_millis(300));
        if server.ticks() == before {
            return;
        }
    }
    panic!("it never rests: {before} ticks of the processor, and counting");
}

#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_edits_leave_memory_where_it_was() {
    let folder = project();
    let (mut server, uri) = with_posts_open(folder.path());
    let mut before = 0;
    for version in 1..=EDITS {
        let start = json!({ "line": 0, "character": 0 });
        // A line comes and goes; now and then the shape of the code changes too.
        let (end, text) = match version % 4 {
            0 => (json!({ "line": 0, "character": 0 }), "// 🐟 a note\n"),
            1 => (json!({ "line": 1, "character": 0 }), ""),
            2 => (json!({ "line": 0, "character": 0 }), "export const n = 1;\n"),
            _ => (json!({ "line": 1, "character": 0 }), ""),
        };
        let text = if version == 1 {
            POSTS.lines().next().unwrap_or_default().to_owned() + "\n"
        } else {
            text.to_owned()
        };
        let change = json!({ "range": { "start": start, "end": end }, "text": text });
        let document = json!({ "uri": uri, "version": version });
        server.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        );
        if version % 20 == 0 {
            assert!(server.diagnostics(folder.path(), "lunora/posts.ts") >= 1);
        }
        if version == EDITS / 5 {
            before = server.resident();
        }
    }
    let after = server.resident();
    assert!(
        after < before + before / 4 + 8 * 1024,
        "{before} KiB after a fifth of the edits, {after} KiB after all"
    );
}
