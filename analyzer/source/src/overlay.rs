//! Open editor buffers over other files.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::file_system::{Disk, Entry, FileSystem, Metadata};
use crate::memory::Memory;

/// Open editor buffers over other files: a buffer hides the file of its path, and exists even where no file does.
#[derive(Clone)]
pub struct Overlay {
    base: Arc<dyn FileSystem>,
    buffers: Memory,
}

impl Overlay {
    /// Buffers over the disk.
    pub fn over_disk<T: AsRef<[u8]>>(buffers: impl IntoIterator<Item = (PathBuf, T)>) -> Self {
        Self::new(&Disk, buffers)
    }

    /// Buffers over another file system. Paths may pass through links of it.
    pub fn new<T: AsRef<[u8]>>(
        base: &dyn FileSystem,
        buffers: impl IntoIterator<Item = (PathBuf, T)>,
    ) -> Self {
        let mut contents = Memory::default();
        for (path, content) in buffers {
            contents.insert(canonical_or_future(base, &path), content);
        }
        Self { base: base.to_shared(), buffers: contents }
    }
}

impl FileSystem for Overlay {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.buffers.read(path).or_else(|_| self.base.read(path))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.buffers.metadata(path).or_else(|_| self.base.metadata(path))
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let Ok(buffers) = self.buffers.read_dir(path) else {
            return self.base.read_dir(path);
        };
        let mut entries = self.base.read_dir(path).unwrap_or_default();
        let names: BTreeSet<_> = entries.iter().map(|entry| entry.name.clone()).collect();
        entries.extend(buffers.into_iter().filter(|entry| !names.contains(&entry.name)));
        Ok(entries)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.base.canonicalize(path).or_else(|_| self.buffers.canonicalize(path))
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.clone())
    }
}

/// The canonical path of a file that may not exist yet: that of the nearest folder that does, and the rest.
#[must_use]
pub fn canonical_or_future(file_system: &dyn FileSystem, path: &Path) -> PathBuf {
    path.ancestors()
        .find_map(|folder| {
            let canonical = file_system.canonicalize(folder).ok()?;
            let rest = path.strip_prefix(folder).ok()?;
            Some(if rest.as_os_str().is_empty() { canonical } else { canonical.join(rest) })
        })
        .unwrap_or_else(|| path.to_path_buf())
}
