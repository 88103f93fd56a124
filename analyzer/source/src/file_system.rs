//! Where files come from.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where files come from: the disk, the disk under open editor buffers, or memory.
///
/// Paths are absolute. Errors are those of the operations of [`std::fs`] with the same names.
pub trait FileSystem: Send + Sync {
    /// The whole content of a file.
    ///
    /// # Errors
    /// If it is no file or cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What a path leads to, links followed.
    ///
    /// # Errors
    /// If it leads to nothing.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;

    /// What lies directly in a folder, in any order.
    ///
    /// # Errors
    /// If it is no folder or cannot be read.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>>;

    /// The one absolute path without links, `.` and `..` that leads to the same place.
    ///
    /// # Errors
    /// If it leads to nothing.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// The same file system as an owned handle. Cheap; both see the same files.
    fn to_shared(&self) -> Arc<dyn FileSystem>;

    /// Whether a path leads to a file.
    fn is_file(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|metadata| metadata.kind == EntryKind::File)
    }

    /// The content of a file as text; `None` if it cannot be read or is no UTF-8.
    fn read_text(&self, path: &Path) -> Option<String> {
        String::from_utf8(self.read(path).ok()?).ok()
    }
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metadata {
    /// What it is; never [`EntryKind::Link`].
    pub kind: EntryKind,
    /// Its size in bytes; meaningful for files.
    pub bytes: u64,
}

/// What lies in a folder under one name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// Its name.
    pub name: OsString,
    /// What it is, links not followed.
    pub kind: EntryKind,
}

/// The kinds of things that lie in folders.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, wherever it leads.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// The disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Whoever opens a pipe waits until something comes out of it.
        if kind_of(std::fs::metadata(path)?.file_type()) == EntryKind::Other {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe or a device, no file"));
        }
        std::fs::read(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let metadata = std::fs::metadata(path)?;
        Ok(Metadata { kind: kind_of(metadata.file_type()), bytes: metadata.len() })
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        std::fs::read_dir(path)?
            .map(|entry| {
                let entry = entry?;
                Ok(Entry { kind: kind_of(entry.file_type()?), name: entry.file_name() })
            })
            .collect()
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(Self)
    }
}

fn kind_of(file_type: std::fs::FileType) -> EntryKind {
    if file_type.is_symlink() {
        EntryKind::Link
    } else if file_type.is_dir() {
        EntryKind::Folder
    } else if file_type.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}
