//! Every module that code may import: the project's files, Lunora's packages, and stand-ins for what isn't here.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use lunora_source::{Asking, FileRole, FileSystem, Module, SourceFile, SourceTree};
use rquickjs::Ctx;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rustc_hash::FxHashMap;

use crate::error::EngineError;
use crate::generate::{Comparisons, Constants};
use crate::transpile::{Positions, Transpiled, transpile};
use crate::vm::commonjs;
use crate::vm::imports::{self, Wanted};
use crate::vm::packages::{Format, Found, INSTALLED, PackageFile, Packages};
use crate::vm::stand_in::{Source, StandIn};

/// What begins the names of modules that are not files of the project.
const OWN: &str = "lunora:";

/// What begins the names of the runtime's modules.
const RUNTIME_FOLDER: &str = "lunora:runtime/";

/// The runtime that stands for Lunora's packages.
const RUNTIME: &[(&str, &str)] = &[
    ("native", include_str!("../../runtime/native.js")),
    ("errors", include_str!("../../runtime/errors.js")),
    ("wire", include_str!("../../runtime/wire.js")),
    ("validators", include_str!("../../runtime/validators.js")),
    ("schema", include_str!("../../runtime/schema.js")),
    ("references", include_str!("../../runtime/references.js")),
    ("builders", include_str!("../../runtime/builders.js")),
    ("declarations", include_str!("../../runtime/declarations.js")),
    ("clone", include_str!("../../runtime/clone.js")),
    ("crypto", include_str!("../../runtime/crypto.js")),
    ("dates", include_str!("../../runtime/dates.js")),
    ("formats", include_str!("../../runtime/formats.js")),
    ("languages", include_str!("../../runtime/languages.js")),
    ("web", include_str!("../../runtime/web.js")),
    ("environment", include_str!("../../runtime/environment.js")),
    ("packages", include_str!("../../runtime/packages.js")),
    ("commonjs", include_str!("../../runtime/commonjs.js")),
    ("rows", include_str!("../../runtime/rows.js")),
    ("cursors", include_str!("../../runtime/cursors.js")),
    ("where", include_str!("../../runtime/where.js")),
    ("search", include_str!("../../runtime/search.js")),
    ("geo", include_str!("../../runtime/geo.js")),
    ("related", include_str!("../../runtime/related.js")),
    ("reader", include_str!("../../runtime/reader.js")),
    ("objects", include_str!("../../runtime/objects.js")),
    ("writer", include_str!("../../runtime/writer.js")),
    ("database", include_str!("../../runtime/database.js")),
    ("surfaces", include_str!("../../runtime/surfaces.js")),
    ("main", include_str!("../../runtime/main.js")),
];

/// The modules of a project. Made once; every machine of the project shares them.
pub(crate) struct Modules {
    files: FxHashMap<String, Rc<FileCode>>,
    /// What a specifier in a module means.
    targets: RefCell<FxHashMap<(String, String), String>>,
    stand_ins: RefCell<FxHashMap<String, StandIn>>,
    packages: Packages,
    /// The modules of packages that the project imports: their names, with how they were first written.
    entries: BTreeMap<String, String>,
    /// What each of Lunora's packages exports, once the runtime has said it.
    exports: RefCell<FxHashMap<String, Vec<String>>>,
    failures: Vec<(String, EngineError)>,
    /// What the files compare names with.
    pub(crate) constants: Constants,
    /// The files that may register something, each with its namespace and the names that it exports itself.
    pub(crate) registering: Vec<Registering>,
    /// The schema's file.
    pub(crate) schema: Option<String>,
}

/// A file of the project as it runs.
struct FileCode {
    text: Arc<str>,
    transpiled: Transpiled,
    compared: Comparisons,
}

/// A file that may register something.
pub(crate) struct Registering {
    /// The file, from the project's root.
    pub(crate) file: String,
    /// What its functions' keys begin with.
    pub(crate) namespace: String,
    /// The names that it exports and does not merely pass on.
    pub(crate) names: Vec<String>,
}

impl Modules {
    /// Transpiles the files of a project, but for those that stand alike in a `known` one. A file that can't be is a failure of that file,
    /// and of those that import it.
    pub(crate) fn new(file_system: &dyn FileSystem, tree: &SourceTree, known: Option<&Self>) -> Self {
        let mut modules = Self {
            files: FxHashMap::default(),
            targets: RefCell::default(),
            stand_ins: RefCell::default(),
            packages: Packages::new(file_system, &tree.location.root),
            entries: BTreeMap::new(),
            exports: RefCell::default(),
            failures: Vec::new(),
            constants: Constants::default(),
            registering: Vec::new(),
            schema: tree.schema().map(|file| file.relative.clone()),
        };
        for file in &tree.files {
            let known = known.and_then(|known| known.files.get(&file.relative));
            let code = match known.filter(|known| known.text == file.text && !file.is_unreadable) {
                Some(known) => Ok(Rc::clone(known)),
                None => FileCode::new(file).map(Rc::new),
            };
            match code {
                Ok(code) => {
                    modules.constants.add(&code.compared);
                    modules.files.insert(file.relative.clone(), code);
                }
                Err(error) => modules.failures.push((file.relative.clone(), error)),
            }
            modules.link(tree, file);
            if file.role == FileRole::Lunora {
                modules.registering.extend(imports::registering(tree, file));
            }
        }
        modules
    }

