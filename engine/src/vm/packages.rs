//! Packages in `node_modules`, as they are bundled into a worker.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use lunora_source::{Asking, FileSystem, Installation, Installed, LunoraModule};
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;
use oxc_syntax::module_record::{ExportImportName, ImportImportName, ModuleRecord};
use rustc_hash::FxHashMap;

use crate::transpile::{transpile_text, with_stack};
use crate::vm::imports::Wanted;

/// What begins the names of modules that are installed.
pub(crate) const INSTALLED: &str = "npm:";

/// The packages that are installed for a project. Files are read once they are asked for.
pub(crate) struct Packages {
    installed: Installed,
    files: RefCell<FxHashMap<String, Rc<PackageFile>>>,
}

/// A file of a package.
pub(crate) struct PackageFile {
    /// Where it lies.
    path: PathBuf,
    /// What runs.
    pub(crate) code: String,
    /// What it is.
    pub(crate) format: Format,
    /// What it wants of each specifier that it imports from; nothing for what it requires.
    pub(crate) wanted: FxHashMap<String, Wanted>,
    /// Whether a default import of a script means `module.exports` as a whole, as in Node.
    pub(crate) is_node: bool,
}

/// What a file of a package is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// A module.
    Module,
    /// A script that sets `module.exports`.
    CommonJs,
    /// Data.
    Json,
}

/// What code gets for a specifier.
pub(crate) enum Found {
    /// A file, by its name.
    File(String, Rc<PackageFile>),
    /// A package of Lunora.
    Lunora(LunoraModule),
    /// An empty module.
    Empty,
    /// Nothing, for this reason.
    Missing(String),
}

impl Packages {
    /// What is installed for the project at `root`.
    pub(crate) fn new(file_system: &dyn FileSystem, root: &Path) -> Self {
        Self { installed: Installed::new(file_system, root), files: RefCell::default() }
    }

    /// What a specifier names in a file of a package.
    pub(crate) fn find_from(&self, file: &PackageFile, specifier: &str, asking: Asking) -> Found {
        file.path.parent().map_or_else(
            || Found::Missing(specifier.to_owned()),
            |folder| self.find(folder, specifier, asking),
        )
    }

    /// What a specifier names in a folder.
    pub(crate) fn find(&self, folder: &Path, specifier: &str, asking: Asking) -> Found {
        let path = match self.installed.resolve(folder, specifier, asking) {
            Installation::File(path) => path,
            Installation::Lunora(module) => return Found::Lunora(module),
            Installation::Empty => return Found::Empty,
            Installation::Absent => return Found::Missing(specifier.to_owned()),
        };
        let name = format!("{INSTALLED}{}", self.installed.relative(&path));
        if let Some(file) = self.file(&name) {
            return Found::File(name, file);
        }
        match self.load(path) {
            Ok(file) => {
                let file = Rc::new(file);
                self.files.borrow_mut().insert(name.clone(), Rc::clone(&file));
                Found::File(name, file)
            }
            Err(reason) => Found::Missing(format!("{specifier}, which can't be read: {reason}")),
        }
    }

    /// A file that was found before.
    pub(crate) fn file(&self, name: &str) -> Option<Rc<PackageFile>> {
        self.files.borrow().get(name).map(Rc::clone)
    }

    /// Whether default imports in a file are those of Node.
    pub(crate) fn is_node(&self, path: &Path) -> bool {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("mjs" | "mts") => true,
            Some("cjs" | "cts") => false,
            _ => self.installed.is_module_scope(path),
        }
    }

    fn load(&self, path: PathBuf) -> Result<PackageFile, String> {
        let text = self.installed.read(&path).map_err(|error| error.to_string())?;
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_node = self.is_node(&path);
        let blank = |code, format| PackageFile {
            path: path.clone(),
            code,
            format,
            wanted: FxHashMap::default(),
            is_node,
        };
        let code = match extension {
            "json" => return Ok(blank(text, Format::Json)),
            "ts" | "mts" | "cts" => {
                transpile_text(&path.to_string_lossy(), &text).map_err(|error| error.to_string())?.code
            }
            "js" | "mjs" | "cjs" => text,
            _ => return Err(format!("it is no script (.{extension})")),
        };
        let (is_module, wanted) = with_stack(&code, || syntax(&code)).ok_or("it nests too deeply")?;
        let format = if is_module && extension != "cjs" { Format::Module } else { Format::CommonJs };
        Ok(PackageFile { wanted, ..blank(code, format) })
    }
}

/// Whether a text is that of a module, and what it wants of each specifier. What doesn't parse here may still parse where it runs, and
/// what doesn't run there says so itself.
fn syntax(code: &str) -> (bool, FxHashMap<String, Wanted>) {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::unambiguous()).parse();
    (parsed.module_record.has_module_syntax, wanted(&parsed.module_record))
}

/// What a module wants of each specifier.
fn wanted(record: &ModuleRecord<'_>) -> FxHashMap<String, Wanted> {
    let mut wanted: FxHashMap<String, Wanted> = FxHashMap::default();
    for entry in &record.import_entries {
        let of = wanted.entry(entry.module_request.name.to_string()).or_default();
        match &entry.import_name {
            ImportImportName::Name(name) => of.add(Some(name.name.as_str())),
            ImportImportName::Default(_) => of.add(Some("default")),
            ImportImportName::NamespaceObject => of.add(None),
        }
    }
    for entry in record.indirect_export_entries.iter().chain(&record.star_export_entries) {
        let Some(request) = &entry.module_request else { continue };
        let of = wanted.entry(request.name.to_string()).or_default();
        match &entry.import_name {
            ExportImportName::Name(name) => of.add(Some(name.name.as_str())),
            _ => of.add(None),
        }
    }
    wanted
}
