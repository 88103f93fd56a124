//! Where files come from.

use std::ffi::OsString;
use std::io::{self, Read};
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

    /// The whole content of a file that holds no more than `most` bytes.
    ///
    /// # Errors
    /// If it holds more, is no file or cannot be read.
    fn read_at_most(&self, path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
        self.metadata(path)?.expect_file(most)?;
        Ok(self.read(path)?)
    }

    /// Whether a path leads to a file.
    fn is_file(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|metadata| metadata.kind == EntryKind::File)
    }

    /// The content of a file as text.
    ///
    /// # Errors
    /// If it cannot be read or is no UTF-8.
    fn read_text(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no UTF-8"))
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

impl Metadata {
    fn expect_file(self, most: u64) -> Result<(), ReadError> {
        if self.kind != EntryKind::File {
            return Err(ReadError::NoFile);
        }
        if self.bytes > most {
            return Err(ReadError::TooLarge { bytes: self.bytes });
        }
        Ok(())
    }
}

/// Why a file was not read.
#[derive(thiserror::Error, Debug)]
pub enum ReadError {
    /// It is a folder, a pipe or a device.
    #[error("it is not a file")]
    NoFile,
    /// It holds more than was wanted.
    #[error("it holds {bytes} bytes, which is too much")]
    TooLarge {
        /// What it holds.
        bytes: u64,
    },
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NoFile => Self::new(io::ErrorKind::InvalidInput, error),
            ReadError::TooLarge { .. } => Self::new(io::ErrorKind::FileTooLarge, error),
            ReadError::Io(error) => error,
        }
    }
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

    fn read_at_most(&self, path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
        let metadata = self.metadata(path)?;
        metadata.expect_file(most)?;
        // One byte more, for the read that finds the end.
        let mut content = Vec::with_capacity(usize::try_from(metadata.bytes).unwrap_or_default() + 1);
        // A file may grow meanwhile.
        let bytes = std::fs::File::open(path)?.take(most + 1).read_to_end(&mut content)? as u64;
        if bytes > most { Err(ReadError::TooLarge { bytes }) } else { Ok(content) }
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
