//! What each specifier names.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use oxc_resolver::{FileMetadata, ResolveError, ResolveOptions, ResolverGeneric};
use rustc_hash::FxHashMap;

use crate::file_system::{Disk, EntryKind, FileSystem};
use crate::packages::{Package, Workspace};
use crate::paths::{in_node_modules, is_source, join};
use crate::specifier::{generated, generated_path, has_scheme, is_relative, lunora, package_name};
use crate::tree::{LunoraModule, Module};
use crate::tsconfig::Tsconfig;

/// Paths of files that are loaded already, to their position among them.
pub(crate) type Known = FxHashMap<PathBuf, usize>;

/// What a specifier names, before files have ids.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Target {
    /// A file that is loaded already.
    Known(usize),
    /// A source file that is not.
    Path(PathBuf),
    /// No file of the project.
    Module(Module),
}

/// Resolves the imports of one project. Made for one load, since it remembers what it saw on the disk.
pub(crate) struct Resolver<'a> {
    file_system: &'a dyn FileSystem,
    root: &'a Path,
    /// Two views of the packages of a workspace: what their types are made from, which is more often source, and what runs.
    views: [ResolverGeneric<Adapter>; 2],
    workspace: OnceLock<Workspace>,
    scopes: RwLock<FxHashMap<PathBuf, Arc<Scope>>>,
}

/// What the configuration around a folder says. Folders without any of their own share that of the folder above.
#[derive(Default)]
struct Scope {
    /// The nearest first.
    tsconfigs: Vec<Arc<Tsconfig>>,
    /// The nearest one and its folder.
    package: Option<(PathBuf, Arc<Package>)>,
    /// Specifiers that are not relative mean the same everywhere in the scope.
    resolved: RwLock<FxHashMap<String, Target>>,
}

impl<'a> Resolver<'a> {
    /// A resolver for the project at `root`.
    pub(crate) fn new(file_system: &'a dyn FileSystem, root: &'a Path) -> Self {
        let runs = ResolverGeneric::new_with_file_system(
            Adapter(file_system.to_shared()),
            options(&["source", "development", "import", "workerd", "worker", "node", "module"], &[]),
        );
        let types = runs.clone_with_options(options(
            &["types", "source", "development", "import", "workerd", "worker", "node", "module"],
            &["types"],
        ));
        let workspace = OnceLock::new();
        Self { file_system, root, views: [types, runs], workspace, scopes: RwLock::default() }
    }

    /// What `specifier` names in a file that was met in the folder `walked` and really lies in `folder`.
    pub(crate) fn resolve(&self, known: &Known, walked: &Path, folder: &Path, specifier: &str) -> Target {
        if let Some(module) = generated(specifier) {
            return Target::Module(Module::Generated(module));
        }
        if is_relative(specifier) {
            return known_file(known, &join(walked, specifier))
                .map_or_else(|| self.resolve_relative(known, folder, specifier), Target::Known);
        }
        match lunora(specifier) {
            Some(LunoraModule::Other(_)) | None => {}
            Some(module) => return Target::Module(Module::Lunora(module)),
        }
        if has_scheme(specifier) {
            return Target::Module(Module::External(specifier.to_owned()));
        }
        let scope = self.scope(folder);
        let cached = read(&scope.resolved).get(specifier).cloned();
        cached.unwrap_or_else(|| {
            let target = self.resolve_in_scope(known, &scope, specifier);
            write(&scope.resolved).insert(specifier.to_owned(), target.clone());
            target
        })
    }

    fn resolve_relative(&self, known: &Known, folder: &Path, specifier: &str) -> Target {
        let found = self.views[0].resolve(folder, specifier).ok();
        found
            .and_then(|resolution| accept(known, resolution.into_path_buf()))
            .unwrap_or(Target::Module(Module::Unresolved))
    }

