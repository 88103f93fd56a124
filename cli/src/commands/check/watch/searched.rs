//! Where a search looked.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lunora_source::{Disk, Entry, FileSystem, Metadata};

/// The disk, and the folders that were looked into.
#[derive(Clone, Default)]
pub(super) struct Searched {
    folders: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Searched {
    /// The folders that were looked into.
    pub(super) fn into_folders(self) -> BTreeSet<PathBuf> {
        std::mem::take(&mut *self.folders.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl FileSystem for Searched {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Disk.read(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        Disk.metadata(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        Disk.read_dir(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        Disk.canonicalize(path)
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.clone())
    }
}
