//! Every file below a folder, whatever links and ignores say.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::discover::has_gitignore;
use crate::exclude::Exclude;
use crate::file_system::{EntryKind, FileSystem};
use crate::ignores::Ignores;
use crate::paths::{in_node_modules, is_skipped_folder};

/// What lies below a folder.
#[derive(Default)]
pub(crate) struct Found {
    /// The wanted files.
    pub(crate) files: Vec<FoundFile>,
    /// What could not be read.
    pub(crate) problems: Vec<(PathBuf, io::Error)>,
}

/// A file that a walk came by.
pub(crate) struct FoundFile {
    /// Where the walk met it.
    pub(crate) path: PathBuf,
    /// Where it really lies.
    pub(crate) canonical: PathBuf,
}

/// What a walk obeys.
pub(crate) struct WalkRules<'a> {
    /// Where the files are.
    pub(crate) file_system: &'a dyn FileSystem,
    /// What the user wants left alone.
    pub(crate) exclude: &'a Exclude,
    /// How far up `.gitignore` files count outside any repository.
    pub(crate) floor: &'a Path,
    /// Which file names are wanted.
    pub(crate) wants: fn(&str) -> bool,
}

/// Finds every wanted file below `top` that is neither ignored nor excluded. Links are followed after everything else, each to a
/// place that was not visited yet and that does not enclose the walk, so that loops end and a file comes once.
pub(crate) fn walk(rules: &WalkRules<'_>, top: &Path) -> Found {
    let Ok(canonical) = rules.file_system.canonicalize(top) else {
        return Found::default();
    };
    let ignores = Ignores::above(rules.file_system, top, rules.floor);
    let mut walk = Walk { rules, found: Found::default(), visited: FxHashSet::default(), links: Vec::new() };
    walk.descend(Folder { path: top.to_path_buf(), canonical, ignores });
    while !walk.links.is_empty() {
        let mut links = std::mem::take(&mut walk.links);
        links.sort_by(|left, right| left.path.cmp(&right.path));
        for link in links {
            walk.follow(link);
        }
    }
    walk.found
}

struct Walk<'a> {
    rules: &'a WalkRules<'a>,
    found: Found,
    /// Canonical paths of folders.
    visited: FxHashSet<PathBuf>,
    links: Vec<Folder>,
}

/// A folder to visit, or a link of which it is not known yet what it is.
struct Folder {
    path: PathBuf,
    canonical: PathBuf,
    ignores: Ignores,
}

/// What lies in one folder, sorted by what becomes of it.
#[derive(Default)]
struct Contents {
    files: Vec<FoundFile>,
    folders: Vec<Folder>,
    links: Vec<Folder>,
}

impl Walk<'_> {
    /// Visits a folder and those below it, level by level.
    fn descend(&mut self, top: Folder) {
        let mut level = vec![top];
        while !level.is_empty() {
            level.retain(|folder| self.visited.insert(folder.canonical.clone()));
            let visited: Vec<_> =
                level.into_par_iter().map(|folder| (self.rules.contents(&folder), folder.path)).collect();
            level = Vec::new();
            for (contents, path) in visited {
                match contents {
                    Ok(contents) => {
                        self.found.files.extend(contents.files);
                        self.links.extend(contents.links);
                        level.extend(contents.folders);
                    }
                    Err(error) => self.found.problems.push((path, error)),
                }
            }
        }
    }

    fn follow(&mut self, link: Folder) {
        let file_system = self.rules.file_system;
        let name = link.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let is_wanted_file = name.is_some_and(|name| (self.rules.wants)(&name));
        let target = file_system
            .canonicalize(&link.canonical)
            .and_then(|canonical| Ok((file_system.metadata(&canonical)?.kind, canonical)));
        match target {
            Ok((EntryKind::Folder, canonical)) => self.follow_folder(link, canonical),
            Ok((EntryKind::File, canonical)) if is_wanted_file => self.follow_file(link.path, canonical),
            Ok(_) => {}
            Err(error) if is_wanted_file => self.found.problems.push((link.path, error)),
            Err(_) => {}
        }
    }

    fn follow_folder(&mut self, link: Folder, canonical: PathBuf) {
        let encloses_the_walk = self.visited.iter().any(|folder| folder.starts_with(&canonical));
        let is_left_alone = in_node_modules(&canonical)
            || is_skipped_folder(&canonical.file_name().unwrap_or_default().to_string_lossy())
            || self.rules.is_left_alone(&link.ignores, &link.path, true);
        if !encloses_the_walk && !is_left_alone {
            self.descend(Folder { canonical, ..link });
        }
    }

    fn follow_file(&mut self, path: PathBuf, canonical: PathBuf) {
        let is_known = self.found.files.iter().any(|file| file.canonical == canonical);
        if !is_known && !in_node_modules(&canonical) {
            self.found.files.push(FoundFile { path, canonical });
        }
    }
}

impl WalkRules<'_> {
    fn contents(&self, folder: &Folder) -> io::Result<Contents> {
        let entries = self.file_system.read_dir(&folder.canonical)?;
        let mut ignores = folder.ignores.clone();
        if has_gitignore(&entries) {
            ignores = ignores.inside(self.file_system, &folder.path);
        }
        let mut contents = Contents::default();
        for entry in entries {
            let name = entry.name.to_string_lossy();
            let is_wanted = match entry.kind {
                EntryKind::File => (self.wants)(&name),
                EntryKind::Folder => !is_skipped_folder(&name),
                EntryKind::Link => (self.wants)(&name) || !is_skipped_folder(&name),
                EntryKind::Other => false,
            };
            let path = folder.path.join(&entry.name);
            if !is_wanted || self.is_left_alone(&ignores, &path, entry.kind == EntryKind::Folder) {
                continue;
            }
            let canonical = folder.canonical.join(&entry.name);
            match entry.kind {
                EntryKind::File => contents.files.push(FoundFile { path, canonical }),
                EntryKind::Folder => {
                    contents.folders.push(Folder { path, canonical, ignores: ignores.clone() });
                }
                EntryKind::Link | EntryKind::Other => {
                    contents.links.push(Folder { path, canonical, ignores: ignores.clone() });
                }
            }
        }
        Ok(contents)
    }

    fn is_left_alone(&self, ignores: &Ignores, path: &Path, is_folder: bool) -> bool {
        ignores.matches(path, is_folder) || self.exclude.matches(path, is_folder)
    }
}
