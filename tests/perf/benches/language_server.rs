//! From a keystroke to the diagnostics, through the protocol: `didChange` goes into a server in memory, and the clock stops when
//! `publishDiagnostics` for that version has been read.
//!
//! `cargo bench -p lunora-perf --bench language_server` prints, for each kind of edit, the latency at the median, at the 95th percentile and
//! at most, how long the pass behind it took at the median, and what is left: the wait before the pass, in case more keys are hit, and
//! the protocol. "while busy" is an edit that comes in the middle of the pass that another one began; its clock starts with itself.
//! `LUNORA_PERF_SIZES=100,1000,10000` chooses the sizes.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lunora_lsp::{Printers, serve};
use lunora_perf::edits::{KINDS, Kind, files_of};
use lunora_perf::{Tools, percentile, sizes};
use mimalloc::MiMalloc;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How often each kind of edit is made.
const EDITS: usize = 60;
/// Larger than any message.
const PIPE_BYTES: usize = 64 << 20;

const PRINTERS: Printers =
    Printers { graph: |_| Value::Null, access_paths: |_, _| String::new(), verify: |_, _, _| Vec::new() };

fn main() {
    if let Err(error) = run() {
        println!("perf: {error}");
    }
}

fn run() -> Result<(), String> {
    let tools = Tools::build()?;
    println!(
        "{:<16} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>15}",
        "edit", "files", "p50 ms", "p95 ms", "max ms", "pass ms", "rest ms", "busy p50/p95 ms"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    for size in sizes(&[100, 1_000]) {
        let folder = tools.generated(size)?;
        let folder = std::fs::canonicalize(folder).map_err(|error| error.to_string())?;
        runtime.block_on(measure(&folder, size)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

async fn measure(folder: &Path, size: usize) -> std::io::Result<()> {
    let files = files_of(folder, folder).map_err(std::io::Error::other)?;
    let mut client = Client::start(folder).await?;
    for kind in KINDS {
        let edited: Vec<&(PathBuf, String)> = files.iter().filter(|(path, _)| (kind.edits)(path)).collect();
        let mut figures = Figures::default();
        for number in 0..EDITS {
            let Some((path, text)) = edited.get(number * 7919 % edited.len().max(1)) else { continue };
            client.edit(*kind, path, text, number, &mut figures).await?;
        }
        let pass = percentile(&figures.passes, 50);
        println!(
            "{:<16} {size:>7} {:>9.2} {:>9.2} {:>9.2} {pass:>9.2} {:>9.2} {:>7.2} {:>7.2}",
            kind.name,
            percentile(&figures.latencies, 50),
            percentile(&figures.latencies, 95),
            percentile(&figures.latencies, 100),
            percentile(&figures.latencies, 50) - pass,
            percentile(&figures.busy, 50),
            percentile(&figures.busy, 95),
        );
    }
    Ok(())
}

/// What was measured of a kind of edit.
#[derive(Default)]
struct Figures {
    latencies: Vec<Duration>,
    passes: Vec<Duration>,
    /// Latencies of edits that came in the middle of a pass.
    busy: Vec<Duration>,
}

/// A client that only listens.
struct Client {
    output: DuplexStream,
    input: BufReader<DuplexStream>,
    next_id: i64,
    version: i32,
}

impl Client {
    /// Opens a project and waits until it was read.
    async fn start(folder: &Path) -> std::io::Result<Self> {
        let (output, theirs) = duplex(PIPE_BYTES);
        let (their_output, input) = duplex(PIPE_BYTES);
        tokio::spawn(serve(theirs, their_output, PRINTERS));
        let mut client = Self { output, input: BufReader::new(input), next_id: 1, version: 1 };
        let watches = json!({ "didChangeWatchedFiles": { "dynamicRegistration": true } });
        let parameters = json!({
            "processId": null,
            "rootUri": uri(folder),
            "capabilities": { "workspace": watches },
        });
        client.request("initialize", parameters).await?;
        client.notify("initialized", json!({})).await?;
        client.status().await?;
        Ok(client)
    }

    /// Opens a file, edits it, edits it again in the middle of the pass over the edit, and closes it.
    async fn edit(
        &mut self,
        kind: Kind,
        path: &Path,
        text: &str,
        number: usize,
        figures: &mut Figures,
    ) -> std::io::Result<()> {
        let (Some(first), Some(second)) = ((kind.edit)(text, number), (kind.edit)(text, number + EDITS))
        else {
            return Ok(());
        };
        let uri = uri(path);
        let document =
            json!({ "uri": uri, "languageId": "typescript", "version": self.version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await?;
        self.published(&uri).await?;
        self.status().await?;

        let start = Instant::now();
        self.change(&uri, &first).await?;
        self.published(&uri).await?;
        figures.latencies.push(start.elapsed());
        let pass = self.status().await?;
        figures.passes.push(pass);

        self.change(&uri, text).await?;
        // A question makes the pass begin at once.
        self.ask("workspace/symbol", json!({ "query": "" })).await?;
        tokio::time::sleep(pass / 2).await;
        let start = Instant::now();
        self.change(&uri, &second).await?;
        self.published(&uri).await?;
        figures.busy.push(start.elapsed());

        let document = json!({ "uri": uri });
        self.notify("textDocument/didClose", json!({ "textDocument": document })).await?;
        self.status().await?;
        Ok(())
    }

    async fn change(&mut self, uri: &str, text: &str) -> std::io::Result<()> {
        self.version += 1;
        let document = json!({ "uri": uri, "version": self.version });
        let changes = json!([{ "text": text }]);
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }))
            .await
    }

    /// Waits for the diagnostics of the last version.
    async fn published(&mut self, uri: &str) -> std::io::Result<()> {
        loop {
            let message = self.hear().await?;
            let parameters = &message["params"];
            let is_it = parameters["uri"] == uri && parameters["version"] == self.version;
            if message["method"] == "textDocument/publishDiagnostics" && is_it {
                return Ok(());
            }
        }
    }

    /// Waits until nothing is to be done; how long the last pass took.
    async fn status(&mut self) -> std::io::Result<Duration> {
        let command = json!({ "command": "lunora-advisor.status", "arguments": [] });
        let answer = self.request("workspace/executeCommand", command).await?;
        let text = answer["result"]["text"].as_str().unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("last pass: ")?.strip_suffix(" ms"));
        let milliseconds: f64 = line.and_then(|text| text.parse().ok()).unwrap_or_default();
        Ok(Duration::from_secs_f64(milliseconds / 1000.0))
    }

    async fn request(&mut self, method: &str, parameters: Value) -> std::io::Result<Value> {
        let id = self.ask(method, parameters).await?;
        self.answer(id).await
    }

    async fn ask(&mut self, method: &str, parameters: Value) -> std::io::Result<i64> {
        let id = self.next_id;
        self.next_id += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters })).await?;
        Ok(id)
    }

    async fn answer(&mut self, id: i64) -> std::io::Result<Value> {
        loop {
            let message = self.hear().await?;
            if message["id"] == id && message.get("method").is_none() {
                return Ok(message);
            }
        }
    }

    async fn notify(&mut self, method: &str, parameters: Value) -> std::io::Result<()> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters })).await
    }

    async fn send(&mut self, message: &Value) -> std::io::Result<()> {
        let body = message.to_string();
        self.output.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await
    }

    async fn hear(&mut self) -> std::io::Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.input.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().map_err(std::io::Error::other)?,
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.input.read_exact(&mut body).await?;
        Ok(serde_json::from_slice(&body)?)
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
