//! The projects of the workspace, kept up to date.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_check::config::ConfigError;
use lunora_check::{
    CheckError, FoundProject, LiveProject, SearchOptions, find, paths, read_baseline, root_of_baseline, rules,
};
use lunora_source::{DEFAULT_LUNORA_DIR, FileSystem, SourceError};
use rustc_hash::FxHashSet;

use super::Cancellation;
use crate::documents::Documents;
use crate::event::Changes;
use crate::settings::EditorSettings;
use crate::snapshot::{Folders, ProjectBaseline, ProjectView, canonical};

/// The projects of the workspace.
#[derive(Default)]
pub(super) struct Projects {
    /// By their roots.
    open: BTreeMap<PathBuf, Open>,
    problems: Vec<ConfigError>,
    notes: Vec<String>,
}

struct Open {
    live: LiveProject,
    view: Arc<ProjectView>,
    baseline: Option<ProjectBaseline>,
}

/// Where projects are searched, and how.
pub(super) struct Search<'a> {
    pub(super) folders: &'a Folders,
    pub(super) settings: &'a EditorSettings,
    pub(super) documents: &'a Documents,
}

impl Projects {
    /// Brings everything up to date; `None` if it was cancelled before.
    pub(super) fn update(
        &mut self,
        file_system: &dyn FileSystem,
        search: &Search<'_>,
        changes: &Changes,
        cancellation: &Cancellation,
    ) -> Option<()> {
        let mut fresh = FxHashSet::default();
        if changes.is_search_needed {
            fresh = self.search(file_system, search, cancellation)?;
        }
        for (root, open) in &mut self.open {
            if cancellation.is_cancelled() {
                return None;
            }
            if !fresh.contains(root) {
                open.update(file_system, search.documents, changes, cancellation, &mut self.notes)?;
            }
        }
        Some(())
    }

    /// The projects, by their roots.
    pub(super) fn views(&self) -> Vec<Arc<ProjectView>> {
        self.open.values().map(|open| Arc::clone(&open.view)).collect()
    }

    /// What is wrong with configuration files.
    pub(super) fn problems(&self) -> &[ConfigError] {
        &self.problems
    }

    pub(super) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// Finds the projects of all folders; says which were read just now.
    fn search(
        &mut self,
        file_system: &dyn FileSystem,
        search: &Search<'_>,
        cancellation: &Cancellation,
    ) -> Option<FxHashSet<PathBuf>> {
        self.problems.clear();
        let mut found: BTreeMap<PathBuf, FoundProject> = BTreeMap::new();
        for (path, config) in search.places() {
            let options = SearchOptions {
                paths: vec![path.clone()],
                config,
                lunora_dir: None,
                working_directory: Some(path.clone()),
            };
            match find(file_system, &options, &rules()) {
                Ok(projects) => {
                    found
                        .extend(projects.into_iter().map(|project| (project.location.root.clone(), project)));
                }
                Err(error) => found.extend(self.keep(&path, error)),
            }
        }
        self.open.retain(|root, open| {
            found.get(root).is_some_and(|project| is_same(open.live.project(), project))
        });
        let mut fresh = FxHashSet::default();
        for (root, project) in found {
            if self.open.contains_key(&root) {
                continue;
            }
            if cancellation.is_cancelled() {
                return None;
            }
            match LiveProject::open(file_system, project) {
                Ok(live) => {
                    fresh.insert(root.clone());
                    self.open.insert(root, Open::new(live, &mut self.notes));
                }
                Err(error) => self.notes.push(error.to_string()),
            }
        }
        Some(fresh)
    }

    /// A folder whose projects could not be found: those of before stay as they were while its configuration is broken.
    fn keep(&mut self, folder: &Path, error: CheckError) -> Vec<(PathBuf, FoundProject)> {
        match error {
            CheckError::Source(SourceError::NoProject { .. } | SourceError::Path { .. }) => Vec::new(),
            CheckError::Config(problem) => {
                self.problems.push(problem);
                let below =
                    self.open.iter().filter(|(root, _)| root.starts_with(folder) || folder.starts_with(root));
                below.map(|(root, open)| (root.clone(), open.live.project().clone())).collect()
            }
            error => {
                self.notes.push(error.to_string());
                Vec::new()
            }
        }
    }
}

impl Open {
    fn new(live: LiveProject, notes: &mut Vec<String>) -> Self {
        let baseline = read_baseline_of(live.project(), notes);
        let view = view(&live, baseline.as_ref(), None);
        Self { live, view, baseline }
    }