    /// Where the code of a file comes from.
    pub(crate) fn positions(&self, file: &str) -> Option<&Positions> {
        self.files.get(file).map(|file| &file.transpiled.positions)
    }

    /// Files that could not be transpiled.
    pub(crate) fn failures(&self) -> &[(String, EngineError)] {
        &self.failures
    }

    /// Notes what each of Lunora's packages exports.
    pub(crate) fn set_exports(&self, names: FxHashMap<String, Vec<String>>) {
        self.exports.replace(names);
    }

    /// The modules of packages that the project imports.
    pub(crate) fn entries(&self) -> Vec<String> {
        let is_installed = |name: &&String| self.targets.borrow().values().any(|target| target == *name);
        self.entries.keys().filter(is_installed).cloned().collect()
    }

    /// From now on, whoever imports this module of a package gets something that says what is needed.
    pub(crate) fn give_up(&self, entry: &str, reason: &str) {
        let Some(specifier) = self.entries.get(entry) else { return };
        let kind = format!("absent:{specifier}, {reason}");
        let mut targets = self.targets.borrow_mut();
        for ((importer, written), target) in targets.iter_mut().filter(|(_, target)| *target == entry) {
            let wanted = self.wanted(importer, written);
            *target = self.stand_in(importer, Source::Provided { kind: kind.clone() }, wanted);
        }
    }

    /// What a script of a package gets for `require(specifier)`.
    pub(crate) fn required(&self, importer: &str, specifier: &str) -> Found {
        match self.packages.file(importer) {
            Some(file) => self.packages.find_from(&file, specifier, Asking::Require),
            None => Found::Missing(specifier.to_owned()),
        }
    }

    /// A file of a package.
    pub(crate) fn package_file(&self, name: &str) -> Option<Rc<PackageFile>> {
        self.packages.file(name)
    }

    /// Notes what each specifier of a file of the project means.
    fn link(&mut self, tree: &SourceTree, file: &SourceFile) {
        let program = &file.facts.program;
        let wanted = imports::wanted(file);
        let folder = file.canonical().parent();
        for (specifier, module) in file.modules.iter() {
            let specifier = program.text(*specifier);
            let wanted = wanted.get(specifier).cloned().unwrap_or_default();
            let target = match (module, folder) {
                (Module::File(id), _) => tree.file(*id).relative.clone(),
                (Module::External(_), Some(folder)) => {
                    let found = self.packages.find(folder, specifier, Asking::Import);
                    let is_node = self.packages.is_node(&file.path);
                    let target = self.target(&file.relative, specifier, found, is_node, wanted);
                    if self.is_of_package(&target) {
                        self.entries.entry(target.clone()).or_insert_with(|| specifier.to_owned());
                    }
                    target
                }
                (other, _) => {
                    let kind = imports::package_kind(other);
                    let kind = kind.map_or_else(|| format!("absent:{specifier}"), str::to_owned);
                    self.stand_in(&file.relative, Source::Provided { kind }, wanted)
                }
            };
            self.targets.borrow_mut().insert((file.relative.clone(), specifier.to_owned()), target);
        }
    }

    /// The name of the module that stands for what was found.
    fn target(&self, importer: &str, specifier: &str, found: Found, is_node: bool, wanted: Wanted) -> String {
        let source = match found {
            Found::File(name, file) if file.format == Format::Module => return name,
            Found::File(name, _) => Source::Script { name, is_node },
            Found::Lunora(module) => {
                let kind = imports::lunora_kind(&module);
                Source::Provided { kind: kind.map_or_else(|| format!("absent:{specifier}"), str::to_owned) }
            }
            Found::Empty => Source::Empty { specifier: specifier.to_owned() },
            Found::Missing(needs) => Source::Provided { kind: format!("absent:{needs}") },
        };
        self.stand_in(importer, source, wanted)
    }

    fn stand_in(&self, importer: &str, source: Source, wanted: Wanted) -> String {
        let mut stand_ins = self.stand_ins.borrow_mut();
        // Files that import some names of what is known share it: it exports what any of them wants.
        let is_shared = self.files.contains_key(importer) && !wanted.is_whole && source.is_known();
        let sharer = if is_shared { "" } else { importer };
        let name = format!("{OWN}{}@{sharer}", source.label());
        let stand_in = stand_ins.entry(name.clone()).or_insert_with(|| StandIn {
            source,
            wanted: Wanted::default(),
            importer: importer.to_owned(),
        });
        stand_in.wanted.names.extend(wanted.names);
        stand_in.wanted.is_whole |= wanted.is_whole;
        name
    }

