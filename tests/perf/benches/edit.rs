//! From an edit to the findings, as the language server has it: the buffer is read and extracted, linked, judged and settled.
//!
//! `cargo bench -p lunora-perf --bench edit` edits generated projects in memory and prints how long updates took at the median, at the
//! 95th percentile and at most, and the processor time of an average update, which other programs hardly disturb.
//! `LUNORA_PERF_SIZES=100,1000` chooses the sizes.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lunora_check::config::{Config, Settings};
use lunora_check::{FoundProject, LiveProject};
use lunora_perf::edits::{KINDS, files_of};
use lunora_perf::{Tools, percentile, sizes};
use lunora_source::{DiscoveryOptions, Memory, ProjectLocation};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How often each kind of edit is made.
const EDITS: usize = 200;

fn main() {
    let tools = match Tools::build() {
        Ok(tools) => tools,
        Err(error) => return println!("perf: {error}"),
    };
    println!(
        "{:<16} {:>7} {:>9} {:>9} {:>9} {:>9} {:>10}",
        "edit", "files", "p50 ms", "p95 ms", "max ms", "cpu ms", "evaluated"
    );
    for size in sizes(&[100, 1_000, 10_000]) {
        if let Err(error) = tools.generated(size).and_then(|folder| measure(&folder, size)) {
            println!("perf: {error}");
        }
    }
}

fn measure(folder: &Path, size: usize) -> Result<(), String> {
    let files = files_of(folder, Path::new("/p"))?;
    let mut memory = Memory::new(files.iter().map(|(path, text)| (path, text)));
    let location = ProjectLocation { root: "/p".into(), lunora_dir: "/p/lunora".into() };
    let settings = Arc::new(Settings::new(Config::default(), None, location.root.clone()));
    let project = FoundProject { location, options: DiscoveryOptions::default(), settings };
    let mut live = LiveProject::open(&memory, project).map_err(|error| error.to_string())?;
    for kind in KINDS {
        let edited: Vec<&(PathBuf, String)> = files.iter().filter(|(path, _)| (kind.edits)(path)).collect();
        let mut times: Vec<Duration> = Vec::new();
        let mut evaluated = 0;
        let (cpu, mut updates) = (cpu_time(), 0_u32);
        // Edits fall on files all over the project.
        for number in 0..EDITS {
            let Some((path, text)) = edited.get(number * 7919 % edited.len()) else { continue };
            let Some(new) = (kind.edit)(text, number) else { continue };
            memory.insert(path, &new);
            let start = Instant::now();
            live.update(&memory, std::slice::from_ref(path));
            times.push(start.elapsed());
            evaluated += live.last_work().evaluated;
            memory.insert(path, text);
            live.update(&memory, std::slice::from_ref(path));
            updates += 2;
        }
        let cpu = cpu_time().saturating_sub(cpu) / updates.max(1);
        println!(
            "{:<16} {size:>7} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>10.1}",
            kind.name,
            percentile(&times, 50),
            percentile(&times, 95),
            percentile(&times, 100),
            cpu.as_secs_f64() * 1000.0,
            evaluated as f64 / times.len().max(1) as f64,
        );
    }
    Ok(())
}

/// What all threads of this process have computed so far; nothing where the system does not say.
fn cpu_time() -> Duration {
    /// Of a second, by the kernel's own promise to user space.
    const TICK: Duration = Duration::from_millis(10);
    let status = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name, in parentheses, may hold spaces; user and system time are the twelfth and thirteenth field after it.
    let fields = status.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: u32 = fields.skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
    TICK * ticks
}