    fn resolve_in_scope(&self, known: &Known, scope: &Scope, specifier: &str) -> Target {
        if let Some(target) = self.resolve_alias(known, scope, specifier) {
            return target;
        }
        if specifier.starts_with('#') {
            let target = self.resolve_package_import(known, scope, specifier);
            return target.unwrap_or(Target::Module(Module::Unresolved));
        }
        if let Some(module) = lunora(specifier) {
            return Target::Module(Module::Lunora(module));
        }
        if specifier.starts_with(['/', '~']) || specifier.starts_with("@/") {
            // No package can have such a name: an alias that leads nowhere.
            return Target::Module(Module::Unresolved);
        }
        let name = package_name(specifier);
        self.workspace()
            .folder(name)
            .and_then(|folder| self.resolve_in_package(known, folder, specifier))
            .unwrap_or_else(|| Target::Module(Module::External(name.to_owned())))
    }

    fn resolve_alias(&self, known: &Known, scope: &Scope, specifier: &str) -> Option<Target> {
        let tsconfigs = || scope.tsconfigs.iter();
        tsconfigs()
            .flat_map(|tsconfig| tsconfig.aliases(specifier))
            .chain(tsconfigs().filter_map(|tsconfig| tsconfig.below_base_url(specifier)))
            .find_map(|path| self.locate(known, &path))
    }

    fn resolve_package_import(&self, known: &Known, scope: &Scope, specifier: &str) -> Option<Target> {
        let (folder, package) = scope.package.as_ref()?;
        self.ask_views(known, folder, specifier).or_else(|| {
            let targets = package.import_targets(specifier);
            targets.iter().find_map(|target| {
                if target.starts_with('.') {
                    self.locate(known, &join(folder, target))
                } else {
                    let folder = self.workspace().folder(package_name(target))?;
                    self.resolve_in_package(known, folder, target)
                }
            })
        })
    }

    /// What `specifier`, which begins with the name of the package in `folder`, names there: what its manifest says if that is
    /// source code, else the source from which the file that it names would be built.
    fn resolve_in_package(&self, known: &Known, folder: &Path, specifier: &str) -> Option<Target> {
        let rest = specifier.strip_prefix(package_name(specifier))?.trim_start_matches('/');
        let package = Package::read(self.file_system, folder)?;
        let declared = if package.has_exports() {
            self.ask_views(known, folder, specifier)
        } else if rest.is_empty() {
            self.ask_views(known, folder, "./")
        } else {
            self.locate(known, &folder.join(rest))
        };
        let subpath = if rest.is_empty() { ".".to_owned() } else { format!("./{rest}") };
        declared
            .or_else(|| {
                package
                    .export_targets(&subpath)
                    .iter()
                    .flat_map(|target| [Some(target.clone()), source_of_built(target)])
                    .flatten()
                    .find_map(|target| self.locate(known, &join(folder, &target)))
            })
            .or_else(|| {
                self.locate(known, &folder.join("src").join(if rest.is_empty() { "index" } else { rest }))
            })
    }

    fn ask_views(&self, known: &Known, folder: &Path, specifier: &str) -> Option<Target> {
        self.views.iter().find_map(|view| {
            let resolution = view.resolve(folder, specifier).ok()?;
            accept(known, resolution.into_path_buf())
        })
    }

    /// The source file or generated module at an absolute path that may lack its extension.
    fn locate(&self, known: &Known, path: &Path) -> Option<Target> {
        if let Some(module) = generated_path(path) {
            return Some(Target::Module(Module::Generated(module)));
        }
        if let Some(file) = known_file(known, path) {
            return Some(Target::Known(file));
        }
        let resolution = self.views[0].resolve(self.root, path.to_str()?).ok()?;
        accept(known, resolution.into_path_buf())
    }

    fn workspace(&self) -> &Workspace {
        self.workspace.get_or_init(|| Workspace::discover(self.file_system, self.root))
    }

    fn scope(&self, folder: &Path) -> Arc<Scope> {
        if let Some(scope) = read(&self.scopes).get(folder) {
            return Arc::clone(scope);
        }
        let outer = folder.parent().map(|parent| self.scope(parent)).unwrap_or_default();
        let tsconfigs = Tsconfig::of_folder(self.file_system, self.workspace(), folder);
        let package = Package::read(self.file_system, folder);
        let scope = if tsconfigs.is_empty() && package.is_none() {
            outer
        } else {
            let inherited = outer.tsconfigs.iter().map(Arc::clone);
            Arc::new(Scope {
                tsconfigs: tsconfigs.into_iter().map(Arc::new).chain(inherited).collect(),
                package: package
                    .map(|package| (folder.to_path_buf(), Arc::new(package)))
                    .or_else(|| outer.package.clone()),
                resolved: RwLock::default(),
            })
        };
        Arc::clone(write(&self.scopes).entry(folder.to_path_buf()).or_insert(scope))
    }
}

