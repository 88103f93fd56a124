//! Predicates that are written out: arrows whose body is a list of tests that all must hold.

use lunora_facts::{Expr, ExprId, FunctionId, FunctionKind, LogicalOperator, Span, Stmt, UnaryOperator};
use lunora_project::access::{Condition, Filter};

use super::code::{Code, Link, may_hold_comment};

/// An arrow that tests a row.
pub(super) struct Predicate {
    function: FunctionId,
    /// What it returns.
    body: ExprId,
    /// The tests that all must hold.
    tests: Vec<ExprId>,
}

/// A test that compares a column with a value.
pub(super) struct Comparison<'a> {
    pub(super) test: ExprId,
    pub(super) condition: &'a Condition,
    /// The value; `None` for a column that is itself the test.
    pub(super) value: Option<ExprId>,
    /// The value, as written.
    pub(super) operand: String,
    /// Whether `==` is written, which holds for some values that differ.
    pub(super) is_loose: bool,
    /// Whether a part of the value may be missing (`user?.id`).
    pub(super) is_optional: bool,
}

impl Predicate {
    /// The predicate of a `.filter(…)`, if it is written out there.
    pub(super) fn of(code: &Code<'_>, link: &Link<'_>) -> Option<Self> {
        let [argument] = link.arguments else { return None };
        let Expr::Function(function) = code.expr(*argument) else { return None };
        let arrow = code.program.function(*function);
        let is_plain = arrow.kind == FunctionKind::Arrow
            && !arrow.is_async
            && !arrow.is_generator
            && arrow.parameters.len() == 1;
        let [statement] = code.program.block(arrow.body) else { return None };
        let Stmt::Return(Some(body)) = code.program.stmt(*statement) else { return None };
        if !is_plain || may_hold_comment(code.slice(Span::new(link.dot, link.end))) {
            return None;
        }
        let mut tests = Vec::new();
        conjuncts(code, *body, &mut tests);
        Some(Self { function: *function, body: *body, tests })
    }

    /// The tests that are conditions of the filter and nothing else, in the order in which they are written.
    pub(super) fn comparisons<'a>(&self, code: &Code<'_>, filter: &'a Filter) -> Vec<Comparison<'a>> {
        let certain = || filter.conditions.iter().filter(|condition| !condition.is_conditional);
        self.tests
            .iter()
            .filter_map(|test| {
                certain().find_map(|condition| {
                    self.compared(code, *test, condition).or_else(|| self.truth(code, *test, condition))
                })
            })
            .collect()
    }

    /// What remains of the predicate's body without some of its tests, and where that is written; `None` if nothing does.
    pub(super) fn without(&self, code: &Code<'_>, tests: &[ExprId]) -> Option<(Span, String)> {
        let rest: Vec<ExprId> = self.tests.iter().copied().filter(|test| !tests.contains(test)).collect();
        let body = match rest.as_slice() {
            [] => return None,
            [only] if !matches!(code.expr(*only), Expr::Sequence(_)) => code.source(*only).to_owned(),
            several => {
                let parts: Vec<String> = several.iter().map(|test| as_conjunct(code, *test)).collect();
                parts.join(" && ")
            }
        };
        // An arrow would take a brace for the beginning of a block.
        let body = if body.starts_with('{') { format!("({body})") } else { body };
        Some((code.span(self.body), body))
    }

    fn compared<'a>(
        &self,
        code: &Code<'_>,
        test: ExprId,
        condition: &'a Condition,
    ) -> Option<Comparison<'a>> {
        let source = condition.source?;
        if Code::expr_at(source.comparison)? != test || source.comparison.file != code.file {
            return None;
        }
        let Expr::Binary { left, right, .. } = code.expr(test) else { return None };
        let value = Code::expr_at(source.operand)?;
        let gap = Span::new(code.span(*left).end, code.span(*right).start);
        let (at, operator) = operator(code.slice(gap))?;
        let whole = code.span(test);
        let at = gap.start + at;
        let side = if value == *right {
            Span::new(at + u32::try_from(operator.len()).ok()?, whole.end)
        } else {
            Span::new(whole.start, at)
        };
        let is_own = |expr: &Expr| matches!(expr, Expr::Binding(binding) if code.program.binding(*binding).function == self.function);
        if code
            .within(value)
            .any(|expr| is_own(expr) || matches!(expr, Expr::Function(_) | Expr::Sequence(_)))
        {
            return None;
        }
        Some(Comparison {
            test,
            condition,
            value: Some(value),
            operand: code.slice(side).trim().to_owned(),
            is_loose: operator == "==",
            is_optional: code.within(value).any(is_optional),
        })
    }

    /// `d.done` and `!d.done`.
    fn truth<'a>(&self, code: &Code<'_>, test: ExprId, condition: &'a Condition) -> Option<Comparison<'a>> {
        let literal = condition.operand.literal.as_deref()?;
        let column = match (code.expr(test), literal) {
            (Expr::Unary { operator: UnaryOperator::Not, operand }, "false") => *operand,
            (_, "true") => test,
            _ => return None,
        };
        let is_row = |object: ExprId| matches!(code.expr(object), Expr::Binding(binding) if code.program.binding(*binding).function == self.function);
        let is_column = match code.expr(column) {
            Expr::Member { object, property, .. } => {
                is_row(*object) && code.program.text(*property) == condition.column
            }
            Expr::Binding(binding) => {
                is_row(column) && *code.program.text(code.program.binding(*binding).name) == *condition.column
            }
            _ => false,
        };
        (is_column && condition.source.is_none()).then(|| Comparison {
            test,
            condition,
            value: None,
            operand: literal.to_owned(),
            is_loose: false,
            is_optional: false,
        })
    }
}

/// The parts of an `&&`.
fn conjuncts(code: &Code<'_>, expr: ExprId, parts: &mut Vec<ExprId>) {
    match code.expr(expr) {
        Expr::Logical { operator: LogicalOperator::And, left, right } => {
            conjuncts(code, *left, parts);
            conjuncts(code, *right, parts);
        }
        _ => parts.push(expr),
    }
}

/// The comparison operator in the text between two operands, and where it stands.
fn operator(gap: &str) -> Option<(u32, &'static str)> {
    ["===", "==", "<=", ">=", "<", ">"]
        .into_iter()
        .find_map(|operator| Some((u32::try_from(gap.find(operator)?).ok()?, operator)))
}

fn is_optional(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Member { optional: true, .. }
            | Expr::Index { optional: true, .. }
            | Expr::Call { optional: true, .. }
    )
}

/// The text of a test as a part of an `&&`.
fn as_conjunct(code: &Code<'_>, test: ExprId) -> String {
    let is_weaker = matches!(
        code.expr(test),
        Expr::Logical { .. }
            | Expr::Conditional(_)
            | Expr::Assign { .. }
            | Expr::Sequence(_)
            | Expr::Function(_)
    );
    let source = code.source(test);
    if is_weaker { format!("({source})") } else { source.to_owned() }
}
