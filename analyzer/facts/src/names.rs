//! Where the names of a file are used: what a search through its whole program would find, for as many questions as there are.

use crate::ids::{BindingId, FunctionId, StmtId};
use crate::program::{BindingKind, Export, Expr, Pattern, Program, Stmt};

/// Where the names of a file are used.
#[derive(Debug)]
pub struct NameUses {
    /// Parallel to the bindings of the program.
    names: Vec<NameUse>,
    /// What parameters declare, by function.
    parameters: Vec<(FunctionId, BindingId)>,
}

/// Where a name is used.
#[derive(Clone, Copy, Debug, Default)]
struct NameUse {
    count: usize,
    declaration: Option<StmtId>,
    is_exported: bool,
}

impl NameUses {
    pub(crate) fn of(program: &Program) -> Self {
        let parameters = (0..).map(BindingId::new).zip(&program.bindings);
        let parameters = parameters.filter(|(_, binding)| binding.kind == BindingKind::Parameter);
        let mut parameters: Vec<_> = parameters.map(|(id, binding)| (binding.function, id)).collect();
        parameters.sort_unstable();
        Self { names: names(program), parameters }
    }

    /// How many expressions are a name.
    #[must_use]
    pub fn count(&self, name: BindingId) -> usize {
        self.name(name).count
    }

    /// The statement that declares a name and nothing else.
    #[must_use]
    pub fn declaration(&self, name: BindingId) -> Option<StmtId> {
        self.name(name).declaration
    }

    /// Whether the file exports a name.
    #[must_use]
    pub fn is_exported(&self, name: BindingId) -> bool {
        self.name(name).is_exported
    }

    /// The names that the parameters of a function declare, in the order in which they are written.
    pub fn parameters(&self, function: FunctionId) -> impl Iterator<Item = BindingId> {
        let start = self.parameters.partition_point(|(owner, _)| *owner < function);
        let rest = self.parameters.iter().skip(start);
        rest.take_while(move |(owner, _)| *owner == function).map(|(_, name)| *name)
    }

    fn name(&self, name: BindingId) -> NameUse {
        self.names.get(name.index()).copied().unwrap_or_default()
    }
}

fn names(program: &Program) -> Vec<NameUse> {
    let mut names = vec![NameUse::default(); program.bindings.len()];
    let mut note = |name: BindingId, note: &dyn Fn(&mut NameUse)| names.get_mut(name.index()).map(note);
    for expr in &program.exprs {
        if let Expr::Binding(name) = expr {
            note(*name, &|known| known.count += 1);
        }
    }
    for (id, stmt) in (0..).map(StmtId::new).zip(&program.stmts) {
        if let Stmt::Let { pattern, .. } = stmt
            && let Pattern::Binding(name) = program.pattern(*pattern)
        {
            note(*name, &|known| known.declaration = known.declaration.or(Some(id)));
        }
    }
    for export in &program.exports {
        if let Export::Binding { binding, .. } = export {
            note(*binding, &|known| known.is_exported = true);
        }
    }
    names
}
