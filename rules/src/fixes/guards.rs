//! What tests around a piece of code say of a value: that it is there.

use lunora_facts::{
    BinaryOperator, BindingId, Block, Expr, ExprId, LogicalOperator, Pattern, Span, Stmt, UnaryOperator,
};

use super::code::Code;

/// What is known of a value where it is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Presence {
    /// It is not `undefined`.
    Defined,
    /// It is neither `undefined` nor `null`.
    Set,
}

/// What the tests before and around an expression say of its value: a name, or a path of properties of one, that nothing assigns to.
pub(super) fn presence(code: &Code<'_>, value: ExprId) -> Option<Presence> {
    let guards = Guards { code, value, span: code.span(value) };
    let root = guards.root(value)?;
    let is_assigned = code.program.binding(root).is_reassigned
        || code.program.patterns.iter().any(|pattern| match pattern {
            Pattern::Target(target) => guards.is_same(*target),
            _ => false,
        });
    if is_assigned {
        return None;
    }
    let around = code.program.exprs.iter().filter_map(|expr| guards.around(expr));
    let before = code.program.functions.iter().filter_map(|function| guards.before(function.body));
    around.chain(before).max()
}

struct Guards<'c, 'a> {
    code: &'c Code<'a>,
    value: ExprId,
    span: Span,
}

impl Guards<'_, '_> {
    /// The name that a path of properties begins with.
    fn root(&self, expr: ExprId) -> Option<BindingId> {
        match self.code.expr(expr) {
            Expr::Binding(binding) => Some(*binding),
            Expr::Member { object, optional: false, .. } => self.root(*object),
            _ => None,
        }
    }

    fn is_same(&self, expr: ExprId) -> bool {
        same(self.code, self.value, expr)
    }

    fn is_in(&self, expr: ExprId) -> bool {
        let span = self.code.span(expr);
        span.start <= self.span.start && self.span.end <= span.end
    }

    /// What an expression says of a part that it evaluates only after a test.
    fn around(&self, expr: &Expr) -> Option<Presence> {
        match expr {
            Expr::Logical { operator: LogicalOperator::And, left, right } if self.is_in(*right) => {
                self.says(*left, true)
            }
            Expr::Logical { operator: LogicalOperator::Or, left, right } if self.is_in(*right) => {
                self.says(*left, false)
            }
            Expr::Conditional { test, consequent, .. } if self.is_in(*consequent) => self.says(*test, true),
            Expr::Conditional { test, alternate, .. } if self.is_in(*alternate) => self.says(*test, false),
            _ => None,
        }
    }

    /// What the statements of a block say of one that comes after them, and those around it.
    fn before(&self, block: Block) -> Option<Presence> {
        let mut known = None;
        for id in self.code.program.block(block) {
            let stmt = self.code.program.stmt(*id);
            let span = self.code.stmt_span(*id);
            if self.span.end <= span.start {
                break;
            }
            if span.end <= self.span.start {
                known = known.max(self.passed(stmt));
                continue;
            }
            let within = match stmt {
                Stmt::If { test, consequent, alternate } => {
                    let (first, second) = (self.holds(*consequent), self.holds(*alternate));
                    let said = if first || second { self.says(*test, first) } else { None };
                    said.max(self.before(*consequent)).max(self.before(*alternate))
                }
                Stmt::For { body, .. }
                | Stmt::ForOf { body, .. }
                | Stmt::ForIn { body, .. }
                | Stmt::While { body, .. }
                | Stmt::Labeled { body, .. }
                | Stmt::Block(body) => self.before(*body),
                Stmt::Try { body, .. } => self.before(*body),
                _ => None,
            };
            known = known.max(within);
        }
        known
    }

    fn holds(&self, block: Block) -> bool {
        self.code.program.block(block).iter().any(|id| {
            let span = self.code.stmt_span(*id);
            span.start <= self.span.start && self.span.end <= span.end
        })
    }

    /// What it says that a statement has been passed.
    fn passed(&self, stmt: &Stmt) -> Option<Presence> {
        let Stmt::If { test, consequent, .. } = stmt else { return None };
        let last = self.code.program.block(*consequent).last()?;
        let leaves = matches!(
            self.code.program.stmt(*last),
            Stmt::Return(_) | Stmt::Throw(_) | Stmt::Continue(_) | Stmt::Break(_)
        );
        if leaves { self.says(*test, false) } else { None }
    }

    /// What it says of the value that a test turned out so.
    fn says(&self, test: ExprId, outcome: bool) -> Option<Presence> {
        match self.code.expr(test) {
            Expr::Binding(_) | Expr::Member { .. } => {
                (outcome && self.is_same(test)).then_some(Presence::Set)
            }
            Expr::Unary { operator: UnaryOperator::Not, operand } => self.says(*operand, !outcome),
            Expr::Logical { operator, left, right } => {
                let (left, right) = (self.says(*left, outcome), self.says(*right, outcome));
                match (operator, outcome) {
                    (LogicalOperator::And, true) | (LogicalOperator::Or, false) => left.max(right),
                    (LogicalOperator::And, false) | (LogicalOperator::Or, true) => left.min(right),
                    (LogicalOperator::Coalesce, _) => None,
                }
            }
            Expr::Binary { operator, left, right } => {
                let differs = match operator {
                    BinaryOperator::Equal => !outcome,
                    BinaryOperator::NotEqual => outcome,
                    _ => return None,
                };
                let other = if self.is_same(*left) { *right } else { *left };
                let is_compared = self.is_same(*left) || self.is_same(*right);
                let gap = Span::new(self.code.span(*left).end, self.code.span(*right).start);
                let gap = self.code.slice(gap);
                let is_strict = gap.contains("===") || gap.contains("!==");
                match self.code.expr(other) {
                    _ if !is_compared || !differs => None,
                    Expr::Undefined | Expr::Null if !is_strict => Some(Presence::Set),
                    Expr::Undefined => Some(Presence::Defined),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether two expressions name the same thing.
fn same(code: &Code<'_>, left: ExprId, right: ExprId) -> bool {
    match (code.expr(left), code.expr(right)) {
        (Expr::Binding(left), Expr::Binding(right)) => left == right,
        (
            Expr::Member { object: left, property: of_left, .. },
            Expr::Member { object: right, property: of_right, .. },
        ) => of_left == of_right && same(code, *left, *right),
        _ => false,
    }
}
