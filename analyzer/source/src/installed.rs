//! What is installed beside a project, for those who run its code. Analysis never looks there.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_resolver::{ResolveError, ResolveOptions, ResolverGeneric};

use crate::content::MAX_FILE_BYTES;
use crate::file_system::FileSystem;
use crate::json;
use crate::paths;
use crate::resolve::Adapter;
use crate::specifier::{has_scheme, lunora};
use crate::tree::LunoraModule;

/// Finds what a worker's bundle would hold for an import: packages in `node_modules`, by the conditions of the platform.
pub struct Installed {
    file_system: Arc<dyn FileSystem>,
    root: PathBuf,
    imports: ResolverGeneric<Adapter>,
    requires: ResolverGeneric<Adapter>,
}

/// How code asks for a module. Packages may answer differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asking {
    /// By `import` or `export … from`.
    Import,
    /// By `require(…)`.
    Require,
}

/// What a specifier names when code runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Installation {
    /// A file, by its absolute path, links followed.
    File(PathBuf),
    /// A package of Lunora.
    Lunora(LunoraModule),
    /// An empty module: the package says that there is nothing for it on this platform.
    Empty,
    /// Nothing that is installed.
    Absent,
}

impl Installed {
    /// What is installed for the project at `root`.
    #[must_use]
    pub fn new(file_system: &dyn FileSystem, root: &Path) -> Self {
        let file_system = file_system.to_shared();
        let imports =
            ResolverGeneric::new_with_file_system(Adapter(Arc::clone(&file_system)), options("import"));
        let requires = imports.clone_with_options(options("require"));
        let root = file_system.canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        Self { file_system, root, imports, requires }
    }

    /// What `specifier` names in a file of `folder`, which is absolute.
    #[must_use]
    pub fn resolve(&self, folder: &Path, specifier: &str, asking: Asking) -> Installation {
        if let Some(module) = lunora(specifier) {
            return Installation::Lunora(module);
        }
        if has_scheme(specifier) {
            return Installation::Absent;
        }
        let resolver = match asking {
            Asking::Import => &self.imports,
            Asking::Require => &self.requires,
        };
        match resolver.resolve(folder, specifier) {
            Ok(resolution) => {
                let path = resolution.into_path_buf();
                Installation::File(self.file_system.canonicalize(&path).unwrap_or(path))
            }
            Err(ResolveError::Ignored(_)) => Installation::Empty,
            Err(_) => Installation::Absent,
        }
    }

    /// The text of an installed file.
    ///
    /// # Errors
    /// If it can't be read, is larger than [`MAX_FILE_BYTES`] or is no UTF-8.
    pub fn read(&self, path: &Path) -> io::Result<String> {
        let bytes = self.file_system.read_at_most(path, MAX_FILE_BYTES)?;
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// The path from the project's root with `/`; begins with `../` outside of it.
    #[must_use]
    pub fn relative(&self, path: &Path) -> String {
        paths::relative(&self.root, path)
    }

    /// Whether the manifest nearest to a file makes scripts below it modules (`"type": "module"`).
    #[must_use]
    pub fn is_module_scope(&self, path: &Path) -> bool {
        path.ancestors()
            .skip(1)
            .find_map(|folder| json::read(&*self.file_system, &folder.join("package.json")))
            .is_some_and(|manifest| manifest["type"] == "module")
    }
}

/// The conditions and fields by which a worker is bundled.
fn options(asking: &str) -> ResolveOptions {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    ResolveOptions {
        condition_names: owned(&["workerd", "worker", "browser", asking]),
        extensions: owned(&[".js", ".mjs", ".cjs", ".json", ".ts", ".mts", ".cts"]),
        main_fields: owned(&["browser", "module", "main"]),
        alias_fields: vec![owned(&["browser"])],
        // Paths are made canonical once they are found.
        symlinks: false,
        node_path: false,
        ..ResolveOptions::default()
    }
}
