//! `lunora-advisor check`: report what is wrong with projects.

mod baseline;
mod changed;
mod input;
mod suppress;
mod watch;

use std::fs;
use std::path::Path;
use std::time::Instant;

use lunora_check::{CheckError, FoundProject, Judged, LiveProject, analyze, best_fix, judge};
use lunora_report::{Reported, RuleMetadata};
use lunora_source::{Disk, FileSystem};
use lunora_verify::VerifyOptions;
use rayon::prelude::*;

use super::changes::Changes;
use super::statistics::{Statistics, Timing};
use crate::arguments::{CheckArguments, Color};
use crate::error::CliError;
use crate::formats::{FormatOptions, render};
use crate::output::{Outcome, wants_color};
use crate::progress::Progress;
use crate::proving::prove;
use crate::report::{ProjectFindings, Report};
use input::Input;

/// Checks the projects that the arguments name.
pub(crate) fn run(arguments: &CheckArguments, color: Color) -> Result<Outcome, CliError> {
    if arguments.watch {
        return watch::run(arguments, color);
    }
    let mut run = Run::start(arguments)?;
    let outcome = finish(arguments, color, &mut run);
    // The process ends: taking the whole model apart, piece by piece, would only take time.
    std::mem::forget(run);
    outcome
}

/// Projects that were analysed.
struct Run {
    rules: Vec<&'static RuleMetadata>,
    names: Vec<&'static str>,
    input: Input,
    found: Vec<FoundProject>,
    /// Why others that were found could not be read.
    unread: Vec<CheckError>,
    judged: Vec<Judged>,
    /// The same projects, kept up to date while their files are changed; none if nothing is to be changed.
    live: Vec<LiveProject>,
    timing: Timing,
}

impl Run {
    /// Finds, reads and judges the projects.
    fn start(arguments: &CheckArguments) -> Result<Self, CliError> {
        let _progress = Progress::start("Checking");
        let mut run = Self::find(arguments, &Disk)?;
        let file_system = &*run.input.file_system;
        let found = std::mem::take(&mut run.found);
        if is_change_wanted(arguments) {
            let open = |project: &FoundProject| LiveProject::open(file_system, project.clone());
            let opened = found.par_iter().map(open).collect();
            (run.found, run.live, run.unread) = part(found, opened)?;
            run.take_from_live();
        } else {
            let look = |project| Ok(judge(file_system, project, analyze(file_system, project)?, &run.names));
            let judged = found.par_iter().map(look).collect();
            (run.found, run.judged, run.unread) = part(found, judged)?;
        }
        for Judged { analysis, .. } in &run.judged {
            analysis.phases.iter().for_each(|(phase, time)| run.timing.add(phase, *time));
        }
        Ok(run)
    }

    /// Finds the projects, and reads nothing of them yet.
    fn find(arguments: &CheckArguments, file_system: &dyn FileSystem) -> Result<Self, CliError> {
        let rules = lunora_check::rules();
        let names: Vec<&'static str> = rules.iter().map(|rule| rule.name).collect();
        let input = input::read(arguments)?;
        let start = Instant::now();
        let found = input.project.find(file_system)?;
        let mut timing = Timing::default();
        timing.add("find", start.elapsed());
        let (unread, judged, live) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { rules, names, input, found, unread, judged, live, timing })
    }

    fn take_from_live(&mut self) {
        self.judged = self.live.iter().map(|live| Judged::clone(live.current())).collect();
    }

    fn statistics(&self) -> Statistics {
        let mut statistics = Statistics::default();
        for Judged { analysis, .. } in &self.judged {
            analysis.rule_times.iter().for_each(|(rule, time)| statistics.add_time(rule, *time));
            analysis.indeterminate.iter().for_each(|reason| statistics.add_indeterminate(reason));
        }
        statistics
    }
}