    /// Brings the project up to date; `None` if it was cancelled before.
    fn update(
        &mut self,
        file_system: &dyn FileSystem,
        documents: &Documents,
        changes: &Changes,
        cancellation: &Cancellation,
        notes: &mut Vec<String>,
    ) -> Option<()> {
        let file = self.live.project().settings.baseline().map(|file| canonical(&file));
        if file.is_some_and(|file| changes.edited.contains(&file) || changes.moved.contains(&file)) {
            self.baseline = read_baseline_of(self.live.project(), notes);
            self.view = view(&self.live, self.baseline.as_ref(), Some(&self.view));
        }
        let edited = changes.edited.iter().filter(|path| self.is_affected(path, documents));
        let changed: Vec<PathBuf> = edited.chain(&changes.moved).cloned().collect();
        if changed.is_empty() && !self.live.is_behind() {
            return Some(());
        }
        self.live.update_unless(file_system, &changed, &|| cancellation.is_cancelled())?;
        self.view = view(&self.live, self.baseline.as_ref(), Some(&self.view));
        Some(())
    }

    /// Whether the project has read a file, and read something else than what stands in it now. A file that no project has read is
    /// no reason to do anything, however often it is edited.
    fn is_affected(&self, path: &Path, documents: &Documents) -> bool {
        let files = &self.live.tree().files;
        match files.iter().find(|file| file.canonical() == path) {
            Some(file) => documents.get(path).is_none_or(|document| document.text != file.text),
            None => is_configuration(path),
        }
    }
}

fn view(
    live: &LiveProject,
    baseline: Option<&ProjectBaseline>,
    before: Option<&ProjectView>,
) -> Arc<ProjectView> {
    Arc::new(ProjectView::new(live.project().clone(), Arc::clone(live.current()), baseline, before))
}

/// The baseline that the configuration names. One that cannot be read knows nothing.
fn read_baseline_of(project: &FoundProject, notes: &mut Vec<String>) -> Option<ProjectBaseline> {
    let file = project.settings.baseline()?;
    let read = || {
        let folder = root_of_baseline(&file)?;
        let project = paths::relative(&folder, &project.location.root);
        Ok(ProjectBaseline { baseline: read_baseline(&file)?, project })
    };
    read().map_err(|error: CheckError| notes.push(error.to_string())).ok()
}

impl Search<'_> {
    /// Where projects may be, each with the configuration file that the user names for it: the folders of the workspace, the projects
    /// that they are part of, and documents outside of them.
    fn places(&self) -> Vec<(PathBuf, Option<PathBuf>)> {
        let folders = self.folders.folders.iter().map(|folder| &folder.canonical);
        let config = |folder: &Path| self.settings.config_path.as_ref().map(|config| folder.join(config));
        let mut places: Vec<(PathBuf, Option<PathBuf>)> = Vec::new();
        for folder in folders {
            let around = folder.ancestors().skip(1).find(|above| is_project(above));
            let searched = Some(folder.as_path()).filter(|folder| !is_home(folder));
            let both = searched.into_iter().chain(around);
            places.extend(both.map(|place| (place.to_owned(), config(folder))));
        }
        let outside = self.documents.iter().map(|(path, _)| path).filter(|path| {
            path.is_file() && !self.folders.folders.iter().any(|folder| path.starts_with(&folder.canonical))
        });
        places.extend(outside.map(|path| (path.clone(), None)));
        places
    }
}

/// Whether a folder that is no part of the workspace holds a project.
fn is_project(folder: &Path) -> bool {
    folder.join(DEFAULT_LUNORA_DIR).join("schema.ts").is_file()
}

/// Whether nothing about how a project is read and judged has changed.
fn is_same(before: &FoundProject, now: &FoundProject) -> bool {
    before.location == now.location
        && before.options == now.options
        && before.settings.file() == now.settings.file()
        && before.settings.config == now.settings.config
}

/// Files that are no code and yet decide what code means or what counts.
fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    name.starts_with("lunora.config.")
        || name.starts_with("wrangler.")
        || name.ends_with(".json")
        || name.ends_with(".jsonc")
        || name == ".gitignore"
        || name == "pnpm-workspace.yaml"
}

/// Whether a folder holds everything a person has, which nobody wants to be searched.
fn is_home(folder: &Path) -> bool {
    folder.parent().is_none() || std::env::home_dir().is_some_and(|home| home == folder)
}
