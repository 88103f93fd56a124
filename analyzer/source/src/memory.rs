//! Files that exist in memory only.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::file_system::{Entry, EntryKind, FileSystem, Metadata};
use crate::paths::normalize;

/// Files that exist in memory only, for fixtures and tests. A folder exists if a file lies below it. There are no links.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: Arc<BTreeMap<PathBuf, Arc<[u8]>>>,
}

impl Memory {
    /// A file system of these files. A path that is not absolute counts from `/`.
    pub fn new<P: AsRef<Path>, T: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files
            .into_iter()
            .map(|(path, content)| (absolute(path.as_ref()), Arc::from(content.as_ref())))
            .collect();
        Self { files: Arc::new(files) }
    }

    /// Adds a file or replaces it. Handles that were shared before keep what they saw.
    pub fn insert(&mut self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let content = Arc::from(content.as_ref());
        Arc::make_mut(&mut self.files).insert(absolute(path.as_ref()), content);
    }

    /// Removes a file; says whether there was one.
    pub fn remove(&mut self, path: impl AsRef<Path>) -> bool {
        Arc::make_mut(&mut self.files).remove(&absolute(path.as_ref())).is_some()
    }

    fn below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a Path> {
        self.files
            .range(folder.to_path_buf()..)
            .map(|(path, _)| path.as_path())
            .take_while(move |path| path.starts_with(folder))
    }
}

impl FileSystem for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(&absolute(path)).map(|content| content.to_vec()).ok_or_else(not_found)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let path = absolute(path);
        if let Some(content) = self.files.get(&path) {
            return Ok(Metadata { kind: EntryKind::File, bytes: content.len() as u64 });
        }
        self.below(&path).next().ok_or_else(not_found)?;
        Ok(Metadata { kind: EntryKind::Folder, bytes: 0 })
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let folder = absolute(path);
        let mut entries = BTreeSet::new();
        for file in self.below(&folder) {
            let mut rest = file.strip_prefix(&folder).into_iter().flat_map(Path::components);
            let name = rest.next().ok_or_else(|| io::Error::from(io::ErrorKind::NotADirectory))?;
            let kind = if rest.next().is_some() { EntryKind::Folder } else { EntryKind::File };
            entries.insert(Entry { name: name.as_os_str().to_owned(), kind });
        }
        if entries.is_empty() {
            return Err(not_found());
        }
        Ok(entries.into_iter().collect())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.metadata(path).map(|_| absolute(path))
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.clone())
    }
}

fn absolute(path: &Path) -> PathBuf {
    normalize(&Path::new("/").join(path))
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}
