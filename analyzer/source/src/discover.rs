//! From the paths that a person names to projects.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::SourceError;
use crate::exclude::Exclude;
use crate::file_system::{Entry, EntryKind, FileSystem};
use crate::ignores::Ignores;
use crate::paths::{in_node_modules, is_skipped_folder};

/// The name of the Lunora folder where nothing else is configured.
pub const DEFAULT_LUNORA_DIR: &str = "lunora";

/// What belongs to a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiscoveryOptions {
    /// The name of the Lunora folder, or its path from the project's root.
    pub lunora_dir: String,
    /// Patterns as in `.gitignore`, relative to the project's root, of files and folders that are not scanned. A file that is
    /// excluded still loads as a helper if a scanned one imports it.
    pub exclude: Vec<String>,
}

impl Default for DiscoveryOptions {
    fn default() -> Self {
        Self { lunora_dir: DEFAULT_LUNORA_DIR.to_owned(), exclude: Vec::new() }
    }
}

/// Where a project lies.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProjectLocation {
    /// The folder that holds the Lunora folder; absolute and canonical.
    pub root: PathBuf,
    /// The folder that holds `schema.ts`; absolute.
    pub lunora_dir: PathBuf,
}

/// Finds the projects that `paths` name: a path may be a project, its Lunora folder or a file or folder in it, or a folder above
/// several projects. Each project comes once, sorted by its root.
///
/// Below a folder, `node_modules`, hidden folders, test fixtures, ignored and excluded folders are not searched, nor are links
/// followed. A project inside `node_modules` is never found. A Lunora folder that nobody may look into makes a project, which then
/// can't be [loaded](crate::load).
///
/// # Errors
/// If a path does not exist or leads to no project, or an exclude pattern is invalid.
pub fn find_projects(
    file_system: &dyn FileSystem,
    paths: &[PathBuf],
    options: &DiscoveryOptions,
) -> Result<Vec<ProjectLocation>, SourceError> {
    let search = Search { file_system, options };
    let mut found = BTreeSet::new();
    let mut barren = Vec::new();
    for path in paths {
        let canonical = file_system
            .canonicalize(path)
            .map_err(|source| SourceError::Path { path: path.clone(), source })?;
        let mut roots = search.roots(&canonical)?;
        roots.retain(|root| !in_node_modules(root));
        if roots.is_empty() {
            barren.push(path.clone());
        }
        found.append(&mut roots);
    }
    if !barren.is_empty() || found.is_empty() {
        let lunora_dir = options.lunora_dir.clone();
        return Err(SourceError::NoProject { paths: barren, lunora_dir });
    }
    let locate = |root: PathBuf| ProjectLocation { lunora_dir: search.lunora_dir(&root), root };
    Ok(found.into_iter().map(locate).collect())
}

struct Search<'a> {
    file_system: &'a dyn FileSystem,
    options: &'a DiscoveryOptions,
}

impl Search<'_> {
    fn lunora_dir(&self, root: &Path) -> PathBuf {
        crate::paths::join(root, &self.options.lunora_dir)
    }

    /// Whether a folder holds a Lunora folder. One that nobody may look into is taken for such: that it can't be read is told where
    /// it is to be read.
    fn is_project(&self, root: &Path) -> bool {
        let lunora_dir = self.lunora_dir(root);
        match self.file_system.metadata(&lunora_dir.join("schema.ts")) {
            Ok(metadata) => metadata.kind == EntryKind::File,
            Err(error) => error.kind() == ErrorKind::PermissionDenied && self.is_folder(&lunora_dir),
        }
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.file_system.metadata(path).is_ok_and(|metadata| metadata.kind == EntryKind::Folder)
    }

    fn roots(&self, path: &Path) -> Result<BTreeSet<PathBuf>, SourceError> {
        let is_file = self.file_system.is_file(path);
        for root in path.ancestors().skip(1) {
            if (is_file || path.starts_with(self.lunora_dir(root))) && self.is_project(root) {
                return Ok(BTreeSet::from([root.to_path_buf()]));
            }
        }
        if is_file { Ok(BTreeSet::new()) } else { self.below(path) }
    }

    fn below(&self, top: &Path) -> Result<BTreeSet<PathBuf>, SourceError> {
        let exclude = Exclude::new(top, &self.options.exclude)?;
        let mut found = BTreeSet::new();
        let mut pending = vec![(top.to_path_buf(), Ignores::above(self.file_system, top, top))];
        while let Some((folder, ignores)) = pending.pop() {
            let lunora_dir = self.is_project(&folder).then(|| self.lunora_dir(&folder));
            if lunora_dir.is_some() {
                found.insert(folder.clone());
            }
            let entries = match self.file_system.read_dir(&folder) {
                Ok(entries) => entries,
                Err(source) if folder == top => {
                    return Err(SourceError::Path { path: folder, source });
                }
                Err(_) => continue,
            };
            let ignores = match has_gitignore(&entries) {
                true => ignores.inside(self.file_system, &folder),
                false => ignores,
            };
            for entry in entries {
                let path = folder.join(&entry.name);
                let is_skipped = entry.kind != EntryKind::Folder
                    || is_skipped_folder(&entry.name.to_string_lossy())
                    || lunora_dir.as_ref() == Some(&path)
                    || ignores.matches(&path, true)
                    || exclude.matches(&path, true);
                if !is_skipped {
                    pending.push((path, ignores.clone()));
                }
            }
        }
        Ok(found)
    }
}

/// Whether a folder with these entries has a `.gitignore`.
pub(crate) fn has_gitignore(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| entry.name == ".gitignore")
}
