//! Where a table is written.

use lunora_facts::{BindingId, BindingKind, Export, Expr, ExprId, FileId, ImportName, Name, Pattern, Stmt};
use lunora_project::schema::Table;
use lunora_project::{Part, Project};
use lunora_source::Module;
use rustc_hash::FxHashMap;

use super::code::Code;

/// The part of a table's chain of calls that is its own: other tables may share what it begins with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Declaration {
    pub(super) file: FileId,
    /// The last call of the chain.
    pub(super) last: ExprId,
}

/// Where names lead at most before it is given up.
const MAX_STEPS: usize = 16;

/// The chain of each table, in the order of the schema, if it is written out and belongs to that table alone.
pub(crate) fn declarations(project: &Project) -> Vec<Option<Declaration>> {
    let found: Vec<Option<Declaration>> =
        project.schema.tables.iter().map(|table| find(project, table)).collect();
    let mut owners: FxHashMap<Declaration, usize> = FxHashMap::default();
    found.iter().flatten().for_each(|declaration| *owners.entry(*declaration).or_default() += 1);
    found.iter().map(|found| found.filter(|declaration| owners.get(declaration) == Some(&1))).collect()
}

fn find(project: &Project, table: &Table) -> Option<Declaration> {
    let Part::PropKey(prop) = table.place.part else { return None };
    let program = &project.file(table.place.file).facts.program;
    let value = program.props.get(prop.index())?.value;
    let mut step = Some((table.place.file, value));
    for _ in 0..MAX_STEPS {
        let (file, expr) = step?;
        let code = Code::of(project, file);
        step = match code.expr(expr) {
            Expr::Call { .. } => {
                let begins = begins_with_define_table(project, &code, expr);
                return begins.then_some(Declaration { file, last: expr });
            }
            Expr::Cast { value, .. } => Some((file, *value)),
            Expr::Binding(binding) => behind(project, &code, *binding),
            _ => None,
        };
    }
    None
}

/// Whether a chain of calls begins with `defineTable(…)`, here or behind a name.
fn begins_with_define_table(project: &Project, code: &Code<'_>, call: ExprId) -> bool {
    let (mut code, mut expr) = (*code, call);
    for _ in 0..64 {
        match code.expr(expr) {
            Expr::Call { callee, .. } => match code.expr(*callee) {
                Expr::Member { object, .. } => expr = *object,
                callee => return is_define_table(&code, callee),
            },
            Expr::Cast { value, .. } => expr = *value,
            Expr::Binding(binding) => match behind(project, &code, *binding) {
                Some((file, value)) => (code, expr) = (Code::of(project, file), value),
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

fn is_define_table(code: &Code<'_>, callee: &Expr) -> bool {
    match callee {
        Expr::Binding(binding) => match code.program.binding(*binding).kind {
            BindingKind::Import(import) => {
                let import = code.program.imports.get(import as usize);
                matches!(import.map(|import| import.what), Some(ImportName::Named(name)) if code.program.text(name) == "defineTable")
            }
            _ => false,
        },
        Expr::Global(name) => code.program.text(*name) == "defineTable",
        _ => false,
    }
}

/// What a name that is never assigned again stands for, in whichever file it is declared.
fn behind(project: &Project, code: &Code<'_>, binding: BindingId) -> Option<(FileId, ExprId)> {
    let declared = code.program.binding(binding);
    match declared.kind {
        BindingKind::Variable(Some(stmt)) if !declared.is_reassigned => match code.program.stmt(stmt) {
            Stmt::Let { pattern, value, .. } => {
                let is_whole = matches!(code.program.pattern(*pattern), Pattern::Binding(_));
                value.filter(|_| is_whole).map(|value| (code.file, value))
            }
            _ => None,
        },
        BindingKind::Import(import) => {
            let import = code.program.imports.get(import as usize)?;
            let ImportName::Named(name) = import.what else { return None };
            exported(project, module(project, code.file, import.specifier)?, code.program.text(name))
        }
        _ => None,
    }
}

fn exported(project: &Project, file: FileId, name: &str) -> Option<(FileId, ExprId)> {
    let (mut file, mut name) = (file, name);
    for _ in 0..MAX_STEPS {
        let code = Code::of(project, file);
        let is_named = |exported: Name| code.program.text(exported) == name;
        let export = code.program.exports.iter().find(|export| match export {
            Export::Binding { exported, .. } | Export::From { exported, .. } => is_named(*exported),
            Export::Default(_) => name == "default",
            _ => false,
        })?;
        match export {
            Export::Binding { binding, .. } => return behind(project, &code, *binding),
            Export::Default(expr) => return Some((file, *expr)),
            Export::From { imported, specifier, .. } => {
                name = code.program.text(*imported);
                file = module(project, file, *specifier)?;
            }
            _ => return None,
        }
    }
    None
}

fn module(project: &Project, file: FileId, specifier: Name) -> Option<FileId> {
    match project.file(file).modules.get(&specifier)? {
        Module::File(file) => Some(*file),
        _ => None,
    }
}
