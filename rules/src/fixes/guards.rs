//! What tests before and around a piece of code say of a value: that it is there.

use lunora_facts::{
    BinaryOperator, BindingId, Block, Expr, ExprId, LogicalOperator, Name, Pattern, Program, Span, Stmt, Try,
    UnaryOperator,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::code::Code;

/// What is known of a value where it is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Presence {
    /// It is not `undefined`.
    Defined,
    /// It is neither `undefined` nor `null`.
    Set,
}

/// What a file tests and assigns, by the names and paths of properties that stand there.
#[derive(Debug)]
pub(crate) struct Guards {
    passed: FxHashMap<Path, Vec<Passed>>,
    assigned: FxHashSet<Path>,
}

/// A name, or a path of properties of one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Path {
    root: BindingId,
    properties: Vec<Name>,
}

/// A test that failed, or else its block would have been left: `if (!user) return`.
#[derive(Clone, Copy, Debug)]
struct Passed {
    test: ExprId,
    /// What follows it in its block.
    rest: Span,
}

impl Guards {
    pub(super) fn of(code: &Code<'_>) -> Self {
        let mut guards = Self { passed: FxHashMap::default(), assigned: FxHashSet::default() };
        let program = code.program;
        for function in &program.functions {
            guards.note(code, function.body);
        }
        for case in &program.switch_cases {
            guards.note(code, case.body);
        }
        for stmt in &program.stmts {
            for block in blocks(code.program, stmt).into_iter().flatten() {
                guards.note(code, block);
            }
        }
        let targets = program.patterns.iter().filter_map(|pattern| match pattern {
            Pattern::Target(target) => path(code, *target),
            _ => None,
        });
        guards.assigned.extend(targets);
        guards
    }

    /// What the tests before and around an expression say of its value: a name, or a path of properties of one, that nothing assigns to.
    pub(super) fn presence(&self, code: &Code<'_>, value: ExprId) -> Option<Presence> {
        let path = path(code, value).filter(|_| is_plain(code, value))?;
        if code.program.binding(path.root).is_reassigned || self.is_assigned(&path) {
            return None;
        }
        let span = code.span(value);
        let guarded = Guarded { code, value, span };
        let exprs = code.layout().exprs_around(span).filter_map(|expr| guarded.within_expr(code.expr(expr)));
        let stmts = code.layout().stmts_around(span);
        let stmts = stmts.filter_map(|stmt| guarded.within_stmt(code.program.stmt(stmt)));
        let passed = self.passed.get(&path).into_iter().flatten().rev();
        let passed = passed.filter(|passed| passed.rest.start <= span.start && span.end <= passed.rest.end);
        let mut known = None;
        for said in exprs.chain(stmts).chain(passed.filter_map(|passed| guarded.says(passed.test, false))) {
            known = known.max(Some(said));
            if known == Some(Presence::Set) {
                break;
            }
        }
        known
    }

    /// Whether something assigns to a path, or to what it begins with.
    fn is_assigned(&self, path: &Path) -> bool {
        let mut path = path.clone();
        loop {
            if self.assigned.contains(&path) {
                return true;
            }
            if path.properties.pop().is_none() {
                return false;
            }
        }
    }

    /// Notes the statements of a block that leave it if a test holds.
    fn note(&mut self, code: &Code<'_>, block: Block) {
        let stmts = code.program.block(block);
        let end = stmts.iter().map(|stmt| code.stmt_span(*stmt).end).max().unwrap_or_default();
        for id in stmts {
            let Stmt::If { test, consequent, .. } = code.program.stmt(*id) else { continue };
            let last = code.program.block(*consequent).last().map(|last| code.program.stmt(*last));
            if !matches!(last, Some(Stmt::Return(_) | Stmt::Throw(_) | Stmt::Continue(_) | Stmt::Break(_))) {
                continue;
            }
            let rest = Span::new(code.stmt_span(*id).end, end);
            let mut paths = Vec::new();
            tested(code, *test, &mut paths);
            for path in paths {
                self.passed.entry(path).or_default().push(Passed { test: *test, rest });
            }
        }
    }
}

