//! Thousands of edits, requests, cancellations and closes in any order end where a cold check of the final text begins.

#![expect(clippy::expect_used, reason = "a test stops where the example is not as it expects")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::support::{Client, full, position, pulling, write};

const STEPS: usize = 4_000;

/// What is typed: words that mean something, and characters that are wider than they look.
const TYPED: &[&str] = &[
    "x",
    "\n",
    "\r\n",
    " ",
    "🐟",
    "é",
    "\"posts\"",
    "\"messages\"",
    ".collect()",
    ".take(5)",
    "await ",
    "{",
    "}",
    "(",
    ")",
    "/* ",
    " */",
    "// lunora-advisor-disable-next-line unbounded_collect -- few rows\n",
    "export const a = query.query(({ ctx }) => ctx.db.query(\"channels\").collect());\n",
];

const REQUESTS: &[&str] = &[
    "textDocument/diagnostic",
    "textDocument/codeAction",
    "workspace/diagnostic",
    "workspace/executeCommand",
    "codeAction/resolve",
];

#[tokio::test]
async fn a_storm_ends_equal_to_a_cold_check() {
    let seed = lunora_properties::seed();
    for (is_listener, capabilities) in [(true, full()), (false, pulling())] {
        let files = example();
        let listed: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let client = Client::open(&listed, capabilities).await;
        let mut storm = Storm {
            client,
            rng: Rng::with_seed(if is_listener { seed } else { seed.wrapping_add(1) }),
            open: BTreeMap::new(),
            disk: files.clone(),
            asked: Vec::new(),
            version: 0,
        };
        for _ in 0..STEPS {
            storm.step().await;
        }
        storm.calm_down().await;
        for id in std::mem::take(&mut storm.asked) {
            let answer = storm.client.answer(id).await;
            let code = answer["error"]["code"].as_i64();
            let is_fine = answer.get("result").is_some() || matches!(code, Some(-32800 | -32801 | -32602));
            assert!(is_fine, "{answer}");
        }
        let logged = storm.client.take_told("window/logMessage");
        assert!(logged.is_empty(), "{logged:?}");

        let mut last = storm.disk.clone();
        last.extend(storm.open.iter().map(|(path, (_, text))| (path.clone(), text.clone())));
        let now = reports(&mut storm.client).await;
        let listed: Vec<(&str, &str)> =
            last.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let mut cold = Client::open(&listed, full()).await;
        let expected = reports(&mut cold).await;
        assert!(!expected.is_empty());
        assert_eq!(now, expected);
        if is_listener {
            storm.wait_until_told(&expected).await;
        }
    }
}

struct Storm {
    client: Client,
    rng: Rng,
    /// Version and text of what is open.
    open: BTreeMap<String, (i32, String)>,
    disk: BTreeMap<String, String>,
    /// Requests without an answer yet.
    asked: Vec<i64>,
    version: i32,
}

impl Storm {
    async fn step(&mut self) {
        let names: Vec<String> = self.disk.keys().cloned().collect();
        let file = names[self.rng.usize(..names.len())].clone();
        match self.rng.u32(..100) {
            0..60 => self.edit(&file).await,
            60..64 => self.close(&file).await,
            64..67 => self.change_disk(&file).await,
            67..90 => self.ask(&file).await,
            90..96 => {
                if let Some(id) = self.asked.last() {
                    let cancelled = json!({ "id": id });
                    self.client.notify("$/cancelRequest", cancelled).await;
                }
            }
            _ => {
                // Let it breathe: some requests are answered, so that passes come to their ends.
                if let Some(id) = self.asked.pop() {
                    self.client.answer(id).await;
                }
            }
        }
    }

    /// Waits until the client was told of exactly these problems; if it never is, it waits in vain for more to be told.
    async fn wait_until_told(&mut self, expected: &BTreeMap<String, String>) {
        let root = self.client.uri("");
        let text = |value: &Value| value.to_string().replace(&root, "");
        let mut told: BTreeMap<String, String> = BTreeMap::new();
        let method = "textDocument/publishDiagnostics";
        for message in self.client.take_told(method) {
            told.insert(text(&message["params"]["uri"]), text(&message["params"]["diagnostics"]));
        }
        loop {
            told.retain(|_, items| items != "[]");
            if told == *expected {
                return;
            }
            let more = self.client.wait_for(method, |_| true).await;
            told.insert(text(&more["uri"]), text(&more["diagnostics"]));
        }
    }

