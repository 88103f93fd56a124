//! `check --fix` and `verify` as whole processes, against a plain `check` of the same files.
//!
//! `cargo bench -p lunora-perf --bench commands` generates projects, runs the three in turn, and prints the ratio of each to the plain check
//! of its round as minimum, median and maximum. `LUNORA_PERF_SIZES=100,1000` chooses the sizes. Larger projects are not proved, and those above
//! a hundred files are proved once: each of their findings is run many times on ten thousand rows.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use lunora_perf::{Tools, sizes};

/// Rounds that count, after one that does not.
const ROUNDS: usize = 5;
/// Sizes of the generated projects, in files.
const SIZES: &[usize] = &[100, 1_000];
/// The files of the largest project that is proved.
const MOST_PROVED: usize = 1_000;
/// The files of the largest project that is proved in every round.
const MOST_PROVED_OFTEN: usize = 100;
/// Measured beside `check`.
const FIX: (&str, &[&str]) = ("check --fix", &["check", "--fix", "--fail-on", "never"]);
/// Measured beside `check`, too.
const VERIFY: (&str, &[&str]) = ("verify", &["verify"]);

fn main() {
    if let Err(error) = run() {
        println!("perf: {error}");
    }
}

fn run() -> Result<(), String> {
    let tools = Tools::build()?;
    println!("{:<28} {:<12} {:>7} {:>7} {:>7}", "project", "command", "min", "median", "max");
    for size in sizes(SIZES) {
        let commands = if size > MOST_PROVED { vec![FIX] } else { vec![FIX, VERIFY] };
        let mut ratios = vec![Vec::new(); commands.len()];
        for round in 0..=ROUNDS {
            // Fixes change the files.
            let project = tools.generated(size)?;
            let plain = seconds(&tools, &["check", "--fail-on", "never"], &project)?;
            for (command, ratios) in commands.iter().zip(&mut ratios) {
                if *command == VERIFY && size > MOST_PROVED_OFTEN && round != ROUNDS {
                    continue;
                }
                let (_, arguments) = command;
                let project = tools.generated(size)?;
                let ratio = seconds(&tools, arguments, &project)? / plain;
                if round > 0 {
                    ratios.push(ratio);
                }
            }
        }
        for ((name, _), mut ratios) in commands.iter().zip(ratios) {
            ratios.sort_by(f64::total_cmp);
            let (Some(first), Some(last)) = (ratios.first(), ratios.last()) else { continue };
            let (middle, label) = (ratios[ratios.len() / 2], format!("generated, {size} files"));
            println!("{label:<28} {name:<12} {first:>7.2} {middle:>7.2} {last:>7.2}");
        }
    }
    Ok(())
}

/// How long a run takes from start to end. What it finds does not matter, that it could run does.
fn seconds(tools: &Tools, arguments: &[&str], project: &Path) -> Result<f64, String> {
    let mut command = Command::new(&tools.check);
    command.args(arguments).arg(project).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    let elapsed = start.elapsed().as_secs_f64();
    if matches!(status.code(), Some(0 | 1)) {
        Ok(elapsed)
    } else {
        Err(format!("{command:?} failed: {status}"))
    }
}
