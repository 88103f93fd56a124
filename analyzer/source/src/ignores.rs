//! The `.gitignore` files that apply to a folder.

use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::file_system::FileSystem;

/// The `.gitignore` files that apply to a folder, the innermost first. Those of the user and of the machine are left out on purpose:
/// the same project must be read alike everywhere.
#[derive(Clone, Default)]
pub(crate) struct Ignores(Option<Arc<Layer>>);

struct Layer {
    matcher: Gitignore,
    outer: Ignores,
}

impl Ignores {
    /// Those above `folder`: up to the root of its repository or, outside any, up to `floor`.
    pub(crate) fn above(file_system: &dyn FileSystem, folder: &Path, floor: &Path) -> Self {
        let is_repository = |folder: &Path| file_system.metadata(&folder.join(".git")).is_ok();
        let repository = folder.ancestors().find(|ancestor| is_repository(ancestor));
        let outermost = repository.unwrap_or(floor);
        let mut folders: Vec<&Path> =
            folder.ancestors().skip(1).take_while(|ancestor| ancestor.starts_with(outermost)).collect();
        folders.reverse();
        folders.into_iter().fold(Self::default(), |ignores, ancestor| ignores.inside(file_system, ancestor))
    }

    /// Adds the `.gitignore` of `folder`, if there is one.
    pub(crate) fn inside(self, file_system: &dyn FileSystem, folder: &Path) -> Self {
        let path = folder.join(".gitignore");
        let Ok(content) = file_system.read(&path) else {
            return self;
        };
        let mut builder = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(&content).lines() {
            // A line that is no pattern ignores nothing, as in git itself.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(matcher) if !matcher.is_empty() => Self(Some(Arc::new(Layer { matcher, outer: self }))),
            _ => self,
        }
    }

    /// Whether exactly this file or folder is ignored; what lies above it is not asked.
    pub(crate) fn matches(&self, path: &Path, is_folder: bool) -> bool {
        let mut layer = &self.0;
        while let Some(current) = layer {
            match current.matcher.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => layer = &current.outer.0,
            }
        }
        false
    }
}