    /// Closes some files and mends others, so that there is something to report but broken syntax.
    async fn calm_down(&mut self) {
        for (number, file) in self.disk.keys().cloned().collect::<Vec<_>>().iter().enumerate() {
            if !self.open.contains_key(file) {
                self.edit(file).await;
            }
            self.version += 1;
            match number % 4 {
                0 => self.edit(file).await,
                1 | 2 => self.close(file).await,
                _ => {
                    let text = format!("{}\n{}", self.disk[file], TYPED[TYPED.len() - 1]);
                    self.client.change(file, self.version, &text).await;
                    self.open.insert(file.clone(), (self.version, text));
                }
            }
        }
    }

    /// Opens a file that is closed; else types something into it, or takes something out.
    async fn edit(&mut self, file: &str) {
        self.version += 1;
        let version = self.version;
        let Some((_, text)) = self.open.get(file).cloned() else {
            let text = self.disk[file].clone();
            self.client.open_text(file, version, &text).await;
            self.open.insert(file.to_owned(), (version, text));
            return;
        };
        let mut text = text;
        let mut changes = Vec::new();
        for _ in 0..self.rng.usize(1..4) {
            let start = self.place(&text);
            // What was typed is often taken out again, so that files stay readable now and then.
            let length = if self.rng.bool() { self.rng.usize(..12) } else { 0 };
            let end = boundary(&text, (start + length).min(text.len()));
            let typed = if length > 0 { "" } else { TYPED[self.rng.usize(..TYPED.len())] };
            let range = json!({ "start": position(&text, start), "end": position(&text, end) });
            changes.push(json!({ "range": range, "text": typed }));
            text.replace_range(start..end, typed);
        }
        if self.rng.u32(..20) == 0 {
            text.clone_from(&self.disk[file]);
            changes = vec![json!({ "text": text })];
        }
        let document = json!({ "uri": self.client.uri(file), "version": version });
        self.client
            .notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }))
            .await;
        self.open.insert(file.to_owned(), (version, text));
    }

    async fn close(&mut self, file: &str) {
        if self.open.remove(file).is_some() {
            self.client.close(file).await;
        }
    }

    async fn change_disk(&mut self, file: &str) {
        let text = format!("{}\n// {}\n", self.disk[file], self.version);
        write(&self.client.path(file), &text);
        self.disk.insert(file.to_owned(), text);
        self.client.touch(file, 2).await;
    }

    async fn ask(&mut self, file: &str) {
        let document = self.client.document(file);
        let start = json!({ "line": self.rng.u32(..30), "character": self.rng.u32(..40) });
        let method = REQUESTS[self.rng.usize(..REQUESTS.len())];
        let parameters = match method {
            "workspace/diagnostic" => json!({ "previousResultIds": [] }),
            "workspace/executeCommand" => json!({ "command": "lunora-advisor.status", "arguments": [] }),
            "codeAction/resolve" => {
                let task = json!({ "kind": "fixAll" });
                json!({ "title": "x", "data": { "uri": document["uri"], "version": self.version, "task": task } })
            }
            _ => json!({
                "textDocument": document,
                "range": { "start": start, "end": start },
                "context": { "diagnostics": [] },
            }),
        };
        self.asked.push(self.client.ask(method, parameters).await);
    }

    /// A place between two characters, and not within a line break.
    fn place(&mut self, text: &str) -> usize {
        boundary(text, self.rng.usize(..=text.len()))
    }
}

fn boundary(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) || text[offset..].starts_with('\n') && text[..offset].ends_with('\r')
    {
        offset += 1;
    }
    offset
}

/// What is reported of each file, by its path from the folder, without what differs between two folders.
async fn reports(client: &mut Client) -> BTreeMap<String, String> {
    let root = client.uri("");
    let report = client.result("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    let items = report["items"].as_array().expect("items").iter();
    let text = |value: &Value| value.to_string().replace(&root, "");
    items.map(|item| (text(&item["uri"]), text(&item["items"]))).collect()
}

/// The files of an example, by their paths.
fn example() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/chat");
    let mut files = BTreeMap::new();
    let mut pending: Vec<PathBuf> = vec![folder.join("lunora")];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(
                std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "ts") {
            let relative = path.strip_prefix(&folder).expect("below").to_string_lossy().into_owned();
            files.insert(relative, std::fs::read_to_string(&path).expect("a text"));
        }
    }
    files
}
