//! The process around a command: streams, exit status, colors, panics.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use crate::arguments::Color;
use crate::error::CliError;

/// What a command that ran leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// For standard output.
    pub(crate) stdout: Vec<u8>,
    /// For standard error.
    pub(crate) stderr: String,
    /// Whether the status is 1 rather than 0.
    pub(crate) has_failed: bool,
    /// Whether something that was asked for could not be looked at, which stderr tells of: the status is 2, whatever else was seen.
    pub(crate) is_incomplete: bool,
}

impl Outcome {
    /// A success that prints this.
    pub(crate) fn text(stdout: impl Into<Vec<u8>>) -> Self {
        Self { stdout: stdout.into(), ..Self::default() }
    }
}

/// Runs a command, prints what it leaves behind, and turns a failure of any kind, a panic included, into a message and status 2.
pub(crate) fn guarded(command: impl FnOnce() -> Result<Outcome, CliError>) -> ExitCode {
    let place = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&place);
    set_hook(Box::new(move |info| {
        let mut place = seen.lock().unwrap_or_else(PoisonError::into_inner);
        // The first panic is the cause; others only follow from it.
        if place.is_empty() {
            *place = info.to_string();
        }
    }));
    match catch_unwind(AssertUnwindSafe(|| command().and_then(print))) {
        Ok(Ok(status)) => ExitCode::from(status),
        Ok(Err(error)) => {
            complain(&format!("lunora-advisor: {error}\n"));
            ExitCode::from(2)
        }
        Err(_) => {
            complain(&internal_error(&place.lock().unwrap_or_else(PoisonError::into_inner)));
            ExitCode::from(2)
        }
    }
}

/// Prints what clap has to say: help and version with status 0, misuse with status 2.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is no reason to complain.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// Whether standard output gets colors.
pub(crate) fn wants_color(choice: Color) -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_forced = is_set("FORCE_COLOR") && env::var_os("FORCE_COLOR").is_some_and(|value| value != "0");
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if is_set("NO_COLOR") => false,
        Color::Auto => {
            is_forced || (io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb"))
        }
    }
}

/// Prints what a command leaves behind; its status.
fn print(outcome: Outcome) -> Result<u8, CliError> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(&outcome.stdout).and_then(|()| stdout.flush());
    match written {
        // Whoever reads has seen enough; the status still says what was found.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        other => other.map_err(CliError::Stdout)?,
    }
    complain(&outcome.stderr);
    Ok(if outcome.is_incomplete { 2 } else { u8::from(outcome.has_failed) })
}

/// Writes to standard error; if even that fails, there is nobody left to tell.
fn complain(message: &str) {
    let _ = io::stderr().lock().write_all(message.as_bytes());
}

fn internal_error(panic: &str) -> String {
    let arguments: Vec<_> =
        env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    format!(
        "lunora-advisor: internal error: {panic}\n\
         This is a bug in lunora-advisor, not in your project. Please report it at {}/issues with\n\
         the message above, `lunora-advisor {}` and the command: lunora-advisor {}\n",
        env!("CARGO_PKG_REPOSITORY"),
        env!("CARGO_PKG_VERSION"),
        arguments.join(" "),
    )
}
