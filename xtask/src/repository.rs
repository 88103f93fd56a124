//! The repository's files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::TaskError;

/// Where the repository lies.
pub(crate) struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository that this program was built in.
    pub(crate) fn here() -> Self {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: manifest.parent().unwrap_or(manifest).to_owned() }
    }

    /// A path in it.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The text of a file.
    pub(crate) fn read(&self, relative: &str) -> Result<String, TaskError> {
        let path = self.path(relative);
        fs::read_to_string(&path).map_err(|source| TaskError::File { path, source })
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, relative: &str, text: &str) -> Result<(), TaskError> {
        write(&self.path(relative), text)
    }

    /// The files with an ending below a folder, relative to the repository, sorted.
    pub(crate) fn files(&self, folder: &str, ending: &str) -> Result<Vec<String>, TaskError> {
        let mut found = Vec::new();
        collect(&self.path(folder), &mut found)?;
        let mut relative: Vec<String> = found
            .iter()
            .filter_map(|path| path.strip_prefix(&self.root).ok())
            .map(|path| path.to_string_lossy().replace('\\', "/"))
            .filter(|path| path.ends_with(ending))
            .collect();
        relative.sort();
        Ok(relative)
    }

    /// Runs cargo with some variables set; what it prints is shown as it comes.
    pub(crate) fn run_cargo(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), TaskError> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let failed =
            |reason| TaskError::Command { command: format!("cargo {}", arguments.join(" ")), reason };
        let status = Command::new(cargo)
            .args(arguments)
            .current_dir(&self.root)
            .envs(variables.iter().copied())
            .status()
            .map_err(|error| failed(error.to_string()))?;
        if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
    }

    /// What cargo prints.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<String, TaskError> {
        // Help is wrapped to this width wherever it is generated.
        self.cargo_with(arguments, &[("COLUMNS", "100")])
    }

    /// What cargo prints with some variables set.
    pub(crate) fn cargo_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<String, TaskError> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let failed =
            |reason| TaskError::Command { command: format!("cargo {}", arguments.join(" ")), reason };
        let output = Command::new(cargo)
            .args(arguments)
            .current_dir(&self.root)
            .envs(variables.iter().copied())
            .output()
            .map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        String::from_utf8(output.stdout).map_err(|error| failed(error.to_string()))
    }
}

/// Writes a file, and the folders above it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), TaskError> {
    let failed = |source| TaskError::File { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), TaskError> {
    let failed = |source| TaskError::File { path: folder.to_owned(), source };
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "node_modules" && name != "target") {
            collect(&path, found)?;
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}
