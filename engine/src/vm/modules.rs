//! Every module that code may import: the project's files, Lunora's packages, and stand-ins for what isn't here.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use lunora_source::{FileRole, SourceTree};
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Module};
use rustc_hash::FxHashMap;

use crate::error::EngineError;
use crate::generate::Constants;
use crate::transpile::{Positions, transpile};
use crate::vm::imports::{self, Imported};

/// What begins the names of modules that are not files of the project.
const OWN: &str = "lunora:";

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
    ("web", include_str!("../../runtime/web.js")),
    ("environment", include_str!("../../runtime/environment.js")),
    ("packages", include_str!("../../runtime/packages.js")),
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
    codes: FxHashMap<String, String>,
    positions: FxHashMap<String, Positions>,
    /// What a specifier in a module means.
    targets: FxHashMap<(String, String), String>,
    packages: BTreeMap<String, Imported>,
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
    /// Transpiles the files of a project. A file that can't be is a failure of that file, and of those that import it.
    pub(crate) fn new(tree: &SourceTree) -> Self {
        let mut modules = Self {
            codes: FxHashMap::default(),
            positions: FxHashMap::default(),
            targets: FxHashMap::default(),
            packages: BTreeMap::new(),
            exports: RefCell::default(),
            failures: Vec::new(),
            constants: Constants::default(),
            registering: Vec::new(),
            schema: tree.schema().map(|file| file.relative.clone()),
        };
        for (name, code) in RUNTIME {
            modules.codes.insert(runtime_name(name), (*code).to_owned());
        }
        for file in &tree.files {
            match transpile(file) {
                Ok(transpiled) => {
                    modules.constants.gather(&transpiled.code);
                    modules.codes.insert(file.relative.clone(), transpiled.code);
                    modules.positions.insert(file.relative.clone(), transpiled.positions);
                }
                Err(error) => modules.failures.push((file.relative.clone(), error)),
            }
            imports::collect(tree, file, &mut modules.targets, &mut modules.packages);
            if file.role == FileRole::Lunora {
                modules.registering.extend(imports::registering(tree, file));
            }
        }
        modules
    }

    /// Where the code of a file comes from.
    pub(crate) fn positions(&self, file: &str) -> Option<&Positions> {
        self.positions.get(file)
    }

    /// Files that could not be transpiled.
    pub(crate) fn failures(&self) -> &[(String, EngineError)] {
        &self.failures
    }

    /// The kinds of Lunora's packages that are imported.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &str> {
        self.packages.values().map(|package| package.kind.as_str())
    }

    /// Notes what a package exports.
    pub(crate) fn set_exports(&self, package: &str, names: Vec<String>) {
        self.exports.borrow_mut().insert(package.to_owned(), names);
    }

    fn resolve(&self, base: &str, specifier: &str) -> Option<String> {
        let is_internal = base.is_empty() || base.starts_with(OWN);
        if is_internal && (specifier.starts_with(OWN) || self.codes.contains_key(specifier)) {
            return Some(specifier.to_owned());
        }
        self.targets.get(&(base.to_owned(), specifier.to_owned())).cloned()
    }

    fn code(&self, name: &str) -> Option<String> {
        if let Some(code) = self.codes.get(name) {
            return Some(code.clone());
        }
        let package = self.packages.get(name)?;
        let mut names: Vec<&str> = package.names.iter().map(String::as_str).collect();
        let exports = self.exports.borrow();
        if package.is_whole {
            names.extend(exports.get(&package.kind).into_iter().flatten().map(String::as_str));
        }
        names.sort_unstable();
        names.dedup();
        Some(stand_in(package, &names))
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
    ) -> rquickjs::Result<Module<'js, Declared>> {
        let code = self.0.code(name).ok_or_else(|| {
            rquickjs::Error::new_loading_message(name, "it could not be read or transpiled")
        })?;
        Module::declare(context.clone(), name, code)
    }
}

/// The name of a module of the runtime.
pub(crate) fn runtime_name(name: &str) -> String {
    format!("{OWN}runtime/{name}.js")
}

/// A module that takes every export from the runtime.
fn stand_in(package: &Imported, names: &[&str]) -> String {
    let mut code = format!(
        "import {{ provide }} from \"{}\";\nconst take = provide({}, {});\n",
        runtime_name("packages"),
        json(&package.kind),
        json(&package.specifier),
    );
    for (position, name) in names.iter().enumerate() {
        code.push_str(&format!(
            "const _{position} = take({0});\nexport {{ _{position} as {0} }};\n",
            json(name)
        ));
    }
    code
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
