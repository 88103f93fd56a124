//! Static analysis for Lunora projects.

mod arguments;
mod commands;
mod error;
mod files;
mod formats;
mod git;
mod output;
mod progress;
mod proving;
mod report;
mod score;
#[cfg(test)]
mod testing;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return output::usage(&error),
    };
    output::guarded(|| commands::run(&arguments))
}
