//! Why a task could not be done.

use std::path::PathBuf;

use thiserror::Error;

/// Why a task could not be done.
#[derive(Debug, Error)]
pub(crate) enum TaskError {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The name can't be that of a rule.
    #[error("`{name}` is no name for a rule: {reason}")]
    RuleName {
        /// As it was typed.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// Generated files are not what would be generated now.
    #[error("stale: {}\nrun `cargo run -p xtask -- docs` and commit what it writes", .0.join(", "))]
    Stale(Vec<String>),
    /// Rules of the house are broken.
    #[error("{}", .0.join("\n"))]
    Untidy(Vec<String>),
    /// A command could not be run, or failed.
    #[error("`{command}` failed: {reason}")]
    Command {
        /// The command line.
        command: String,
        /// What it said.
        reason: String,
    },
    /// The folder for the corpus holds something.
    #[error("{} is not empty; name a folder that does not exist yet", .0.display())]
    NotEmpty(PathBuf),
}
