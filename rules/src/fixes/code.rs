//! The text of a file and what stands where in it.

use lunora_facts::{
    Binding, BindingKind, Export, Expr, ExprId, FileId, FunctionId, Pattern, Program, Span, SpanTable, Stmt,
    StmtId,
};
use lunora_project::{Part, Place, Project};
use lunora_report::Edit;

/// A file with its text.
#[derive(Clone, Copy)]
pub(super) struct Code<'a> {
    pub(super) file: FileId,
    pub(super) text: &'a str,
    pub(super) program: &'a Program,
    spans: &'a SpanTable,
}

/// A method call that is part of a chain.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    /// The call.
    pub(super) call: ExprId,
    /// What the method is called on.
    pub(super) receiver: ExprId,
    /// The method.
    pub(super) name: &'a str,
    /// Where the method's name begins.
    pub(super) name_start: u32,
    /// Where the dot stands.
    pub(super) dot: u32,
    /// Where the white space before the dot begins.
    pub(super) start: u32,
    /// Where the call ends.
    pub(super) end: u32,
    /// Whether a comment stands between the receiver and the dot.
    pub(super) follows_comment: bool,
    pub(super) arguments: &'a [ExprId],
}

impl<'a> Code<'a> {
    pub(super) fn of(project: &'a Project, file: FileId) -> Self {
        let source = project.file(file);
        Self { file, text: &source.text, program: &source.facts.program, spans: &source.facts.spans }
    }

