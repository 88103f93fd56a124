//! Reading a project: its own files first, then in waves whatever they import.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_facts::{FileId, Name};
use rayon::prelude::*;

use crate::content::Content;
use crate::discover::{DiscoveryOptions, ProjectLocation};
use crate::error::SourceError;
use crate::exclude::Exclude;
use crate::file_system::{EntryKind, FileSystem};
use crate::paths::relative;
use crate::resolve::{Known, Resolver, Target};
use crate::seeds::{Seed, Seeds};
use crate::specifier::specifiers;
use crate::tree::{FileProblem, FileRole, Module, ProblemKind, SourceFile, SourceTree};

/// How many files are loaded only because the worker's entry leads to them: a server is far smaller, a whole front end that it renders
/// is far larger and holds nothing to check.
const MAX_WORKER_HELPERS: usize = 2_000;

/// Reads a project with every project file that it imports. The result does not depend on the number of threads.
///
/// # Errors
/// If there is no schema at `location`, nobody may look for it there, or an exclude pattern is invalid. A file that cannot be read is a
/// [problem](SourceTree::problems) of the tree, not an error.
pub fn load(
    file_system: &dyn FileSystem,
    location: &ProjectLocation,
    options: &DiscoveryOptions,
) -> Result<SourceTree, SourceError> {
    match file_system.metadata(&location.lunora_dir.join("schema.ts")) {
        Ok(metadata) if metadata.kind == EntryKind::File => {}
        Err(source) if source.kind() == ErrorKind::PermissionDenied => {
            return Err(SourceError::Path { path: location.lunora_dir.clone(), source });
        }
        _ => {
            return Err(SourceError::NoProject {
                paths: vec![location.root.clone()],
                lunora_dir: options.lunora_dir.clone(),
            });
        }
    }
    load_reusing(file_system, location, options, &|_| None)
}

/// As [`load`], where files that did not change need not be read again, and without a demand for a schema.
pub(crate) fn load_reusing(
    file_system: &dyn FileSystem,
    location: &ProjectLocation,
    options: &DiscoveryOptions,
    reuse: &Reuse<'_>,
) -> Result<SourceTree, SourceError> {
    let exclude = Exclude::new(&location.root, &options.exclude)?;
    let seeds = Seeds::find(file_system, location, &exclude);
    let resolver = Resolver::new(file_system, &location.root);
    let mut loader =
        Loader { file_system, resolver, reuse, drafts: Vec::new(), known: Known::default(), settled: 0 };
    let mut workers = Known::default();
    for seed in &seeds.worker {
        workers.insert(seed.canonical.clone(), 0);
    }
    for seed in seeds.lunora {
        loader.add(seed);
    }
    loader.settle(&workers, usize::MAX);
    for seed in seeds.worker {
        loader.add(seed);
    }
    loader.settle(&workers, loader.drafts.len() + MAX_WORKER_HELPERS);

    let mut tree = SourceTree {
        location: location.clone(),
        files: Vec::new(),
        problems: Vec::new(),
        options: options.clone(),
    };
    for (path, error) in seeds.problems {
        let relative = relative(&location.root, &path);
        let kind = ProblemKind::Unreadable(error.to_string());
        tree.problems.push(FileProblem { path, relative, file: None, kind });
    }
    finish(&mut tree, loader.drafts);
    Ok(tree)
}

/// What is known of the file at a canonical path, if it is still true.
pub(crate) type Reuse<'a> = dyn Fn(&Path) -> Option<Content> + Sync + 'a;

struct Loader<'a> {
    file_system: &'a dyn FileSystem,
    resolver: Resolver<'a>,
    reuse: &'a Reuse<'a>,
    drafts: Vec<Draft>,
    known: Known,
    /// How many drafts, from the first, are read and resolved.
    settled: usize,
}

/// A file on its way into the tree.
struct Draft {
    seed: Seed,
    read: Option<Read>,
}

struct Read {
    content: Content,
    targets: Vec<(Name, Target)>,
}

