//! The page that says how fast everything is.

use std::fmt::Write;

use super::Usage;
use super::peers::Peer;

/// What was measured on one project.
pub(super) struct Measured {
    pub(super) files: u32,
    /// Parallel to the tools.
    pub(super) usages: Vec<Usage>,
}

/// What benches of ours alone printed.
pub(super) struct Printed {
    /// `check --fix` and `verify` beside `check`.
    pub(super) commands: String,
    /// From an edit to the findings.
    pub(super) edits: String,
}

/// The page.
pub(super) fn page(
    peers: &[Peer],
    measured: &[Measured],
    rounds: usize,
    conditions: &str,
    printed: &Printed,
) -> String {
    let sizes: Vec<String> = measured.iter().map(|measured| measured.files.to_string()).collect();
    let mut page = format!(
        "# Performance\n\n\
         Written by `cargo xtask bench --peers --files {} --rounds {rounds}`, which installs the tools, runs them in turn on the same generated\n\
         files and takes medians. Times are whole processes as multiples of `lunora-advisor check`, so a larger number is slower; the processor\n\
         time of all threads comes first, since other programs on the machine hardly disturb it, then the time from start to end.\n\n\
         The tools do not do the same work: `lunora-advisor` follows calls through the whole project, the linters look at one file at a time,\n\
         the floor and the walk by ts-morph judge nothing. {conditions}\n\n",
        sizes.join(",")
    );
    // Writing to a string cannot fail.
    let _ = writeln!(page, "| tool | what it does |\n| --- | --- |");
    for peer in peers {
        let _ = writeln!(page, "| {} | {} |", peer.name, peer.what);
    }
    for measured in measured {
        let _ = writeln!(page, "\n## {} files\n", measured.files);
        let _ = writeln!(page, "| tool | processor time | time | peak memory |\n| --- | --- | --- | --- |");
        let ours = measured.usages.first().copied().unwrap_or_default();
        for (peer, usage) in peers.iter().zip(&measured.usages) {
            let _ = writeln!(
                page,
                "| {} | {} | {} | {:.0} MB |",
                peer.name,
                ratio(usage.cpu, ours.cpu),
                ratio(usage.wall, ours.wall),
                usage.memory
            );
        }
    }
    let _ = write!(page, "\n## Fixing and proving\n\n{COMMANDS}\n```\n{}```\n", printed.commands);
    let _ = write!(page, "\n## Edits\n\n{EDITS}\n```\n{}```\n", printed.edits);
    page.push_str(NO_CACHE);
    page
}

/// A multiple; what is too short to be measured has none.
fn ratio(time: f64, ours: f64) -> String {
    if ours > 0.0 { format!("{:.2}", time / ours) } else { "–".to_owned() }
}

const COMMANDS: &str = "\
    `check --fix` and `verify` as multiples of a plain `check` of the same files (`cargo bench -p lunora-perf --bench commands`). A proof runs the\n\
    code of each finding many times on thousands of rows.\n";

const EDITS: &str = "\
    From an edit to the diagnostics, through the language server's protocol (`cargo bench -p lunora-perf --bench language_server`), in\n\
    milliseconds on the machine above. `pass` is what the analysis took at the median, `rest` the wait before it and the protocol, `busy` an\n\
    edit that comes while an earlier one is being looked at.\n";

const NO_CACHE: &str = "\n## No cache on the disk\n\n\
    Of a check of 10,000 generated files, finding, reading, parsing and resolving take a good third (`check --timing`); the rest is linking and\n\
    judging. A cache of what files say could save that third at most, so a warm run would take two thirds of a cold one, and could be wrong\n\
    where it is stale. What pays is not to start anew: the language server and `check --watch` link and judge only what an edit touches.\n";
