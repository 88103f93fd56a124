//! Hours of editing, made short: somebody types key by key into the files of an example, changes their mind, saves, closes, and opens
//! again. At each rest the client has been told exactly what is reported, and once all is saved that is what the command line reports.
//!
//! An ordinary run has some hundred keys; `LUNORA_CASES=12` has some ten thousand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fastrand::Rng;
use serde_json::{Value, json};

use super::Server;

/// Turns at the keyboard of an ordinary run.
const TURNS: u64 = 24;
/// Turns from one time that everything is saved and checked to the next.
const TURNS_TO_SAVE: u64 = 8;

/// What is typed at any place, and taken back.
const PASSING: &[&str] = &[
    "ctx.db.query(\"messages\").filter(",
    "\n/* 🐟 a thought",
    "await ctx.db.",
    ".index(\"by_x\", [\"status",
    "}); {",
];

/// What is typed at the end of a file, and stays for a while.
const STAYING: &[&str] = &[
    "\n// é 🐟 a note\n",
    "\nconst rows = (ctx) => ctx.db.query(\"messages\").collect();\n",
    "\nexport const lost = (ctx) => ctx.db.query(\"no_such_table\").take(5);\n",
    "\nexport const half = (ctx) => ctx.db.query(\"presence\".;\n",
];

/// A file of the project.
struct Page {
    /// What it was at first, and comes back to.
    original: String,
    disk: String,
    /// Version and text while it is open.
    open: Option<(i32, String)>,
}

struct Session {
    server: Server,
    folder: PathBuf,
    rng: Rng,
    pages: BTreeMap<String, Page>,
}

#[cfg(target_os = "linux")]
#[test]
fn hours_of_editing_lose_no_diagnostics_and_leave_memory_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().canonicalize().expect("a folder");
    let mut session = Session::open(folder);
    let turns = lunora_properties::cases(TURNS);
    let mut before = 0;
    for turn in 1..=turns {
        session.turn();
        session.rest();
        if turn % TURNS_TO_SAVE == 0 {
            session.save_all();
            session.rest();
            session.compare_with_the_command_line();
        }
        if turn == turns / 3 {
            before = session.server.resident();
        }
    }
    let after = session.server.resident();
    assert!(
        after < before + before / 4 + 16 * 1024,
        "{before} KiB after a third of the turns, {after} KiB after all"
    );
}

impl Session {
    fn open(folder: PathBuf) -> Self {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/chat");
        let mut pages = BTreeMap::new();
        copy(&example, Path::new(""), &folder, &mut pages);
        assert!(pages.contains_key("lunora/presence.ts"), "the example is there");
        let mut server = Server::start(&folder);
        server.initialize(&folder);
        Self { server, folder, rng: Rng::with_seed(lunora_properties::seed()), pages }
    }

    /// Opens a file or goes to one, types something, and perhaps takes it back.
    fn turn(&mut self) {
        let names: Vec<String> = self.pages.keys().cloned().collect();
        let name = names[self.rng.usize(..names.len())].clone();
        self.show(&name);
        match self.rng.u32(..10) {
            0..5 => {
                let typed = PASSING[self.rng.usize(..PASSING.len())];
                let place = self.place(&name);
                self.type_keys(&name, place, typed);
                self.take_back(&name, place, typed);
            }
            5..8 => {
                let typed = STAYING[self.rng.usize(..STAYING.len())];
                let place = self.text(&name).len();
                self.type_keys(&name, place, typed);
            }
            8 => {
                let original = self.pages[&name].original.clone();
                let end = self.text(&name).len();
                self.edit(&name, 0, end, &original);
            }
            // Closed without saving: the disk counts again.
            _ => self.close(&name),
        }
    }

    fn show(&mut self, name: &str) {
        let page = self.pages.get_mut(name).expect("a page");
        if page.open.is_none() {
            let text = page.disk.clone();
            page.open = Some((1, text.clone()));
            let document = json!({ "uri": uri(&self.folder, name), "languageId": "typescript", "version": 1, "text": text });
            self.server.notify("textDocument/didOpen", json!({ "textDocument": document }));
        }
    }

    fn close(&mut self, name: &str) {
        if self.pages.get_mut(name).expect("a page").open.take().is_some() {
            let document = json!({ "uri": uri(&self.folder, name) });
            self.server.notify("textDocument/didClose", json!({ "textDocument": document }));
        }
    }

    fn type_keys(&mut self, name: &str, place: usize, typed: &str) {
        for (number, (offset, key)) in typed.char_indices().enumerate() {
            let at = place + offset;
            self.edit(name, at, at, &key.to_string());
            if number % 5 == 4 {
                let cursor = position(self.text(name), at + key.len_utf8());
                let parameters =
                    json!({ "textDocument": { "uri": uri(&self.folder, name) }, "position": cursor });
                let method = if self.rng.bool() { "textDocument/completion" } else { "textDocument/hover" };
                self.server.request(method, parameters);
            }
        }
    }

