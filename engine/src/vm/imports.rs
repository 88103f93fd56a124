//! What the files of a project import, and what of them registers.

use std::collections::BTreeSet;

use lunora_facts::{Export, Expr, ImportName, Name};
use lunora_source::{GeneratedModule, LunoraModule, Module, SourceFile, SourceTree};
use rustc_hash::FxHashMap;

use crate::vm::modules::Registering;

/// What a file wants of a module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The names that it imports.
    pub(crate) names: BTreeSet<String>,
    /// Whether it also imports the module as a whole.
    pub(crate) is_whole: bool,
}

impl Wanted {
    /// Wants one more name, or all for `None`.
    pub(crate) fn add(&mut self, name: Option<&str>) {
        match name {
            Some(name) => {
                self.names.insert(name.to_owned());
            }
            None => self.is_whole = true,
        }
    }
}

/// What a file of the project wants of each of its specifiers.
pub(crate) fn wanted(file: &SourceFile) -> FxHashMap<String, Wanted> {
    let program = &file.facts.program;
    let mut wanted: FxHashMap<String, Wanted> = file
        .modules
        .keys()
        .map(|specifier| (program.text(*specifier).to_owned(), Wanted::default()))
        .collect();
    for (specifier, name) in wanted_names(file) {
        let wanted = wanted.entry(program.text(specifier).to_owned()).or_default();
        wanted.add(name.map(|name| program.text(name)));
    }
    wanted
}

/// Every identifier in a text, and every word in its strings and comments.
pub(crate) fn identifiers(code: &str) -> BTreeSet<String> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
    let words = code.split(|character| !is_part(character));
    let begins = |word: &&str| word.starts_with(|first: char| !first.is_numeric());
    words.filter(begins).map(str::to_owned).collect()
}

/// What a file may register; nothing for files that are generated.
pub(crate) fn registering(tree: &SourceTree, file: &SourceFile) -> Option<Registering> {
    let path = file.path.strip_prefix(&tree.location.lunora_dir).ok()?.to_string_lossy().replace('\\', "/");
    if path.starts_with("_generated/") {
        return None;
    }
    Some(Registering { file: file.relative.clone(), namespace: namespace(&path), names: own_exports(file) })
}

/// `care/vet-visits.ts` gives `care_vet_visits`, `care/index.ts` gives `care`.
fn namespace(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let stem = stem.strip_suffix("/index").unwrap_or(stem);
    stem.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '_' }).collect()
}

/// The names that a file exports itself. What it passes on from other files registers there.
fn own_exports(file: &SourceFile) -> Vec<String> {
    let program = &file.facts.program;
    let is_imported = |binding| program.imports.iter().any(|import| import.binding == Some(binding));
    program
        .exports
        .iter()
        .filter_map(|export| match export {
            Export::Binding { exported, binding, is_type: false } if !is_imported(*binding) => {
                Some(program.text(*exported).to_owned())
            }
            Export::Default(_) => Some("default".to_owned()),
            _ => None,
        })
        .collect()
}

/// Each name that a file wants of a specifier; `None` for all.
fn wanted_names(file: &SourceFile) -> impl Iterator<Item = (Name, Option<Name>)> {
    let program = &file.facts.program;
    let imports =
        program.imports.iter().filter(|import| !import.is_type).filter_map(|import| match import.what {
            ImportName::Named(name) => Some((import.specifier, Some(name))),
            ImportName::Namespace => Some((import.specifier, None)),
            ImportName::SideEffect => None,
        });
    let exports = program.exports.iter().filter_map(|export| match export {
        Export::From { imported, specifier, is_type: false, .. } => Some((*specifier, Some(*imported))),
        Export::NamespaceFrom { specifier, .. } | Export::StarFrom { specifier } => Some((*specifier, None)),
        _ => None,
    });
    let dynamic = program.exprs.iter().filter_map(|expr| match expr {
        Expr::Import(argument) => match program.expr(*argument) {
            Expr::String(specifier) => Some((*specifier, None)),
            _ => None,
        },
        _ => None,
    });
    imports.chain(exports).chain(dynamic)
}

/// Which of the runtime's packages a module is; `None` for a file, a package of others, and what isn't there.
pub(crate) fn package_kind(module: &Module) -> Option<&'static str> {
    match module {
        Module::Lunora(module) => lunora_kind(module),
        Module::Generated(GeneratedModule::Server) => Some("_generated/server"),
        Module::Generated(GeneratedModule::Api) => Some("_generated/api"),
        Module::Generated(GeneratedModule::Internal) => Some("_generated/internal"),
        Module::Generated(GeneratedModule::DataModel) => Some("_generated/dataModel"),
        _ => None,
    }
}

/// As [`package_kind`], for Lunora's own.
pub(crate) fn lunora_kind(module: &LunoraModule) -> Option<&'static str> {
    match module {
        LunoraModule::Server => Some("server"),
        LunoraModule::Scheduler => Some("scheduler"),
        LunoraModule::Workflow => Some("workflow"),
        LunoraModule::Queue => Some("queue"),
        LunoraModule::Agent => Some("agent"),
        LunoraModule::RateLimit => Some("ratelimit"),
        LunoraModule::Errors => Some("errors"),
        LunoraModule::Other(_) => None,
    }
}
