//! Files that the user wants left alone.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::error::SourceError;

/// The exclude patterns of one project, relative to its root.
pub(crate) struct Exclude {
    matcher: Gitignore,
}

impl Exclude {
    /// Compiles patterns that count from `root`. A pattern that names a folder excludes all below it.
    pub(crate) fn new(root: &Path, patterns: &[String]) -> Result<Self, SourceError> {
        let mut builder = GitignoreBuilder::new(root);
        for pattern in patterns {
            let line = pattern.strip_prefix("./").unwrap_or(pattern);
            builder.add_line(None, line).map_err(|error| invalid(pattern, &error))?;
        }
        let matcher = builder.build().map_err(|error| invalid(&patterns.join("`, `"), &error))?;
        Ok(Self { matcher })
    }

    /// Whether a pattern names exactly this file or folder.
    pub(crate) fn matches(&self, path: &Path, is_folder: bool) -> bool {
        !self.matcher.is_empty() && self.matcher.matched(path, is_folder).is_ignore()
    }

    /// Whether a pattern names this file or a folder above it.
    pub(crate) fn covers(&self, path: &Path, root: &Path) -> bool {
        path.ancestors()
            .take_while(|ancestor| ancestor.starts_with(root))
            .any(|ancestor| self.matches(ancestor, ancestor != path))
    }
}

fn invalid(pattern: &str, error: &ignore::Error) -> SourceError {
    SourceError::Exclude { pattern: pattern.to_owned(), reason: error.to_string() }
}
