//! `check` as a whole process against the floor of walking, reading, parsing and building semantics of the same files.
//!
//! `cargo bench -p lunora-perf` builds both in release mode, generates a corpus, runs the two in turn, and prints the ratio of each pair's
//! times as minimum, median and maximum. `LUNORA_PERF_PROJECT=/path` measures a project of yours instead,
//! `LUNORA_PERF_SIZES=100,1000` generated ones of these sizes.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lunora_perf::{Tools, percentile, sizes};

/// Pairs of runs that count, after one that does not.
const PAIRS: usize = 15;
/// Sizes of the generated projects, in files.
const SIZES: &[usize] = &[100, 1_000, 2_000, 10_000];

fn main() {
    let tools = match Tools::build() {
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
    for size in sizes(SIZES) {
        match tools.generated(size) {
            Ok(folder) => compare(&tools, &folder, &format!("generated, {size} files")),
            Err(error) => println!("perf: {error}"),
        }
    }
}

fn compare(tools: &Tools, project: &Path, label: &str) {
    let check = || {
        time(
            Command::new(&tools.check).args(["check", "--format", "json", "--fail-on", "never"]).arg(project),
        )
    };
    let floor = || time(Command::new(env!("CARGO_BIN_EXE_oxc-floor")).arg(project));
    check();
    floor();
    let pairs: Vec<(Duration, Duration)> = (0..PAIRS).map(|_| (check(), floor())).collect();
    let mut ratios: Vec<f64> =
        pairs.iter().map(|(check, floor)| check.as_secs_f64() / floor.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{label:<28} {:>9.1} {:>9.1} {:>7.2} {:>7.2} {:>7.2}",
        median(pairs.iter().map(|pair| pair.0).collect()),
        median(pairs.iter().map(|pair| pair.1).collect()),
        ratios[0],
        ratios[PAIRS / 2],
        ratios[PAIRS - 1],
    );
}

/// The median in milliseconds.
fn median(times: Vec<Duration>) -> f64 {
    percentile(&times, 50)
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
