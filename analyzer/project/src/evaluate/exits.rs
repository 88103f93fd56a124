//! Whether a loop can be left from within.

use lunora_facts::{Block, Expr, ExprId, Program, Stmt, Try};

/// Names of functions that leave by throwing, as far as a name can tell.
const THROWING: &[&str] = &["throwIf", "assert", "ensure", "invariant", "check", "require", "must", "fail"];

/// Whether a loop's body has a statement that leaves the loop, or a call that may leave it by throwing.
pub(super) fn can_leave(program: &Program, body: Block) -> bool {
    Search { program }.block(body, 0)
}

/// Whether an expression is a call that by its name may leave by throwing.
pub(super) fn may_throw_by_name(program: &Program, expr: ExprId) -> bool {
    Search { program }.may_throw(expr)
}

/// Whether a block throws, in itself or in a part of it.
pub(super) fn throws(program: &Program, body: Block) -> bool {
    program.block(body).iter().any(|stmt| match program.stmt(*stmt) {
        Stmt::Throw(_) => true,
        Stmt::If { consequent, alternate, .. } => throws(program, *consequent) || throws(program, *alternate),
        Stmt::For(id) => throws(program, program.for_loop(*id).body),
        Stmt::ForOf { body, .. }
        | Stmt::ForIn { body, .. }
        | Stmt::While { body, .. }
        | Stmt::Block(body)
        | Stmt::Labeled { body, .. } => throws(program, *body),
        Stmt::Switch { cases, .. } => {
            program.switch_cases[cases.range()].iter().any(|case| throws(program, case.body))
        }
        _ => false,
    })
}

struct Search<'a> {
    program: &'a Program,
}

impl Search<'_> {
    /// `depth` counts the loops and switches between the loop in question and the block.
    fn block(&self, block: Block, depth: u32) -> bool {
        self.program.block(block).iter().any(|stmt| self.stmt(self.program.stmt(*stmt), depth))
    }

    fn stmt(&self, stmt: &Stmt, depth: u32) -> bool {
        match stmt {
            Stmt::Return(_) | Stmt::Throw(_) => true,
            Stmt::Break(label) => label.is_some() || depth == 0,
            // A labelled `continue` of an outer loop leaves this one.
            Stmt::Continue(label) => label.is_some(),
            Stmt::Expr(expr) => self.may_throw(*expr),
            Stmt::Let { value, .. } => value.is_some_and(|value| self.may_throw(value)),
            Stmt::If { test, consequent, alternate } => match self.program.expr(*test) {
                Expr::Bool(true) => self.block(*consequent, depth),
                Expr::Bool(false) => self.block(*alternate, depth),
                _ => self.may_throw(*test) || self.block(*consequent, depth) || self.block(*alternate, depth),
            },
            Stmt::For(id) => self.block(self.program.for_loop(*id).body, depth + 1),
            Stmt::ForOf { body, .. } | Stmt::ForIn { body, .. } | Stmt::While { body, .. } => {
                self.block(*body, depth + 1)
            }
            Stmt::Switch { cases, .. } => {
                self.program.switch_cases[cases.range()].iter().any(|case| self.block(case.body, depth + 1))
            }
            Stmt::Try(id) => {
                let Try { body, handler, finalizer, .. } = *self.program.try_statement(*id);
                [body, handler, finalizer].into_iter().any(|block| self.block(block, depth))
            }
            Stmt::Block(block) | Stmt::Labeled { body: block, .. } => self.block(*block, depth),
            Stmt::Function(_) | Stmt::Class(_) => false,
        }
    }

    fn may_throw(&self, expr: ExprId) -> bool {
        match self.program.expr(expr) {
            Expr::Await(value) | Expr::Cast { value, .. } => self.may_throw(*value),
            Expr::Unary { operand, .. } => self.may_throw(*operand),
            Expr::Call { callee, .. } => {
                let name = match self.program.expr(*callee) {
                    Expr::Member { property, .. } => self.program.text(*property),
                    Expr::Binding(binding) => self.program.text(self.program.binding(*binding).name),
                    Expr::Global(name) => self.program.text(*name),
                    _ => return false,
                };
                THROWING.iter().any(|prefix| name.starts_with(prefix))
            }
            _ => false,
        }
    }
}
