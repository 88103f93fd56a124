//! Names that a project mentions: references to procedures, and imported modules.

use ecow::EcoString;
use lunora_facts::{Binding, BindingKind, Export, Expr, ExprId, ImportName, Program};
use lunora_source::{GeneratedModule, Module, SourceFile};

use crate::access::{ImportUse, ReferenceUse, Target};
use crate::place::{Part, Place, Site};

/// The names that one file mentions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct FileNames {
    /// Every chain of names below `api` or `internal`, as long as it is written.
    pub(super) references: Vec<ReferenceUse>,
    /// Every module that it imports, by its specifier.
    pub(super) imports: Vec<ImportUse>,
}

impl FileNames {
    /// Looks through a file.
    pub(super) fn of(file: &SourceFile) -> Self {
        Self { references: references(file), imports: imports(file) }
    }
}

fn references(file: &SourceFile) -> Vec<ReferenceUse> {
    let program = &*file.facts.program;
    if !program.bindings.iter().any(|binding| reference_root(file, program, binding).is_some()) {
        return Vec::new();
    }
    let mut is_continued = vec![false; program.exprs.len()];
    for expr in &program.exprs {
        if let Expr::Member { object, .. } = expr {
            is_continued[object.index()] = true;
        }
    }
    let ends = (0..).map(ExprId::new).zip(is_continued).filter(|(_, is_continued)| !is_continued);
    ends.filter_map(|(id, _)| {
        Some(ReferenceUse { target: chain(file, id)?, place: Site { file: file.id, expr: id }.place() })
    })
    .collect()
}

fn imports(file: &SourceFile) -> Vec<ImportUse> {
    let program = &*file.facts.program;
    let mut found: Vec<ImportUse> = Vec::new();
    for (index, import) in (0..).zip(&program.imports) {
        let place = Place { file: file.id, part: Part::Import(index) };
        let specifier = EcoString::from(program.text(import.specifier));
        let span = place.span(&file.facts.spans);
        // One statement that imports several names is one import; it is of types only if all names are.
        match found.iter_mut().rev().find(|known| known.place.span(&file.facts.spans) == span) {
            Some(known) => known.is_type_only &= import.is_type,
            None => found.push(ImportUse { specifier, is_type_only: import.is_type, place }),
        }
    }
    for (index, export) in (0..).zip(&program.exports) {
        let (specifier, is_type_only) = match export {
            Export::From { specifier, is_type, .. } => (*specifier, *is_type),
            Export::NamespaceFrom { specifier, .. } | Export::StarFrom { specifier } => (*specifier, false),
            Export::Binding { .. } | Export::Default(_) => continue,
        };
        let place = Place { file: file.id, part: Part::Export(index) };
        let span = place.span(&file.facts.spans);
        match found.iter_mut().rev().find(|known| known.place.span(&file.facts.spans) == span) {
            Some(known) => known.is_type_only &= is_type_only,
            None => {
                let specifier = EcoString::from(program.text(specifier));
                found.push(ImportUse { specifier, is_type_only, place });
            }
        }
    }
    found.extend(loaded(file));
    found
}

/// The modules that a file loads while it runs: `require("x")`, `import("x")`.
fn loaded(file: &SourceFile) -> impl Iterator<Item = ImportUse> {
    let program = &*file.facts.program;
    program.exprs.iter().filter_map(move |expr| {
        let module = match expr {
            Expr::Import(module) => *module,
            Expr::Call { callee, arguments, .. } => {
                let Expr::Global(name) = program.expr(*callee) else { return None };
                let is_load = program.text(*name) == "require";
                *program.expr_list(*arguments).first().filter(|_| is_load)?
            }
            _ => return None,
        };
        let Expr::String(specifier) = program.expr(module) else { return None };
        let specifier = EcoString::from(program.text(*specifier));
        let place = Site { file: file.id, expr: module }.place();
        Some(ImportUse { specifier, is_type_only: false, place })
    })
}

fn chain(file: &SourceFile, expr: ExprId) -> Option<Target> {
    let program = &*file.facts.program;
    let mut path = Vec::new();
    let mut current = expr;
    while let Expr::Member { object, property, .. } = program.expr(current) {
        path.push(EcoString::from(program.text(*property)));
        current = *object;
    }
    let Expr::Binding(binding) = program.expr(current) else { return None };
    let is_internal = reference_root(file, program, program.binding(*binding))?;
    if path.is_empty() {
        return None;
    }
    path.reverse();
    let place = Some(Site { file: file.id, expr }.place());
    Some(Target::Reference { is_internal, path, place })
}

/// Whether a name is `internal` (`true`) or `api` (`false`) of the generated module.
fn reference_root(file: &SourceFile, program: &Program, binding: &Binding) -> Option<bool> {
    let BindingKind::Import(import) = binding.kind else { return None };
    let import = program.imports.get(import as usize)?;
    let ImportName::Named(name) = import.what else { return None };
    let is_reference = matches!(
        file.modules.get(&import.specifier),
        Some(Module::Generated(GeneratedModule::Api | GeneratedModule::Internal))
    );
    match program.text(name) {
        "api" if is_reference => Some(false),
        "internal" if is_reference => Some(true),
        _ => None,
    }
}
