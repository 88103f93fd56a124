//! Reading a project again after something changed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_facts::{FileId, Program};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::content::Content;
use crate::file_system::{Disk, EntryKind, FileSystem};
use crate::load::load_reusing;
use crate::overlay::canonical_or_future;
use crate::paths::{in_node_modules, is_source};
use crate::resolve::{Known, Resolver, Target};
use crate::specifier::{generated_path, specifiers};
use crate::tree::{FileProblem, Module, SourceFile, SourceTree};

impl SourceTree {
    /// The tree as it is after the files at `changed` changed, appeared or vanished; equal to what [`load`](crate::load) gives. Only
    /// those are read again. The project is searched anew only if that can matter: if a file came or went, imports something else, or
    /// is one of configuration.
    #[must_use]
    pub fn reload(&self, file_system: &dyn FileSystem, changed: &[PathBuf]) -> Self {
        let changed: FxHashSet<PathBuf> =
            changed.iter().map(|path| canonical_or_future(file_system, path)).collect();
        self.with_new_content(file_system, &changed)
            .unwrap_or_else(|| self.search_again(file_system, &changed))
    }

    /// The tree as it would be if this stood in a file, without looking for files: what is imported anew and not loaded yet names nothing.
    #[must_use]
    pub fn with_text(&self, id: FileId, text: &str) -> Self {
        let mut tree = self.clone();
        let known: Known = self
            .files
            .iter()
            .flat_map(|file| {
                [(file.path.clone(), file.id.index()), (file.canonical.clone(), file.id.index())]
            })
            .collect();
        let Some(file) = tree.files.get_mut(id.index()).map(Arc::make_mut) else { return tree };
        let facts = lunora_extract::extract(&file.canonical, text);
        let resolver = Resolver::new(&Disk, &self.location.root);
        let folder = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
        let (walked, real) = (folder(&file.path), folder(&file.canonical));
        let modules = specifiers(&facts.program).into_iter().map(|name| {
            let module = match resolver.resolve(&known, &walked, &real, facts.program.text(name)) {
                Target::Known(position) => Module::File(FileId(u32::try_from(position).unwrap_or(u32::MAX))),
                Target::Module(module) => module,
                Target::Path(_) => Module::Unresolved,
            };
            (name, module)
        });
        file.modules = Arc::new(modules.collect());
        file.text = Arc::from(text);
        file.facts = facts;
        file.is_unreadable = false;
        tree
    }

    /// The tree with the same files and imports; `None` if they may not be the same.
    fn with_new_content(&self, file_system: &dyn FileSystem, changed: &FxHashSet<PathBuf>) -> Option<Self> {
        let files: Vec<&Arc<SourceFile>> =
            self.files.iter().filter(|file| changed.contains(&file.canonical)).collect();
        let known: FxHashSet<&Path> = files.iter().map(|file| file.canonical.as_path()).collect();
        let mut others = changed.iter().filter(|path| !known.contains(path.as_path()));
        let have_files_changed = known.iter().any(|path| !file_system.is_file(path))
            || others.any(|path| may_change_the_files(file_system, path));
        if have_files_changed {
            return None;
        }
        let contents: Vec<(FileId, Content)> =
            files.par_iter().map(|file| (file.id, Content::read(file_system, &file.canonical))).collect();
        let mut tree = self.clone();
        for (id, content) in contents {
            tree.replace(id, content)?;
        }
        Some(tree)
    }

    /// Puts new content into a file; `None` if its imports are not the same.
    fn replace(&mut self, id: FileId, content: Content) -> Option<()> {
        let file = Arc::make_mut(self.files.get_mut(id.index())?);
        let modules = same_modules(file, &content.facts.program)?;
        let (path, relative) = (file.path.clone(), file.relative.clone());
        file.modules = Arc::new(modules);
        file.text = content.text;
        file.facts = content.facts;
        file.is_unreadable = content.problem.is_some();
        self.problems.retain(|problem| problem.file != Some(id));
        if let Some(kind) = content.problem {
            self.problems.push(FileProblem { path, relative, file: Some(id), kind });
            self.problems.sort_by(|left, right| left.relative.cmp(&right.relative));
        }
        Some(())
    }

    fn search_again(&self, file_system: &dyn FileSystem, changed: &FxHashSet<PathBuf>) -> Self {
        let files: FxHashMap<&Path, FileId> =
            self.files.iter().map(|file| (file.canonical.as_path(), file.id)).collect();
        let reuse = |path: &Path| {
            let is_changed = path.ancestors().any(|ancestor| changed.contains(ancestor));
            files.get(path).filter(|_| !is_changed).and_then(|id| self.content(*id))
        };
        // The patterns compiled before, so this cannot fail; if it did, the tree that we have is the best there is.
        load_reusing(file_system, &self.location, &self.options, &reuse).unwrap_or_else(|_| self.clone())
    }

    fn content(&self, id: FileId) -> Option<Content> {
        let file = self.files.get(id.index())?;
        let mut problems = self.problems.iter().filter(|problem| problem.file == Some(id));
        Some(Content {
            text: file.text.clone(),
            facts: file.facts.clone(),
            problem: problems.next().map(|problem| problem.kind.clone()),
        })
    }
}

/// What the specifiers of a new program name, if the old one of the file had exactly these.
fn same_modules(file: &SourceFile, program: &Program) -> Option<FxHashMap<lunora_facts::Name, Module>> {
    let old: FxHashMap<&str, &Module> =
        file.modules.iter().map(|(name, module)| (file.facts.program.text(*name), module)).collect();
    let names = specifiers(program);
    if names.len() != old.len() {
        return None;
    }
    names.into_iter().map(|name| Some((name, (*old.get(program.text(name))?).clone()))).collect()
}

/// Whether something that is no file of the tree can change which files are, or what their imports name.
fn may_change_the_files(file_system: &dyn FileSystem, path: &Path) -> bool {
    if in_node_modules(path) || generated_path(path).is_some() {
        return false;
    }
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let is_configuration = name.ends_with(".json")
        || name.starts_with("wrangler.")
        || name == ".gitignore"
        || name == "pnpm-workspace.yaml";
    let is_file = file_system.metadata(path).is_ok_and(|metadata| metadata.kind == EntryKind::File);
    // A path without extension that is no file is a folder, or was one.
    is_configuration || is_source(path) || (!is_file && path.extension().is_none())
}