    fn take_back(&mut self, name: &str, place: usize, typed: &str) {
        for (offset, key) in typed.char_indices().rev() {
            self.edit(name, place + offset, place + offset + key.len_utf8(), "");
        }
    }

    /// Replaces a part of an open file.
    fn edit(&mut self, name: &str, start: usize, end: usize, new_text: &str) {
        let (version, text) =
            self.pages.get_mut(name).and_then(|page| page.open.as_mut()).expect("it is open");
        let range = json!({ "start": position(text, start), "end": position(text, end) });
        text.replace_range(start..end, new_text);
        *version += 1;
        let document = json!({ "uri": uri(&self.folder, name), "version": *version });
        let changes = json!([{ "range": range, "text": new_text }]);
        self.server
            .notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    fn text(&self, name: &str) -> &str {
        self.pages[name].open.as_ref().map_or("", |(_, text)| text)
    }

    /// The end of some line.
    fn place(&mut self, name: &str) -> usize {
        let ends: Vec<usize> = self.text(name).match_indices('\n').map(|(offset, _)| offset).collect();
        ends.get(self.rng.usize(..=ends.len())).copied().unwrap_or(0)
    }

    /// What was published is what a pull gives, once all is said that was to be said.
    fn rest(&mut self) {
        let report = self.server.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
        let items = report["items"].as_array().expect("items").iter();
        let expected: BTreeMap<String, Value> = items
            .map(|item| (item["uri"].as_str().unwrap_or_default().to_owned(), item["items"].clone()))
            .filter(|(_, items)| *items != json!([]))
            .collect();
        for _ in 0..1_000 {
            self.server.told.retain(|_, items| *items != json!([]));
            if self.server.told == expected {
                return;
            }
            self.server.request("workspace/symbol", json!({ "query": "no such symbol" }));
        }
        assert_eq!(self.server.told, expected, "what was published, and what a pull gives");
    }

    fn save_all(&mut self) {
        let mut events = Vec::new();
        for (name, page) in &mut self.pages {
            if let Some((_, text)) = page.open.as_ref().filter(|(_, text)| *text != page.disk) {
                fs::write(self.folder.join(name), text).expect("a file");
                page.disk = text.clone();
                events.push(json!({ "uri": uri(&self.folder, name), "type": 2 }));
            }
        }
        self.server.notify("workspace/didChangeWatchedFiles", json!({ "changes": events }));
    }

    /// The server and `check` report the same, place by place.
    fn compare_with_the_command_line(&self) {
        let output = Command::new(env!("CARGO_BIN_EXE_lunora-advisor"))
            .current_dir(&self.folder)
            .args(["check", "--format", "json", "--fail-on", "never"])
            .output()
            .expect("it runs");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let place = |file: &str, line: u64, column: u64, name: &Value| {
            format!("{file}:{line}:{column} {}", name.as_str().unwrap_or_default())
        };
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        let findings = report["findings"].as_array().expect("findings").iter();
        let checked: BTreeSet<String> = findings
            .map(|finding| {
                let file = finding["file"].as_str().unwrap_or_default();
                place(file, number(&finding["line"]), number(&finding["column"]), &finding["name"])
            })
            .collect();
        let root = uri(&self.folder, "");
        let mut shown = BTreeSet::new();
        for (uri, items) in &self.server.told {
            for item in items.as_array().expect("items") {
                let start = &item["range"]["start"];
                let file = uri.strip_prefix(&root).unwrap_or(uri);
                shown.insert(place(
                    file,
                    number(&start["line"]) + 1,
                    number(&start["character"]) + 1,
                    &item["code"],
                ));
            }
        }
        assert!(!checked.is_empty(), "the example has findings");
        assert_eq!(shown, checked, "what the editor shows, and what the command line reports");
    }
}

/// Copies an example; its code becomes pages.
fn copy(example: &Path, below: &Path, to: &Path, pages: &mut BTreeMap<String, Page>) {
    for entry in fs::read_dir(example.join(below)).expect("a folder") {
        let relative = below.join(entry.expect("an entry").file_name());
        let (from, target) = (example.join(&relative), to.join(&relative));
        if from.is_dir() {
            fs::create_dir_all(&target).expect("a folder");
            copy(example, &relative, to, pages);
            continue;
        }
        fs::copy(&from, &target).expect("a copy");
        let name = relative.to_string_lossy().into_owned();
        if name.starts_with("lunora/") && !name.contains("_generated") && name.ends_with(".ts") {
            let text = fs::read_to_string(&from).expect("a text");
            pages.insert(name, Page { original: text.clone(), disk: text, open: None });
        }
    }
}

fn uri(folder: &Path, file: &str) -> String {
    format!("file://{}/{file}", folder.display())
}

/// The position of a byte offset in UTF-16 code units.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    json!({ "line": before.matches('\n').count(), "character": before[start..].encode_utf16().count() })
}