/// The blocks of a statement.
fn blocks(program: &Program, stmt: &Stmt) -> [Option<Block>; 3] {
    match stmt {
        Stmt::If { consequent, alternate, .. } => [Some(*consequent), Some(*alternate), None],
        Stmt::For(id) => [Some(program.for_loop(*id).body), None, None],
        Stmt::ForOf { body, .. }
        | Stmt::ForIn { body, .. }
        | Stmt::While { body, .. }
        | Stmt::Labeled { body, .. }
        | Stmt::Block(body) => [Some(*body), None, None],
        Stmt::Try(id) => {
            let Try { body, handler, finalizer, .. } = *program.try_statement(*id);
            [Some(body), Some(handler), Some(finalizer)]
        }
        _ => [None; 3],
    }
}

/// What a test may say something of.
fn tested(code: &Code<'_>, test: ExprId, paths: &mut Vec<Path>) {
    match code.expr(test) {
        Expr::Unary { operator: UnaryOperator::Not, operand } => tested(code, *operand, paths),
        Expr::Logical { left, right, .. } => {
            tested(code, *left, paths);
            tested(code, *right, paths);
        }
        Expr::Binary { operator: BinaryOperator::Equal | BinaryOperator::NotEqual, left, right } => {
            paths.extend(path(code, *left));
            paths.extend(path(code, *right));
        }
        _ => paths.extend(path(code, test)),
    }
}

fn path(code: &Code<'_>, expr: ExprId) -> Option<Path> {
    match code.expr(expr) {
        Expr::Binding(root) => Some(Path { root: *root, properties: Vec::new() }),
        Expr::Member { object, property, .. } => {
            let mut path = path(code, *object)?;
            path.properties.push(*property);
            Some(path)
        }
        _ => None,
    }
}

/// Whether a path has no `?.` in it.
fn is_plain(code: &Code<'_>, expr: ExprId) -> bool {
    match code.expr(expr) {
        Expr::Member { object, optional, .. } => !optional && is_plain(code, *object),
        _ => true,
    }
}

struct Guarded<'c, 'a> {
    code: &'c Code<'a>,
    value: ExprId,
    span: Span,
}

impl Guarded<'_, '_> {
    fn is_same(&self, expr: ExprId) -> bool {
        same(self.code, self.value, expr)
    }

    fn is_in(&self, expr: ExprId) -> bool {
        let span = self.code.span(expr);
        span.start <= self.span.start && self.span.end <= span.end
    }

    /// What an expression says of a part that it evaluates only after a test.
    fn within_expr(&self, expr: &Expr) -> Option<Presence> {
        match expr {
            Expr::Logical { operator: LogicalOperator::And, left, right } if self.is_in(*right) => {
                self.says(*left, true)
            }
            Expr::Logical { operator: LogicalOperator::Or, left, right } if self.is_in(*right) => {
                self.says(*left, false)
            }
            Expr::Conditional(parts) => match self.code.program.conditional(*parts) {
                [test, consequent, _] if self.is_in(consequent) => self.says(test, true),
                [test, _, alternate] if self.is_in(alternate) => self.says(test, false),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a statement says of a block of it.
    fn within_stmt(&self, stmt: &Stmt) -> Option<Presence> {
        let Stmt::If { test, consequent, alternate } = stmt else { return None };
        match (self.is_in_block(*consequent), self.is_in_block(*alternate)) {
            (true, _) => self.says(*test, true),
            (false, true) => self.says(*test, false),
            (false, false) => None,
        }
    }

    fn is_in_block(&self, block: Block) -> bool {
        let stmts = self.code.program.block(block);
        let (Some(first), Some(last)) = (stmts.first(), stmts.last()) else { return false };
        let (first, last) = (self.code.stmt_span(*first), self.code.stmt_span(*last));
        first.start <= self.span.start && self.span.end <= last.end
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
