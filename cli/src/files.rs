//! Writing files so that nobody ever sees half of one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::CliError;

/// New contents of files. All of them are on the disk beside the old ones before the first takes its place.
#[derive(Debug, Default)]
pub(crate) struct Replacements {
    prepared: Vec<(NamedTempFile, PathBuf)>,
}

impl Replacements {
    /// Writes a new content beside a file. A link leads to the file that is meant; permissions are kept.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub(crate) fn prepare(&mut self, path: &Path, content: &[u8]) -> Result<(), CliError> {
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let prepared = prepare(&target, content).map_err(|source| failed(path, source))?;
        self.prepared.push((prepared, target));
        Ok(())
    }

    /// Puts everything in its place.
    ///
    /// # Errors
    /// If a file cannot be replaced; those before it are.
    pub(crate) fn commit(self) -> Result<(), CliError> {
        for (prepared, target) in self.prepared {
            prepared.persist(&target).map_err(|error| failed(&target, error.error))?;
        }
        Ok(())
    }
}

/// Writes one file.
///
/// # Errors
/// If that is not possible; then the file is as it was.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let mut replacements = Replacements::default();
    replacements.prepare(path, content)?;
    replacements.commit()
}

fn prepare(target: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let folder = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".lunora-advisor-");
    // The mask of the process takes away what it does not want to give.
    #[cfg(unix)]
    builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content)?;
    if let Ok(metadata) = fs::metadata(target) {
        // A read-only file says that it is not to be changed.
        if metadata.permissions().readonly() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

fn failed(path: &Path, source: io::Error) -> CliError {
    CliError::Output { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_keeps_its_permissions_and_links() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.ts");
        let link = folder.path().join("link.ts");
        fs::write(&file, "old").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        write_atomically(&link, b"new").expect("written");
        assert_eq!(fs::read_to_string(&file).expect("a file"), "new");
        assert!(link.is_symlink());
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    }

    #[test]
    fn what_cannot_be_prepared_changes_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.ts");
        fs::write(&file, "old").expect("a file");
        let mut replacements = Replacements::default();
        replacements.prepare(&file, b"new").expect("prepared");
        assert!(replacements.prepare(&folder.path().join("missing/b.ts"), b"new").is_err());
        drop(replacements);
        assert_eq!(fs::read_to_string(&file).expect("a file"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