    /// Whether a module runs code of a package.
    fn is_of_package(&self, name: &str) -> bool {
        let is_script = |one: &StandIn| matches!(one.source, Source::Script { .. });
        name.starts_with(INSTALLED) || self.stand_ins.borrow().get(name).is_some_and(is_script)
    }

    fn wanted(&self, importer: &str, specifier: &str) -> Wanted {
        let file = self.packages.file(importer);
        file.and_then(|file| file.wanted.get(specifier).cloned())
            .unwrap_or(Wanted { is_whole: true, ..Wanted::default() })
    }

    fn resolve(&self, base: &str, specifier: &str) -> Option<String> {
        let is_internal = base.is_empty() || base.starts_with(OWN);
        if is_internal
            && (specifier.starts_with(OWN)
                || specifier.starts_with(INSTALLED)
                || self.own(specifier).is_some())
        {
            return Some(specifier.to_owned());
        }
        let key = (base.to_owned(), specifier.to_owned());
        if let Some(target) = self.targets.borrow().get(&key) {
            return Some(target.clone());
        }
        let file = self.packages.file(base)?;
        let found = self.packages.find_from(&file, specifier, Asking::Import);
        let target = self.target(base, specifier, found, file.is_node, self.wanted(base, specifier));
        self.targets.borrow_mut().insert(key, target.clone());
        Some(target)
    }

    fn code(&self, context: &Ctx<'_>, name: &str) -> rquickjs::Result<Option<String>> {
        if let Some(code) = self.own(name) {
            return Ok(Some(code.to_owned()));
        }
        if let Some(file) = self.packages.file(name) {
            return Ok(Some(file.code.clone()));
        }
        let Some(stand_in) = self.stand_ins.borrow().get(name).cloned() else { return Ok(None) };
        let mut names = stand_in.wanted.names.clone();
        if stand_in.wanted.is_whole {
            names.extend(self.all_names(context, &stand_in)?);
        }
        Ok(Some(stand_in.code(&names)))
    }

    /// The names of a stand-in whose every export is wanted.
    fn all_names(&self, context: &Ctx<'_>, stand_in: &StandIn) -> rquickjs::Result<Vec<String>> {
        match &stand_in.source {
            Source::Script { name, .. } => commonjs::names_of(context, name),
            Source::Empty { .. } => Ok(Vec::new()),
            Source::Provided { kind } => Ok(match self.exports.borrow().get(kind) {
                Some(names) => names.clone(),
                // Nobody knows what it exports: whatever the importer may ask for says what is needed.
                None => imports::identifiers(self.text(&stand_in.importer).unwrap_or_default().as_str())
                    .into_iter()
                    .chain(["default".to_owned()])
                    .collect(),
            }),
        }
    }

    /// The code of a file of the project, or of the runtime.
    fn own(&self, name: &str) -> Option<&str> {
        let file = || self.files.get(name).map(|file| file.transpiled.code.as_str());
        match name.strip_prefix(RUNTIME_FOLDER).and_then(|name| name.strip_suffix(".js")) {
            Some(wanted) => RUNTIME.iter().find(|(name, _)| *name == wanted).map(|(_, code)| *code),
            None => file(),
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        let own = self.own(name).map(str::to_owned);
        own.or_else(|| self.packages.file(name).map(|file| file.code.clone()))
    }
}

impl FileCode {
    fn new(file: &SourceFile) -> Result<Self, EngineError> {
        let transpiled = transpile(file)?;
        let compared = Comparisons::of(&transpiled.code);
        Ok(Self { text: Arc::clone(&file.text), transpiled, compared })
    }
}

/// A resolver and loader over shared modules.
#[derive(Clone)]
pub(crate) struct Shared(pub(crate) Rc<Modules>);

impl Resolver for Shared {
    fn resolve<'js>(
        &mut self,
        _context: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        self.0.resolve(base, name).ok_or_else(|| {
            rquickjs::Error::new_resolving_message(base, name, "nothing in the project has that name")
        })
    }
}

impl Loader for Shared {
    fn load<'js>(
        &mut self,
        context: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<rquickjs::Module<'js, Declared>> {
        let code = self.0.code(context, name)?.ok_or_else(|| {
            rquickjs::Error::new_loading_message(name, "it could not be read or transpiled")
        })?;
        rquickjs::Module::declare(context.clone(), name, code)
    }
}

/// The name of a module of the runtime.
pub(crate) fn runtime_name(name: &str) -> String {
    format!("{RUNTIME_FOLDER}{name}.js")
}
