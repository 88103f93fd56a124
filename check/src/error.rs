//! Why projects could not be found, read or judged.

use std::path::PathBuf;

use lunora_report::BaselineError;
use lunora_source::SourceError;
use thiserror::Error;

use crate::config::ConfigError;

/// Why projects could not be found, read or judged.
#[derive(Debug, Error)]
pub enum CheckError {
    /// The working directory is gone or cannot be read.
    #[error("cannot determine the working directory: {0}")]
    WorkingDirectory(std::io::Error),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No project was found, or one could not be read at all.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A baseline cannot be read.
    #[error("cannot read the baseline {}: {source}. Write one with --write-baseline.", path.display())]
    BaselineUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A baseline makes no sense.
    #[error("{}:{error}", path.display())]
    Baseline {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        error: BaselineError,
    },
    /// The threads could not be started.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}
