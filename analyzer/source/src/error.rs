//! Why a project could not be found or loaded at all.

use std::path::PathBuf;

use crate::paths::list;

/// Why a project could not be found or loaded at all. What concerns one file only is a
/// [`FileProblem`](crate::FileProblem) of the tree instead.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path that was named does not exist or cannot be reached.
    #[error("cannot read {}: {source}", path.display())]
    Path {
        /// The path as it was named.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// Paths that were named lead to no project.
    #[error(
        "no Lunora project found in {}: looked for `{lunora_dir}/schema.ts` there and below",
        list(paths)
    )]
    NoProject {
        /// The paths as they were named.
        paths: Vec<PathBuf>,
        /// The name of the Lunora folder that was looked for.
        lunora_dir: String,
    },
    /// An exclude pattern is not a glob.
    #[error("`{pattern}` is not a valid exclude pattern: {reason}")]
    Exclude {
        /// The pattern as it was written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}
