//! `check` as a whole process against the floor of walking, reading, parsing and building semantics of the same files.
//!
//! `cargo bench -p lunora-perf` builds both in release mode, generates a corpus, runs the two in turn, and prints the ratio of each pair's
//! times as minimum, median and maximum. `LUNORA_PERF_PROJECT=/path` measures a project of yours instead.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Pairs of runs that count, after one that does not.
const PAIRS: usize = 15;
/// Sizes of the generated projects, in files.
const SIZES: &[usize] = &[100, 441, 2_000];

fn main() {
    let tools = match build() {
        Ok(tools) => tools,
        Err(error) => return println!("perf: {error}"),
    };
    println!(
        "{:<28} {:>9} {:>9} {:>7} {:>7} {:>7}",
        "project", "check ms", "floor ms", "min", "median", "max"
    );
    if let Some(project) = std::env::var_os("LUNORA_PERF_PROJECT") {
        return compare(&tools, Path::new(&project), "LUNORA_PERF_PROJECT");
    }
    for size in SIZES {
        let folder = tools.corpus.join(size.to_string());
        match generate(&tools, *size, &folder) {
            Ok(()) => compare(&tools, &folder, &format!("generated, {size} files")),
            Err(error) => println!("perf: {error}"),
        }
    }
}

/// The programs that are compared.
struct Tools {
    root: PathBuf,
    check: PathBuf,
    floor: PathBuf,
    corpus: PathBuf,
}

fn build() -> Result<Tools, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(&cargo)
        .current_dir(&root)
        .args(["build", "--release", "--quiet", "--package", "lunora-advisor", "--package", "xtask"])
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !status.success() {
        return Err("the release build failed".to_owned());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(Tools {
        check: target.join("release/lunora-advisor"),
        floor: PathBuf::from(env!("CARGO_BIN_EXE_oxc-floor")),
        corpus: target.join("perf-corpus"),
        root,
    })
}

fn generate(tools: &Tools, files: usize, folder: &Path) -> Result<(), String> {
    let xtask = tools.check.with_file_name("xtask");
    // What an earlier run left is made anew; that it is missing is as good.
    let _ = std::fs::remove_dir_all(folder);
    let status = Command::new(xtask)
        .current_dir(&tools.root)
        .args(["gen-corpus", "--seed", "1", "--files", &files.to_string(), "--out"])
        .arg(folder)
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("cannot generate a corpus: {error}"))?;
    if status.success() { Ok(()) } else { Err("the corpus could not be generated".to_owned()) }
}

fn compare(tools: &Tools, project: &Path, label: &str) {
    let check = || {
        time(
            Command::new(&tools.check).args(["check", "--format", "json", "--fail-on", "never"]).arg(project),
        )
    };
    let floor = || time(Command::new(&tools.floor).arg(project));
    check();
    floor();
    let pairs: Vec<(Duration, Duration)> = (0..PAIRS).map(|_| (check(), floor())).collect();
    let mut ratios: Vec<f64> =
        pairs.iter().map(|(check, floor)| check.as_secs_f64() / floor.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{label:<28} {:>9.1} {:>9.1} {:>7.2} {:>7.2} {:>7.2}",
        median(pairs.iter().map(|pair| pair.0)),
        median(pairs.iter().map(|pair| pair.1)),
        ratios[0],
        ratios[PAIRS / 2],
        ratios[PAIRS - 1],
    );
}

/// The median in milliseconds.
fn median(times: impl Iterator<Item = Duration>) -> f64 {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let elapsed = start.elapsed();
    if !status.is_ok_and(|status| status.success()) {
        println!("perf: {command:?} failed");
    }
    elapsed
}