impl Loader<'_> {
    fn add(&mut self, seed: Seed) {
        let next = self.drafts.len();
        let position = *self.known.entry(seed.canonical.clone()).or_insert(next);
        if !self.known.contains_key(&seed.path) {
            self.known.insert(seed.path.clone(), position);
        }
        if position == next {
            self.drafts.push(Draft { seed, read: None });
        }
    }

    /// Reads what was added, follows imports and repeats until nothing new turns up or there are `limit` files.
    fn settle(&mut self, workers: &Known, limit: usize) {
        while self.settled < self.drafts.len() {
            let wave = self.settled..self.drafts.len();
            let reads: Vec<Read> =
                self.drafts[wave.clone()].par_iter().map(|draft| self.read(&draft.seed)).collect();
            for (position, mut read) in wave.clone().zip(reads) {
                for (_, target) in &mut read.targets {
                    if let Target::Path(path) = target {
                        *target = self.admit(path.clone(), workers, limit);
                    }
                }
                self.drafts[position].read = Some(read);
            }
            self.settled = wave.end;
        }
    }

    fn read(&self, seed: &Seed) -> Read {
        let content =
            (self.reuse)(&seed.canonical).unwrap_or_else(|| Content::read(self.file_system, &seed.canonical));
        let walked = seed.path.parent().unwrap_or(&seed.path);
        let folder = seed.canonical.parent().unwrap_or(&seed.canonical);
        let program = &content.facts.program;
        let targets = specifiers(program)
            .into_iter()
            .map(|name| {
                let target = self.resolver.resolve(&self.known, walked, folder, program.text(name));
                (name, target)
            })
            .collect();
        Read { content, targets }
    }

    /// The position of the file at `path`, which is added if it is new.
    fn admit(&mut self, path: PathBuf, workers: &Known, limit: usize) -> Target {
        if let Some(position) = self.known.get(&path) {
            return Target::Known(*position);
        }
        let Ok(canonical) = self.file_system.canonicalize(&path) else {
            return Target::Module(Module::Unresolved);
        };
        if let Some(position) = self.known.get(&canonical).copied() {
            self.known.insert(path, position);
            return Target::Known(position);
        }
        if self.drafts.len() >= limit {
            return Target::Module(Module::Unresolved);
        }
        let is_worker = workers.contains_key(&canonical);
        let role = if is_worker { FileRole::WorkerEntry } else { FileRole::Helper };
        let position = self.drafts.len();
        self.known.insert(path, position);
        self.add(Seed { path: canonical.clone(), canonical, role });
        Target::Known(position)
    }
}

/// Sorts the files, gives them ids and writes those into what imports name.
fn finish(tree: &mut SourceTree, drafts: Vec<Draft>) {
    let root = tree.location.root.clone();
    let mut sorted: Vec<(String, usize, Draft)> = drafts
        .into_iter()
        .enumerate()
        .map(|(position, draft)| (relative(&root, &draft.seed.path), position, draft))
        .collect();
    sorted.sort_by(|left, right| (&left.0, &left.2.seed.path).cmp(&(&right.0, &right.2.seed.path)));
    let mut ids = vec![FileId(0); sorted.len()];
    for (id, (_, position, _)) in (0..).zip(&sorted) {
        ids[*position] = FileId(id);
    }
    for (id, (relative, _, draft)) in (0..).map(FileId).zip(sorted) {
        let Some(Read { content, targets }) = draft.read else {
            continue;
        };
        let Seed { path, canonical, role } = draft.seed;
        let is_unreadable = content.problem.is_some();
        if let Some(kind) = content.problem {
            let (path, relative) = (path.clone(), relative.clone());
            tree.problems.push(FileProblem { path, relative, file: Some(id), kind });
        }
        let modules = targets.into_iter().map(|(name, target)| {
            let module = match target {
                Target::Known(position) => Module::File(ids[position]),
                Target::Module(module) => module,
                Target::Path(_) => Module::Unresolved,
            };
            (name, module)
        });
        tree.files.push(Arc::new(SourceFile {
            id,
            path,
            relative,
            role,
            text: content.text,
            facts: content.facts,
            modules: Arc::new(modules.collect()),
            is_unreadable,
            canonical,
        }));
    }
    tree.problems.sort_by(|left, right| left.relative.cmp(&right.relative));
}
