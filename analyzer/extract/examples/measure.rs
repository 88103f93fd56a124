//! Measures what reading files costs, in nanoseconds per byte: parsing, parsing with name resolution, and the whole of `extract`.
//!
//! `cargo run --release -p lunora-extract --example measure FOLDER…`

#![expect(clippy::print_stdout, reason = "the figures are what the program is for")]

use std::ffi::OsStr;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes that every measurement reads at least.
const WORK: usize = 100 << 20;

fn main() {
    let mut files = Vec::new();
    for folder in std::env::args().skip(1) {
        collect(Path::new(&folder), &mut files);
    }
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!("{} files, {bytes} bytes", files.len());
    if bytes == 0 {
        return;
    }
    measure("parse", &files, bytes, parse);
    measure("parse and resolve", &files, bytes, resolve);
    measure("extract", &files, bytes, |path, text| {
        black_box(lunora_extract::extract(path, text));
    });
}

fn parse(path: &Path, text: &str) {
    let arena = Allocator::new();
    black_box(Parser::new(&arena, text, source_type(path)).parse());
}

fn resolve(path: &Path, text: &str) {
    let arena = Allocator::new();
    let parsed = Parser::new(&arena, text, source_type(path)).parse();
    black_box(SemanticBuilder::new().build(&parsed.program));
}

fn source_type(path: &Path) -> SourceType {
    SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts())
}

/// Prints the best of five runs.
fn measure(name: &str, files: &[(PathBuf, String)], bytes: usize, work: impl Fn(&Path, &str)) {
    let rounds = (WORK / bytes).max(1);
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..rounds {
            for (path, text) in files {
                work(path, text);
            }
        }
        best = best.min(start.elapsed());
    }
    println!("{name:18} {:6.2} ns/byte", best.as_secs_f64() * 1e9 / (rounds * bytes) as f64);
}

fn collect(path: &Path, files: &mut Vec<(PathBuf, String)>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), files);
        }
    } else if matches!(path.extension().and_then(OsStr::to_str), Some("ts" | "tsx"))
        && let Ok(text) = std::fs::read_to_string(path)
    {
        files.push((path.to_owned(), text));
    }
}
