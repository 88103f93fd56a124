//! One file's text and facts.

use std::path::Path;
use std::sync::Arc;

use lunora_facts::FileFacts;

use crate::file_system::{FileSystem, ReadError};
use crate::tree::ProblemKind;

/// Files larger than this are not read: 4 MiB.
pub const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// One file's text and facts; empty if it could not be read.
#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) text: Arc<str>,
    pub(crate) facts: FileFacts,
    pub(crate) problem: Option<ProblemKind>,
}

impl Content {
    /// Reads a file and extracts its facts.
    pub(crate) fn read(file_system: &dyn FileSystem, path: &Path) -> Self {
        match read_text(file_system, path) {
            Ok(text) => {
                let facts = lunora_extract::extract(path, &text);
                Self { text: Arc::from(text), facts, problem: None }
            }
            Err(problem) => Self { text: Arc::from(""), facts: FileFacts::default(), problem: Some(problem) },
        }
    }
}

fn read_text(file_system: &dyn FileSystem, path: &Path) -> Result<String, ProblemKind> {
    let bytes = file_system.read_at_most(path, MAX_FILE_BYTES).map_err(|error| match error {
        ReadError::TooLarge { bytes } => ProblemKind::TooLarge { bytes },
        error => ProblemKind::Unreadable(error.to_string()),
    })?;
    if bytes.contains(&0) {
        return Err(ProblemKind::NotText);
    }
    String::from_utf8(bytes).map_err(|_| ProblemKind::NotText)
}