/// The projects that could be read, what was read of each, and why others could not.
///
/// # Errors
/// If none could.
fn part<T>(found: Vec<FoundProject>, read: Vec<Result<T, CheckError>>) -> Result<Parted<T>, CheckError> {
    let (mut projects, mut known, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for (project, read) in found.into_iter().zip(read) {
        match read {
            Ok(read) => {
                projects.push(project);
                known.push(read);
            }
            Err(error) => unread.push(error),
        }
    }
    if projects.is_empty() && !unread.is_empty() {
        return Err(unread.swap_remove(0));
    }
    Ok((projects, known, unread))
}

type Parted<T> = (Vec<FoundProject>, Vec<T>, Vec<CheckError>);

/// Changes files if that is asked, decides which findings count, and prints them.
fn finish(arguments: &CheckArguments, color: Color, run: &mut Run) -> Result<Outcome, CliError> {
    let mut outcome = report_findings(arguments, color, run)?;
    outcome.is_incomplete = !run.unread.is_empty();
    for error in &run.unread {
        outcome.stderr.push_str(&format!("lunora-advisor: {error}\n"));
    }
    Ok(outcome)
}

fn report_findings(arguments: &CheckArguments, color: Color, run: &mut Run) -> Result<Outcome, CliError> {
    let mut statistics = run.statistics();
    let start = Instant::now();
    let changed = change(arguments, run)?;
    run.input.retain(&mut run.judged);
    if let Some(diff) = &changed.diff {
        return print_diff(arguments, &run.found, &mut run.judged, diff, changed.message);
    }
    run.timing.add("fix", start.elapsed());

    let start = Instant::now();
    let mut outcome = Outcome { stderr: changed.message, ..Outcome::default() };
    outcome.stderr.push_str(&baseline::apply(arguments, &run.found, &mut run.judged)?);
    if let Some(reference) = &arguments.changed_since {
        changed::retain(&run.found, &mut run.judged, reference, &run.names)?;
    }
    if arguments.prove {
        prove(&*run.input.file_system, &run.found, &mut run.judged, VerifyOptions::default());
    }
    let report = report(&run.found, &mut run.judged)?;
    statistics.count(&report);
    run.timing.add("report", start.elapsed());

    let start = Instant::now();
    let options = FormatOptions {
        show_suppressed: arguments.show_suppressed,
        color: arguments.output.is_none() && wants_color(color),
        rules: &run.rules,
    };
    let text =
        render(&report, arguments.format, options).map_err(|error| CliError::Format(error.to_string()))?;
    run.timing.add("print", start.elapsed());

    outcome.has_failed = has_failed(&report, &run.found, arguments);
    match &arguments.output {
        Some(path) => write_file(path, &text)?,
        None => outcome.stdout = text,
    }
    if arguments.verbose {
        outcome.stderr.push_str(&described(&report, &run.found));
    }
    if arguments.statistics || arguments.verbose {
        outcome.stderr.push_str(&statistics.table());
    }
    if arguments.timing || arguments.verbose {
        outcome.stderr.push_str(&run.timing.table());
    }
    Ok(outcome)
}

/// One line a project: what was read, and by which configuration.
fn described(report: &Report, found: &[FoundProject]) -> String {
    let line = |(project, found): (&crate::report::ReportProject, &FoundProject)| {
        let configuration =
            found.settings.file().map_or("no configuration".to_owned(), |file| file.display().to_string());
        format!(
            "{}: {} files, {} tables, {configuration}\n",
            project.root, project.code_files, project.tables
        )
    };
    report.projects.iter().zip(found).map(line).collect()
}

/// What became of the user's files.
#[derive(Debug, Default)]
struct Changed {
    /// For people.
    message: String,
    /// What would change, if it is only to be shown.
    diff: Option<String>,
}

/// Does to the files what the arguments ask. Afterwards the findings are those that are left.
fn change(arguments: &CheckArguments, run: &mut Run) -> Result<Changed, CliError> {
    let to_suppress = suppress::rules_to_suppress(arguments, &run.names)?;
    let reason = arguments.reason.as_deref().unwrap_or_default();
    if !is_change_wanted(arguments) {
        return Ok(Changed::default());
    }
    let (changes, done) = if to_suppress.is_empty() {
        let choose = |_: &Judged, reported: &Reported| best_fix(reported, arguments.unsafe_fixes);
        (Changes::fixing(&mut run.live, &choose), if arguments.diff { "Would fix" } else { "Fixed" })
    } else {
        let choose =
            |judged: &Judged, reported: &Reported| suppress::comment(judged, reported, &to_suppress, reason);
        (Changes::fixing(&mut run.live, &choose), "Wrote comments at")
    };
    let message = changes.summary(done, "finding");
    if arguments.diff {
        return Ok(Changed { message, diff: Some(changes.diff(&lunora_check::working_directory()?)?) });
    }
    if !changes.is_empty() {
        changes.write(run.judged.iter())?;
        changes.look_again(&mut run.live);
        run.take_from_live();
    }
    Ok(Changed { message, diff: None })
}

/// Whether files are to be changed, or it is to be shown how they would be.
fn is_change_wanted(arguments: &CheckArguments) -> bool {
    arguments.fix || arguments.diff || !arguments.add_suppressions.is_empty()
}

/// Prints what would change. The status is that of the findings as they are.
fn print_diff(
    arguments: &CheckArguments,
    found: &[FoundProject],
    judged: &mut [Judged],
    diff: &str,
    message: String,
) -> Result<Outcome, CliError> {
    let has_failed = has_failed(&report(found, judged)?, found, arguments);
    let mut outcome = Outcome { stderr: message, has_failed, ..Outcome::default() };
    match &arguments.output {
        Some(path) => write_file(path, diff.as_bytes())?,
        None => outcome.stdout = diff.as_bytes().to_vec(),
    }
    Ok(outcome)
}

/// Puts all findings into a report.
fn report(found: &[FoundProject], judged: &mut [Judged]) -> Result<Report, CliError> {
    let parts =
        found.iter().zip(judged).map(|(project, judged)| ProjectFindings::new(project, judged)).collect();
    Ok(Report::new(parts, &lunora_check::working_directory()?))
}

fn has_failed(report: &Report, found: &[FoundProject], arguments: &CheckArguments) -> bool {
    report.projects.iter().zip(found).any(|(project, found)| {
        let fail_on = arguments.fail_on.or(found.settings.config.fail_on).unwrap_or_default();
        fail_on.fails(&project.summary)
    })
}

fn write_file(path: &Path, text: &[u8]) -> Result<(), CliError> {
    fs::write(path, text).map_err(|source| CliError::Output { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::Value;
    use tempfile::TempDir;

    use super::*;
    use crate::arguments::{Arguments, Command};

    const SCHEMA: &str =
        "import { defineSchema } from \"@lunora/server\";\nexport default defineSchema({});\n";
    /// Reported as useless in every project, whatever its tables are.
    const USELESS: &str =
        "export const a = 1;\n// lunora-advisor-disable-next-line unused_suppression\nexport const b = 2;\n";

    /// Projects in a folder that is also a repository, so that no configuration from outside counts.
    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(".git")).expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    fn check(folder: &Path, options: &[&str]) -> Result<Outcome, CliError> {
        let path = folder.to_str().expect("UTF-8");
        let all = ["lunora-advisor", "check", path].into_iter().chain(options.iter().copied());
        match Arguments::parse_from(all).command {
            Command::Check(arguments) => run(&arguments, Color::Never),
            other => panic!("not check: {other:?}"),
        }
    }

    fn findings(outcome: &Outcome) -> Vec<String> {
        let lines = outcome.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| {
                let finding: Value = serde_json::from_slice(line).expect("JSON");
                format!("{} {} {}", finding["file"], finding["line"], finding["level"]).replace('"', "")
            })
            .collect()
    }

    #[test]
    fn findings_decide_the_status_and_a_flag_beats_the_configuration() {
        let folder = folder(&[
            ("lunora/schema.ts", SCHEMA),
            ("lunora/a.ts", USELESS),
            ("lunora-advisor.jsonc", "{ \"failOn\": \"warn\" } // strict"),
        ]);
        let outcome = check(folder.path(), &["--format", "ndjson"]).expect("an outcome");
        assert_eq!(findings(&outcome), ["lunora/a.ts 2 WARN"]);
        assert!(outcome.has_failed);
        assert!(!check(folder.path(), &["--fail-on", "never"]).expect("an outcome").has_failed);
        assert!(
            !check(folder.path(), &["--fail-on", "error", "--format", "sarif"])
                .expect("an outcome")
                .has_failed
        );
    }

    #[test]
    fn the_nearest_configuration_sets_levels_and_excludes_files() {
        let folder = folder(&[
            ("a/lunora/schema.ts", SCHEMA),
            ("a/lunora/a.ts", USELESS),
            ("b/lunora/schema.ts", SCHEMA),
            ("b/lunora/b.ts", USELESS),
            ("b/lunora/seed/c.ts", USELESS),
            ("b/lunora/d.gen.ts", USELESS),
            (
                "b/lunora-advisor.json",
                "{ \"overrides\": [{ \"files\": [\"*.gen.ts\"], \"rules\": { \"unused-suppression\": \"info\" } }] }",
            ),
            ("lunora-advisor.json", "{ \"rules\": { \"unused_suppression\": \"error\" } }"),
        ]);
        let all = ["--format", "ndjson"];
        assert_eq!(
            findings(&check(folder.path(), &all).expect("an outcome")),
            [
                "lunora/a.ts 2 ERROR",
                "lunora/b.ts 2 WARN",
                "lunora/d.gen.ts 2 INFO",
                "lunora/seed/c.ts 2 WARN"
            ]
        );
        fs::write(
            folder.path().join("b/lunora-advisor.json"),
            "{ \"exclude\": [\"lunora/seed\", \"b.ts\"] }",
        )
        .expect("a file");
        assert_eq!(
            findings(&check(folder.path(), &all).expect("an outcome")),
            ["lunora/a.ts 2 ERROR", "lunora/d.gen.ts 2 WARN"]
        );
    }

    #[test]
    fn what_cannot_run_is_an_error_and_overwrites_nothing() {
        let folder = folder(&[("lunora/schema.ts", SCHEMA), ("lunora-advisor.json", "{ \"exclud\": [] }")]);
        let output = folder.path().join("out.json");
        fs::write(&output, "kept").expect("a file");
        let error =
            check(folder.path(), &["--output", output.to_str().expect("UTF-8")]).expect_err("a bad key");
        assert!(
            error
                .to_string()
                .ends_with("lunora-advisor.json:1:3: unknown key `exclud`. Did you mean `exclude`?"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&output).expect("a file"), "kept");
        assert!(check(&folder.path().join("missing"), &[]).is_err());
    }

    #[test]
    fn an_output_file_leaves_standard_output_empty() {
        let folder = folder(&[("lunora/schema.ts", SCHEMA), ("lunora/a.ts", USELESS)]);
        let output = folder.path().join("out.txt");
        let options = ["--format", "concise", "--output", output.to_str().expect("UTF-8")];
        let outcome = check(folder.path(), &options).expect("an outcome");
        assert!(outcome.stdout.is_empty());
        assert!(fs::read_to_string(&output).expect("a file").contains(":2:1: WARN unused_suppression"));
    }
}
