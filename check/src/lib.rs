//! A Lunora project as its configuration wants it judged: found, read, linked, judged, fixed.
//!
//! The command line and the language server are two faces of this crate: what counts as a finding, at which level, and what a fix may do
//! is decided here, once.

mod analysis;
mod baseline;
pub mod config;
mod error;
mod fixing;
mod judging;
mod live;
pub mod paths;
pub mod positions;
mod projects;
mod suppressing;
mod watching;

pub use analysis::{Analysis, analyze, analyze_again, rules, unused_suppression};
pub use baseline::{mark, read_baseline, root_of_baseline};
pub use error::CheckError;
pub use fixing::{Buffers, Fixed, View, ViewFile, best_fix, fix, fix_indexes, fix_project};
pub use judging::{Judged, judge};
pub use live::LiveProject;
pub use lunora_rules::index_steps;
pub use projects::{FoundProject, SearchOptions, find, start_threads, working_directory};
pub use suppressing::{line_start, one_line, suppress_file, suppress_line};
pub use watching::{folders_to_watch, is_worth_watching};