    pub(super) fn expr(&self, id: ExprId) -> &'a Expr {
        self.program.expr(id)
    }

    pub(super) fn span(&self, id: ExprId) -> Span {
        self.spans.expr(id)
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The text of an expression, without parentheses around it.
    pub(super) fn source(&self, id: ExprId) -> &'a str {
        self.slice(self.span(id))
    }

    pub(super) fn edit(&self, span: Span, new_text: String) -> Edit {
        Edit { file: self.file, span, new_text }
    }

    /// A call as a link of a chain. `None` if it is no method call, or an optional one.
    pub(super) fn link(&self, call: ExprId) -> Option<Link<'a>> {
        let Expr::Call { callee, arguments, optional: false, .. } = self.expr(call) else { return None };
        let Expr::Member { object, property, optional: false } = self.expr(*callee) else { return None };
        let name_start = self.spans.member(*callee).start;
        let name = self.program.text(*property);
        if !self.text.get(name_start as usize..)?.starts_with(name) {
            return None;
        }
        let receiver_end = self.span(*object).end as usize;
        let before = self.text.get(receiver_end..name_start as usize)?.trim_end();
        let space = before.strip_suffix('.')?;
        let dot = receiver_end + space.len();
        let start = receiver_end + space.trim_end().len();
        Some(Link {
            call,
            receiver: *object,
            name,
            name_start,
            dot: offset(dot)?,
            start: offset(start)?,
            end: self.span(call).end,
            follows_comment: space.contains('/'),
            arguments: self.program.expr_list(*arguments),
        })
    }

    /// The method calls from one call, exclusively, to another, inclusively.
    pub(super) fn links(&self, first: ExprId, last: ExprId) -> Option<Vec<Link<'a>>> {
        let mut links = Vec::new();
        let mut call = last;
        while call != first {
            let link = self.link(call)?;
            call = link.receiver;
            links.push(link);
        }
        links.reverse();
        Some(links)
    }

    /// The link that follows a call.
    pub(super) fn next(&self, call: ExprId) -> Option<Link<'a>> {
        let is_on = |expr: &&Expr| matches!(expr, Expr::Member { object, .. } if *object == call);
        let callee = self.ids().find(|id| is_on(&self.expr(*id)))?;
        let calls = |expr: &Expr| matches!(expr, Expr::Call { callee: called, .. } if *called == callee);
        let call = self.ids().find(|id| calls(self.expr(*id)))?;
        self.link(call)
    }

    /// The text to take out so that a link is gone and its neighbours meet.
    pub(super) fn link_span(&self, link: &Link<'a>) -> Span {
        if !link.follows_comment {
            return Span::new(link.start, link.end);
        }
        // A comment before the dot runs to the end of its line: what follows the link may not move up to it.
        let end = self.next(link.call).filter(|next| !next.follows_comment).map_or(link.end, |next| next.dot);
        Span::new(link.dot, end)
    }

    /// The expressions that stand within another one, itself included.
    pub(super) fn within(&self, outer: ExprId) -> impl Iterator<Item = &'a Expr> + use<'a> {
        let code = *self;
        let span = self.span(outer);
        self.ids()
            .filter(move |id| {
                let inner = code.span(*id);
                inner.start >= span.start && inner.end <= span.end && inner.end > inner.start
            })
            .map(move |id| code.expr(id))
    }

    /// What an expression waits for: `await x`, or a name that stands for `await x` and is used nowhere else.
    pub(super) fn awaited(&self, rows: ExprId) -> Option<ExprId> {
        match self.expr(rows) {
            Expr::Await(value) => Some(*value),
            Expr::Cast { value, .. } => self.awaited(*value),
            Expr::Binding(binding) => {
                let uses = self.program.exprs.iter().filter(|expr| **expr == Expr::Binding(*binding));
                let declares = |stmt: &&Stmt| matches!(stmt, Stmt::Let { pattern, .. } if *self.program.pattern(*pattern) == Pattern::Binding(*binding));
                let is_exported = self.program.exports.iter().any(|export| matches!(export, Export::Binding { binding: exported, .. } if exported == binding));
                let is_only_use =
                    uses.count() == 1 && !is_exported && !self.program.binding(*binding).is_reassigned;
                let Stmt::Let { value: Some(value), .. } = self.program.stmts.iter().find(declares)? else {
                    return None;
                };
                match self.expr(*value) {
                    Expr::Await(_) | Expr::Cast { .. } if is_only_use => self.awaited(*value),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The function that holds an expression and no other one that does.
    pub(super) fn innermost_function(&self, expr: ExprId) -> Option<FunctionId> {
        let span = self.span(expr);
        let ids = (0..u32::try_from(self.program.functions.len()).ok()?).map(FunctionId).skip(1);
        let holds = |function: &FunctionId| {
            let own = self.spans.function(*function);
            own.start <= span.start && span.end <= own.end
        };
        ids.filter(holds).min_by_key(|function| {
            let own = self.spans.function(*function);
            own.end - own.start
        })
    }

    /// The call that a function is an argument of.
    pub(super) fn call_with(&self, function: FunctionId) -> Option<ExprId> {
        let value = self.ids().find(|id| *self.expr(*id) == Expr::Function(function))?;
        self.ids().find(|id| match self.expr(*id) {
            Expr::Call { arguments, .. } => self.program.expr_list(*arguments).contains(&value),
            _ => false,
        })
    }

    pub(super) fn stmt_span(&self, id: StmtId) -> Span {
        self.spans.stmt(id)
    }

    /// The `await` of an expression.
    pub(super) fn awaiting(&self, expr: ExprId) -> Option<ExprId> {
        self.ids().find(|id| *self.expr(*id) == Expr::Await(expr))
    }

    /// The names of two parameters, if a function has these alone.
    pub(super) fn parameter_names(&self, function: FunctionId) -> Option<[&'a str; 2]> {
        let parameters = self.program.function(function).parameters;
        let name = |binding: &Binding| self.program.text(binding.name);
        let mut names = self
            .program
            .bindings
            .iter()
            .filter(|binding| binding.function == function && binding.kind == BindingKind::Parameter)
            .map(name);
        match (names.next(), names.next(), names.next()) {
            (Some(first), Some(second), None) if parameters.len() == 2 => Some([first, second]),
            _ => None,
        }
    }

    /// Whether all names in an expression are declared before a position, or by the module, and never change.
    pub(super) fn is_known_at(&self, expr: ExprId, position: u32) -> bool {
        self.within(expr).all(|inner| match inner {
            Expr::Binding(binding) => {
                let declared = self.program.binding(*binding);
                let is_early = self.spans.binding(*binding).start < position;
                !declared.is_reassigned && (is_early || declared.function == FunctionId::MODULE)
            }
            _ => true,
        })
    }

    /// The last expression of a place.
    pub(super) fn expr_at(place: Place) -> Option<ExprId> {
        match place.part {
            Part::Expr(expr) => Some(expr),
            Part::Chain { to, .. } => Some(to),
            Part::MethodCall { call, .. } => Some(call),
            _ => None,
        }
    }

    fn ids(&self) -> impl Iterator<Item = ExprId> + use<> {
        (0..u32::try_from(self.program.exprs.len()).unwrap_or_default()).map(ExprId)
    }
}

/// Whether text may hold a comment.
pub(super) fn may_hold_comment(text: &str) -> bool {
    text.contains("//") || text.contains("/*")
}

fn offset(position: usize) -> Option<u32> {
    u32::try_from(position).ok()
}