/// A loaded file at a path that may lack its extension or be that of the script that a TypeScript file compiles to.
fn known_file(known: &Known, path: &Path) -> Option<usize> {
    let get = |path: &Path| known.get(path).copied();
    let name = path.file_name()?.to_str()?;
    let compiled = [(".js", ".ts"), (".js", ".tsx"), (".jsx", ".tsx"), (".mjs", ".mts")];
    compiled
        .iter()
        .filter_map(|(script, source)| Some(format!("{}{source}", name.strip_suffix(script)?)))
        .find_map(|name| get(&path.with_file_name(name)))
        .or_else(|| get(path))
        .or_else(|| get(&path.with_file_name(format!("{name}.ts"))))
        .or_else(|| get(&path.join("index.ts")))
}

/// What a path that exists is to the project; `None` if it is no source code.
fn accept(known: &Known, path: PathBuf) -> Option<Target> {
    if let Some(file) = known.get(&path) {
        return Some(Target::Known(*file));
    }
    if let Some(package) = installed_package(&path) {
        return Some(Target::Module(lunora(&package).map_or(Module::External(package), Module::Lunora)));
    }
    if let Some(module) = generated_path(&path) {
        return Some(Target::Module(Module::Generated(module)));
    }
    is_source(&path).then_some(Target::Path(path))
}

/// The package whose installed files a path is one of.
fn installed_package(path: &Path) -> Option<String> {
    if !in_node_modules(path) {
        return None;
    }
    let text = path.to_string_lossy().replace('\\', "/");
    let (_, inside) = text.rsplit_once("/node_modules/")?;
    Some(package_name(inside).to_owned())
}

/// `./src/x` of `./dist/x.js`: what a file that is not built yet would be built from.
fn source_of_built(target: &str) -> Option<String> {
    let path = target.strip_prefix("./").unwrap_or(target);
    let (folder, rest) = path.split_once('/')?;
    let is_output = matches!(folder, "dist" | "lib" | "build" | "out" | "output");
    let stem = [".d.ts", ".d.mts", ".d.cts", ".mjs", ".cjs", ".js"]
        .iter()
        .find_map(|extension| rest.strip_suffix(extension))?;
    is_output.then(|| format!("./src/{stem}"))
}

fn options(conditions: &[&str], first_main_fields: &[&str]) -> ResolveOptions {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let alias = |script: &str, sources: &[&str]| (script.to_owned(), owned(sources));
    ResolveOptions {
        condition_names: owned(conditions),
        extensions: owned(&[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"]),
        extension_alias: vec![
            alias(".js", &[".ts", ".tsx", ".js", ".jsx"]),
            alias(".jsx", &[".tsx", ".jsx"]),
            alias(".mjs", &[".mts", ".mjs"]),
            alias(".cjs", &[".cts", ".cjs"]),
        ],
        main_fields: [owned(&["source"]), owned(first_main_fields), owned(&["module", "main"])].concat(),
        // The walk knows which links it followed, and files are made canonical once they are loaded.
        symlinks: false,
        node_path: false,
        ..ResolveOptions::default()
    }
}

/// Our file system as the resolver wants it.
pub(crate) struct Adapter(pub(crate) Arc<dyn FileSystem>);

impl oxc_resolver::FileSystem for Adapter {
    fn new() -> Self {
        Self(Arc::new(Disk))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.0.read(path)?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        let kind = self.0.metadata(path)?.kind;
        Ok(FileMetadata::new(kind == EntryKind::File, kind == EntryKind::Folder, false))
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.metadata(path)
    }

    fn read_link(&self, _path: &Path) -> Result<PathBuf, ResolveError> {
        Err(io::Error::from(io::ErrorKind::Unsupported).into())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.0.canonicalize(path)
    }
}

/// A cache is as good after a panic elsewhere as before.
fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// As [`read`], to change it.
fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
