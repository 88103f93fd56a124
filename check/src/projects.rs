//! From the arguments to the projects that they name, each with its settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lunora_report::RuleMetadata;
use lunora_source::{
    DEFAULT_LUNORA_DIR, DiscoveryOptions, FileSystem, ProjectLocation, SourceError, find_projects,
};

use crate::config::{self, Config, ConfigError, Settings};
use crate::error::CheckError;
use crate::paths::rebase_glob;

/// What to search for projects, and what overrules their configuration.
#[derive(Clone, Debug, Default)]
pub struct SearchOptions {
    /// Each a project, its Lunora folder, or a folder above several projects.
    pub paths: Vec<PathBuf>,
    /// The configuration file, instead of the nearest one.
    pub config: Option<PathBuf>,
    /// The name of the Lunora folder, instead of the one that the configuration names.
    pub lunora_dir: Option<String>,
    /// Where the search for a configuration ends outside of any repository: absolute and canonical. The working directory of the
    /// process by default.
    pub working_directory: Option<PathBuf>,
}

/// A project that was found, and how to read and judge it.
#[derive(Clone, Debug)]
pub struct FoundProject {
    /// Where it is.
    pub location: ProjectLocation,
    /// How to read it.
    pub options: DiscoveryOptions,
    /// How to judge it.
    pub settings: Arc<Settings>,
}

/// The working directory, absolute and canonical.
pub fn working_directory() -> Result<PathBuf, CheckError> {
    std::env::current_dir().and_then(|path| path.canonicalize()).map_err(CheckError::WorkingDirectory)
}

/// Extraction recurses with the nesting of the code, and checks beforehand whether the stack will do: with this much, a glance is
/// enough for all but the strangest files. It is reserved, not committed.
const STACK_BYTES: usize = 16 << 20;

/// Finds the projects, each once, sorted by root.
///
/// # Errors
/// If a path leads to no project, or a configuration cannot be used.
pub fn find(
    file_system: &dyn FileSystem,
    options: &SearchOptions,
    rules: &[&'static RuleMetadata],
) -> Result<Vec<FoundProject>, CheckError> {
    let mut search = Search {
        file_system,
        options,
        rules: rules.iter().map(|rule| rule.name).collect(),
        working_directory: options.working_directory.clone().map_or_else(working_directory, Ok)?,
        settings: BTreeMap::new(),
    };
    let mut found = BTreeMap::new();
    for path in &options.paths {
        for (location, lunora_dir) in search.locations(path)? {
            found.entry(location).or_insert(lunora_dir);
        }
    }
    found.into_iter().map(|(location, lunora_dir)| search.project(location, lunora_dir)).collect()
}

/// Starts the threads that read and link projects, unless that was done before. By default there is one per core.
///
/// # Errors
/// If the system does not give the threads.
pub fn start_threads(count: Option<u16>) -> Result<(), CheckError> {
    static ARE_STARTED: AtomicBool = AtomicBool::new(false);
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    match count {
        Some(count) if !ARE_STARTED.swap(true, Ordering::Relaxed) => {
            threads.num_threads(count.into()).build_global()?;
        }
        // Threads that run already will do.
        _ => drop(threads.build_global()),
    }
    Ok(())
}

struct Search<'a> {
    file_system: &'a dyn FileSystem,
    options: &'a SearchOptions,
    rules: Vec<&'static str>,
    working_directory: PathBuf,
    /// By configuration file; `None` is no configuration.
    settings: BTreeMap<Option<PathBuf>, Arc<Settings>>,
}

impl Search<'_> {
    /// The projects that a path names, with the name of their Lunora folders.
    fn locations(&mut self, path: &Path) -> Result<Vec<(ProjectLocation, String)>, CheckError> {
        let start = self
            .file_system
            .canonicalize(path)
            .map_err(|source| SourceError::Path { path: path.to_owned(), source })?;
        let (settings, directory) = self.settings_for(&start)?;
        let lunora_dir = self.options.lunora_dir.as_ref().or(settings.config.lunora_dir.as_ref());
        let options = DiscoveryOptions {
            lunora_dir: lunora_dir.map_or(DEFAULT_LUNORA_DIR, String::as_str).to_owned(),
            exclude: exclude(&settings, &directory, &start),
        };
        let locations = find_projects(self.file_system, &[path.to_owned()], &options)?;
        Ok(locations.into_iter().map(|location| (location, options.lunora_dir.clone())).collect())
    }

    fn project(&mut self, location: ProjectLocation, lunora_dir: String) -> Result<FoundProject, CheckError> {
        let (settings, directory) = self.settings_for(&location.root)?;
        let options =
            DiscoveryOptions { lunora_dir, exclude: exclude(&settings, &directory, &location.root) };
        Ok(FoundProject { location, options, settings })
    }

    /// The settings that hold in a folder, and the folder that their globs are relative to.
    fn settings_for(&mut self, start: &Path) -> Result<(Arc<Settings>, PathBuf), CheckError> {
        let file = match &self.options.config {
            Some(file) => Some(file.clone()),
            None => config::find(self.file_system, start, &self.working_directory)?,
        };
        let directory = match &file {
            Some(file) => folder_of(self.file_system, file)?,
            None => start.to_owned(),
        };
        if let Some(settings) = self.settings.get(&file) {
            return Ok((Arc::clone(settings), directory));
        }
        let config = match &file {
            Some(file) => config::read(self.file_system, file, &self.rules)?,
            None => Config::default(),
        };
        let settings = Arc::new(Settings::new(config, file.clone(), directory.clone()));
        self.settings.insert(file, Arc::clone(&settings));
        Ok((settings, directory))
    }
}

fn folder_of(file_system: &dyn FileSystem, file: &Path) -> Result<PathBuf, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: file.to_owned(), source };
    let canonical = file_system.canonicalize(file).map_err(unreadable)?;
    Ok(canonical.parent().unwrap_or(&canonical).to_owned())
}

/// The exclude patterns of a configuration in `directory`, as seen from `root`.
fn exclude(settings: &Settings, directory: &Path, root: &Path) -> Vec<String> {
    match root.strip_prefix(directory) {
        Ok(way) => settings.config.exclude.iter().filter_map(|pattern| rebase_glob(pattern, way)).collect(),
        // The configuration lies elsewhere (`--config`, or below the path): its patterns still decide what is reported.
        Err(_) => Vec::new(),
    }
}
