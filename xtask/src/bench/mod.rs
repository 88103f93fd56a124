//! `bench --peers`: the whole process beside other tools on the same files, run in turn.
//!
//! The tools are installed in a temporary folder by the package managers of their users. Each round runs every tool once; the table has the
//! medians of all rounds as multiples of what `lunora-advisor check` takes.

mod peers;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::corpus;
use crate::error::TaskError;
use crate::repository::Repository;
use peers::{CONVEX, LUNORA, Peer};
use table::{Measured, Printed};

/// Where the table stands.
const PAGE: &str = "docs/performance.md";
/// Runs a command and says how long it took, to the millisecond, and what it used of the processors. How much memory it used at its peak is
/// written into a file by GNU time, which rounds times too much for what takes some milliseconds.
const MEASURE: &str = r#"TIMEFORMAT='%3R %3U %3S'; report=$1; shift
time /usr/bin/time -f %M -o "$report" "$@" > /dev/null 2>&1"#;

/// What one run used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// From start to end, in seconds.
    wall: f64,
    /// On all processors, in seconds.
    cpu: f64,
    /// At its peak, in MB.
    memory: f64,
}

/// Measures all tools on generated projects of so many files and writes the page.
pub(crate) fn run(repository: &Repository, sizes: &[u32], rounds: usize) -> Result<String, TaskError> {
    repository.cargo(&["build", "--release", "--package", "lunora-advisor"])?;
    repository.cargo(&["build", "--release", "--package", "lunora-perf", "--bin", "oxc-floor"])?;
    // Not below `target`: tools pass by what git ignores.
    let folder = std::env::temp_dir().join("lunora-peers");
    let peers = peers::install(repository, &folder)?;
    let mut measured = Vec::new();
    let before = load();
    for size in sizes {
        let projects = [LUNORA, CONVEX].map(|backend| (backend, folder.join(format!("{backend}-{size}"))));
        for (backend, project) in &projects {
            generate(*size, project, backend)?;
        }
        measured.push(Measured { files: *size, usages: measure(&peers, &projects, rounds)? });
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let conditions = format!(
        "These figures are of a machine with {processors} processors and a load of {before} before and {} after.",
        load()
    );
    let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    let bench = |name| {
        let arguments = ["bench", "--package", "lunora-perf", "--bench", name];
        repository.cargo_with(&arguments, &[("LUNORA_PERF_SIZES", &sizes.join(","))])
    };
    let printed = Printed { commands: bench("commands")?, edits: bench("language_server")? };
    repository.write(PAGE, &table::page(&peers, &measured, rounds, &conditions, &printed))?;
    Ok(format!("wrote {PAGE}"))
}

/// How many processes wanted a processor within the last minute.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown height").to_owned()
}

/// A generated project whose backend lies in a folder of some name.
fn generate(size: u32, project: &Path, backend: &str) -> Result<(), TaskError> {
    let failed = |source| TaskError::File { path: project.to_owned(), source };
    if project.exists() {
        fs::remove_dir_all(project).map_err(failed)?;
    }
    corpus::run(size, project, 1)?;
    fs::rename(project.join(LUNORA), project.join(backend)).map_err(failed)
}

/// The medians of each tool, on the project that it knows as one.
fn measure(peers: &[Peer], projects: &[(&str, PathBuf)], rounds: usize) -> Result<Vec<Usage>, TaskError> {
    let mut runs: Vec<Vec<Usage>> = vec![Vec::new(); peers.len()];
    for round in 0..=rounds {
        for (peer, runs) in peers.iter().zip(&mut runs) {
            let Some((_, project)) = projects.iter().find(|(backend, _)| *backend == peer.backend) else {
                continue;
            };
            let usage = once(peer, project)?;
            // The first round warms the caches of the file system.
            if round > 0 {
                runs.push(usage);
            }
        }
    }
    Ok(runs.iter().map(|runs| median(runs)).collect())
}

fn once(peer: &Peer, project: &Path) -> Result<Usage, TaskError> {
    let report = std::env::temp_dir().join(format!("lunora-bench-{}", std::process::id()));
    let failed = |reason: String| TaskError::Command { command: peer.command.join(" "), reason };
    let output = Command::new("bash")
        .args(["-c", MEASURE, "bash"])
        .arg(&report)
        .args(&peer.command)
        .arg(project)
        .current_dir(&peer.folder)
        .env("LC_ALL", "C")
        .output()
        .map_err(|error| failed(format!("bash cannot be run: {error}")))?;
    // Tools end with 1 where they find something.
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(failed(format!("it ended with {}", output.status)));
    }
    let memory = fs::read_to_string(&report)
        .map_err(|source| TaskError::File { path: PathBuf::from(&report), source })?;
    let _ = fs::remove_file(&report);
    let times = String::from_utf8_lossy(&output.stderr);
    // GNU time says first if the status was not 0.
    let figures: Vec<f64> = times
        .split_whitespace()
        .chain(memory.lines().last())
        .filter_map(|figure| figure.parse().ok())
        .collect();
    match figures.as_slice() {
        [wall, user, system, kilobytes] => {
            Ok(Usage { wall: *wall, cpu: user + system, memory: kilobytes / 1024.0 })
        }
        _ => Err(failed(format!("it was measured as `{times}` and `{memory}`"))),
    }
}

fn median(runs: &[Usage]) -> Usage {
    let of = |figure: fn(&Usage) -> f64| {
        let mut figures: Vec<f64> = runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    Usage { wall: of(|usage| usage.wall), cpu: of(|usage| usage.cpu), memory: of(|usage| usage.memory) }
}
