//! Maintenance of the repository: scaffolds, generated docs, checks, corpus.

mod bench;
mod corpus;
mod docs;
mod error;
mod new_rule;
mod registry;
mod repository;
mod soundness;
mod tidy;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::TaskError;
use crate::repository::Repository;

/// Maintenance of the repository.
#[derive(Parser)]
#[command(name = "xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the stubs of a rule: its file, its page, its line in the registry.
    NewRule {
        /// The name, in snake_case.
        name: String,
    },
    /// Write docs/rules and docs/cli.md from the rules and the command line.
    Docs {
        /// Write nothing, and fail if something is stale.
        #[arg(long)]
        check: bool,
    },
    /// Check what no compiler checks: who depends on whom, sizes, the registry.
    Tidy,
    /// Measure the whole process beside other tools on the same files, and write docs/performance.md.
    Bench {
        /// Install the other tools, from npm and crates.io, in a temporary folder.
        #[arg(long, required = true)]
        peers: bool,
        /// The sizes of the generated projects, in files.
        #[arg(long, value_delimiter = ',', default_value = "100,1000", value_parser = clap::value_parser!(u32).range(10..))]
        files: Vec<u32>,
        /// How often each tool is run, after one run that does not count.
        #[arg(long, default_value_t = 5)]
        rounds: usize,
    },
    /// Write a generated project of realistic code.
    GenCorpus {
        /// How many TypeScript files, at least 10.
        #[arg(long, value_parser = clap::value_parser!(u32).range(10..))]
        files: u32,
        /// The folder to write it to; it must not exist or be empty.
        #[arg(long)]
        out: PathBuf,
        /// The same seed makes the same files.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Run random programs and compare what they do with what is claimed of them.
    Soundness {
        /// How many.
        #[arg(long, default_value_t = 5_000)]
        programs: u64,
        /// The same seed makes the same programs; the tests run seed 1.
        #[arg(long, default_value_t = 2)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(message) => say(&mut std::io::stdout(), &message, ExitCode::SUCCESS),
        Err(error) => say(&mut std::io::stderr(), &error.to_string(), ExitCode::FAILURE),
    }
}

fn run(task: Task) -> Result<String, TaskError> {
    let repository = Repository::here();
    match task {
        Task::NewRule { name } => new_rule::run(&repository, &name),
        Task::Docs { check } => docs::run(&repository, check),
        Task::Tidy => tidy::run(&repository),
        Task::Bench { peers: _, files, rounds } => bench::run(&repository, &files, rounds),
        Task::GenCorpus { files, out, seed } => corpus::run(files, &out, seed),
        Task::Soundness { programs, seed } => soundness::run(&repository, programs, seed),
    }
}

fn say(to: &mut dyn Write, message: &str, code: ExitCode) -> ExitCode {
    match writeln!(to, "{message}") {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}
