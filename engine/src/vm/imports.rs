//! What the files of a project import, and what of them registers.

use std::collections::{BTreeMap, BTreeSet};

use lunora_facts::{Export, ImportName, Name};
use lunora_source::{GeneratedModule, LunoraModule, Module, SourceFile, SourceTree};
use rustc_hash::FxHashMap;

use crate::vm::modules::Registering;

/// A module that is not a file of the project, and what is imported from it.
pub(crate) struct Imported {
    /// Which of the runtime's packages it is; a name that the runtime doesn't know if it is none.
    pub(crate) kind: String,
    /// How it was first written.
    pub(crate) specifier: String,
    /// The names that are imported.
    pub(crate) names: BTreeSet<String>,
    /// Whether it is also imported as a whole.
    pub(crate) is_whole: bool,
}

/// Notes what each specifier of a file means, and which names it wants from modules that are not files.
pub(crate) fn collect(
    tree: &SourceTree,
    file: &SourceFile,
    targets: &mut FxHashMap<(String, String), String>,
    packages: &mut BTreeMap<String, Imported>,
) {
    let program = &file.facts.program;
    for (specifier, module) in file.modules.iter() {
        let specifier = program.text(*specifier);
        let name = match module {
            Module::File(id) => tree.file(*id).relative.clone(),
            other => {
                let kind = package_kind(other, specifier);
                let name = format!("lunora:package/{kind}");
                packages.entry(name.clone()).or_insert_with(|| Imported {
                    kind,
                    specifier: specifier.to_owned(),
                    names: BTreeSet::new(),
                    is_whole: false,
                });
                name
            }
        };
        targets.insert((file.relative.clone(), specifier.to_owned()), name);
    }
    for (specifier, wanted) in wanted_names(file) {
        let key = (file.relative.clone(), program.text(specifier).to_owned());
        let Some(package) = targets.get(&key).and_then(|name| packages.get_mut(name)) else {
            continue;
        };
        match wanted {
            Some(name) => {
                package.names.insert(program.text(name).to_owned());
            }
            None => package.is_whole = true,
        }
    }
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
    imports.chain(exports)
}

fn package_kind(module: &Module, specifier: &str) -> String {
    match module {
        Module::Lunora(LunoraModule::Server) => "server".to_owned(),
        Module::Lunora(LunoraModule::Scheduler) => "scheduler".to_owned(),
        Module::Lunora(LunoraModule::Workflow) => "workflow".to_owned(),
        Module::Lunora(LunoraModule::Queue) => "queue".to_owned(),
        Module::Lunora(LunoraModule::Agent) => "agent".to_owned(),
        Module::Lunora(LunoraModule::RateLimit) => "ratelimit".to_owned(),
        Module::Lunora(LunoraModule::Errors) => "errors".to_owned(),
        Module::Generated(GeneratedModule::Server) => "_generated/server".to_owned(),
        Module::Generated(GeneratedModule::Api) => "_generated/api".to_owned(),
        Module::Generated(GeneratedModule::Internal) => "_generated/internal".to_owned(),
        Module::Generated(GeneratedModule::DataModel) => "_generated/dataModel".to_owned(),
        _ => format!("absent:{specifier}"),
    }
}
