//! Which files can have anything to do with Lunora at all.
//!
//! A project's folder may hold plenty of plain code. A file that neither names a context or a database nor imports one of Lunora's modules,
//! directly or through other files, registers nothing and reads nothing by itself; its functions are evaluated when something calls them.

use lunora_facts::FileId;
use lunora_source::{Module, SourceFile, SourceTree};

/// Names by one of which code reaches a database that it was not given under a type.
const DATABASE_NAMES: &[&str] = &["db", "orm"];

/// What one file says that makes it, or others, matter.
#[derive(Clone, Debug)]
pub(super) struct FileRelevance {
    imports_lunora: bool,
    /// Whether it imports a package, which may make procedures in ways that can't be followed, and exports something.
    hands_on_packages: bool,
    names_database: bool,
    names_context: bool,
}

/// For each file, what of it can matter.
#[derive(Debug, Default)]
pub(super) struct Relevance {
    files: Vec<FileMatter>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct FileMatter {
    /// Whether its top level may register something.
    registers: bool,
    /// Whether functions of it that nothing calls may use the database.
    uses_database: bool,
}

impl FileRelevance {
    /// Looks through a file.
    pub(super) fn of(file: &SourceFile) -> Self {
        let program = &file.facts.program;
        let is_lunora =
            |module: &Module| matches!(module, Module::Lunora(_) | Module::Generated(_) | Module::Unresolved);
        let mut modules = file.modules.values();
        let imports_package = modules.any(|module| matches!(module, Module::External(_)));
        let names_database = program.strings.iter().any(|name| DATABASE_NAMES.contains(&name));
        Self {
            imports_lunora: file.modules.values().any(is_lunora),
            hands_on_packages: imports_package && !program.exports.is_empty(),
            names_database,
            names_context: names_database || program.strings.iter().any(|name| name == "ctx"),
        }
    }
}

impl Relevance {
    /// Looks through all files of a project.
    pub(super) fn of_files(sources: &SourceTree) -> Self {
        let files: Vec<FileRelevance> = sources.files.iter().map(|file| FileRelevance::of(file)).collect();
        Self::of(sources, files.iter())
    }

    /// Everything that one file says matters, and nothing else does.
    pub(super) fn of_one(file: FileId) -> Self {
        let matters = |matters: bool| FileMatter { registers: matters, uses_database: matters };
        let mut files = vec![matters(false); file.index()];
        files.push(matters(true));
        Self { files }
    }

    /// Judges all files of a project by what each of them says.
    pub(super) fn of<'a>(
        sources: &SourceTree,
        files: impl Iterator<Item = &'a FileRelevance> + Clone,
    ) -> Self {
        let builds_on_lunora = builds_on_lunora(sources, files.clone());
        let files = files.zip(builds_on_lunora).map(|(file, builds_on_lunora)| FileMatter {
            registers: builds_on_lunora || file.names_context || file.hands_on_packages,
            uses_database: builds_on_lunora || file.names_database,
        });
        Self { files: files.collect() }
    }

    /// Whether a file's top level may register something.
    pub(super) fn registers(&self, file: FileId) -> bool {
        self.files.get(file.index()).is_some_and(|file| file.registers)
    }

    /// Whether functions of a file that nothing calls may use the database.
    pub(super) fn uses_database(&self, file: FileId) -> bool {
        self.files.get(file.index()).is_some_and(|file| file.uses_database)
    }

    /// The files that matter otherwise than before.
    pub(super) fn changed(&self, before: &Self) -> impl Iterator<Item = FileId> {
        let pairs = (0..).map(FileId).zip(self.files.iter().zip(&before.files));
        pairs.filter(|(_, (now, before))| now != before).map(|(id, _)| id)
    }
}

/// For each file, whether it imports one of Lunora's modules, directly or through other files.
fn builds_on_lunora<'a>(sources: &SourceTree, files: impl Iterator<Item = &'a FileRelevance>) -> Vec<bool> {
    let mut builds: Vec<bool> = files.map(|file| file.imports_lunora).collect();
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
