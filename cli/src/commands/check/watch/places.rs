//! The places that the arguments name: whether they are there, and still the same ones.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use lunora_check::{CheckError, working_directory};
use lunora_source::SourceError;

/// The working directory and the paths that a person named. Nothing tells of a folder above them that is renamed, or of a disk that is
/// mounted, so one has to look.
pub(super) struct Places {
    home: PathBuf,
    named: Vec<PathBuf>,
    /// What they were when they were last looked at: first the working directory, then the others.
    seen: Vec<Option<Identity>>,
}

impl Places {
    /// These paths, from where the process is now.
    ///
    /// # Errors
    /// If the working directory is gone.
    pub(super) fn new(named: &[PathBuf]) -> Result<Self, CheckError> {
        let home = working_directory()?;
        let named = named.iter().map(|path| home.join(path)).collect();
        Ok(Self { home, named, seen: Vec::new() })
    }

    /// Goes to the working directory of the beginning, which may be another folder of the same name by now.
    ///
    /// # Errors
    /// If it is gone.
    pub(super) fn enter(&self) -> Result<(), CheckError> {
        env::set_current_dir(&self.home)
            .map_err(|source| SourceError::Path { path: self.home.clone(), source }.into())
    }

    /// Looks at the places; whether one of them came, went or was replaced since the last look.
    pub(super) fn look(&mut self) -> bool {
        let paths = std::iter::once(&self.home).chain(&self.named);
        let now = paths.map(|path| Identity::of(path)).collect();
        std::mem::replace(&mut self.seen, now) != self.seen
    }
}

/// What tells a folder from another one that comes in its place.
#[derive(PartialEq, Eq)]
struct Identity {
    /// Without links, which may come to lead elsewhere.
    path: PathBuf,
    /// Of a folder, its number on its disk. Editors put another file in the place of one that they save.
    number: Option<Number>,
}

#[cfg(unix)]
type Number = (u64, u64);
#[cfg(not(unix))]
type Number = ();

impl Identity {
    /// `None` if there is nothing at the path.
    fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self { path: path.canonicalize().ok()?, number: metadata.is_dir().then(|| number(&metadata)) })
    }
}

#[cfg(unix)]
fn number(metadata: &fs::Metadata) -> Number {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> Number {}
