//! From an edit to the findings, as the language server has it: the buffer is read and extracted, linked, judged and settled.
//!
//! `cargo bench -p lunora-perf --bench edit` edits generated projects in memory and prints how long updates took at the median, at the
//! 95th percentile and at most, and the processor time of an average update, which other programs hardly disturb.
//! `LUNORA_PERF_SIZES=100,1000` chooses the sizes; `LUNORA_PERF_PARTS=1` also prints which phases and rules the time went to;
//! `LUNORA_PERF_EDITS=body` makes only edits of that kind.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::collections::BTreeMap;
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
    let wanted = std::env::var("LUNORA_PERF_EDITS").ok();
    for kind in KINDS.iter().filter(|kind| wanted.as_ref().is_none_or(|wanted| wanted == kind.name)) {
        let edited: Vec<&(PathBuf, String)> = files.iter().filter(|(path, _)| (kind.edits)(path)).collect();
        let mut times: Vec<Duration> = Vec::new();
        let mut evaluated = 0;
        let mut parts = Parts::default();
        let (cpu, mut updates) = (cpu_time(), 0_u32);
        // Edits fall on files all over the project.
        for number in 0..EDITS {
            let Some((path, text)) = edited.get(number * 7919 % edited.len()) else { continue };
            let Some(new) = (kind.edit)(text, number) else { continue };
            memory.insert(path, &new);
            let start = Instant::now();
            live.update(&memory, std::slice::from_ref(path));
            times.push(start.elapsed());
            parts.add(&live);
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
        if std::env::var_os("LUNORA_PERF_PARTS").is_some() {
            parts.print(times.len());
        }
    }
    Ok(())
}

/// What updates of one kind spent their time on. Rules run beside each other, so theirs is within that of the phase `judge`.
#[derive(Default)]
struct Parts(BTreeMap<&'static str, Duration>);

impl Parts {
    /// Shorter parts are not worth a line.
    const WORTH_A_LINE_MS: f64 = 0.2;

    fn add(&mut self, live: &LiveProject) {
        let analysis = &live.current().analysis;
        for (name, time) in analysis.phases.iter().chain(&analysis.rule_times) {
            *self.0.entry(name).or_default() += *time;
        }
    }

    fn print(&self, updates: usize) {
        let mean = |time: &Duration| time.as_secs_f64() * 1000.0 / updates.max(1) as f64;
        let mut parts: Vec<(&str, f64)> = self.0.iter().map(|(name, time)| (*name, mean(time))).collect();
        parts.sort_by(|one, other| other.1.total_cmp(&one.1));
        for (name, mean) in parts.into_iter().filter(|(_, mean)| *mean >= Self::WORTH_A_LINE_MS) {
            println!("  {name:<30} {mean:>8.2}");
        }
    }
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
