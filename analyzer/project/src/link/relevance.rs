//! Which files can have anything to do with Lunora at all.
//!
//! A project's folder may hold plenty of plain code. A file that neither names a context or a database nor imports one of Lunora's modules,
//! directly or through other files, registers nothing and reads nothing by itself; its functions are evaluated when something calls them.

use lunora_facts::FileId;
use lunora_source::{Module, SourceFile, SourceTree};

/// Names by one of which code reaches a database that it was not given under a type.
const DATABASE_NAMES: &[&str] = &["db", "orm"];

/// For each file, what of it can matter.
pub(super) struct Relevance {
    /// Whether its top level may register something.
    registers: Vec<bool>,
    /// Whether functions of it that nothing calls may use the database.
    uses_database: Vec<bool>,
}

impl Relevance {
    /// Judges all files of a project.
    pub(super) fn of(sources: &SourceTree) -> Self {
        let builds_on_lunora = builds_on_lunora(sources);
        let judge = |names: &[&str]| {
            let is_relevant = |file: &SourceFile| builds_on_lunora[file.id.index()] || mentions(file, names);
            sources.files.iter().map(is_relevant).collect::<Vec<bool>>()
        };
        let mut registers = judge(&["db", "orm", "ctx"]);
        for file in &sources.files {
            registers[file.id.index()] |= hands_on_packages(file);
        }
        Self { registers, uses_database: judge(DATABASE_NAMES) }
    }

    /// Whether a file's top level may register something.
    pub(super) fn registers(&self, file: FileId) -> bool {
        self.registers[file.index()]
    }

    /// Whether functions of a file that nothing calls may use the database.
    pub(super) fn uses_database(&self, file: FileId) -> bool {
        self.uses_database[file.index()]
    }
}

/// For each file, whether it imports one of Lunora's modules, directly or through other files.
fn builds_on_lunora(sources: &SourceTree) -> Vec<bool> {
    let mut builds: Vec<bool> = sources.files.iter().map(imports_lunora).collect();
    let mut importers: Vec<Vec<usize>> = vec![Vec::new(); sources.files.len()];
    for (index, file) in sources.files.iter().enumerate() {
        for module in file.modules.values() {
            if let Module::File(target) = module {
                importers[target.index()].push(index);
            }
        }
    }
    let mut pending: Vec<usize> = (0..builds.len()).filter(|index| builds[*index]).collect();
    while let Some(index) = pending.pop() {
        for importer in &importers[index] {
            if !std::mem::replace(&mut builds[*importer], true) {
                pending.push(*importer);
            }
        }
    }
    builds
}

/// Whether a file imports a package, which may make procedures in ways that can't be followed, and exports something.
fn hands_on_packages(file: &SourceFile) -> bool {
    let imports_package = file.modules.values().any(|module| matches!(module, Module::External(_)));
    imports_package && !file.facts.program.exports.is_empty()
}

fn imports_lunora(file: &SourceFile) -> bool {
    file.modules
        .values()
        .any(|module| matches!(module, Module::Lunora(_) | Module::Generated(_) | Module::Unresolved))
}

fn mentions(file: &SourceFile, names: &[&str]) -> bool {
    file.facts.program.strings.iter().any(|name| names.contains(&&**name))
}
