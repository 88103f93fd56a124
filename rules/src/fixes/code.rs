//! The text of a file and what stands where in it.

use lunora_facts::{
    BindingId, Expr, ExprId, FileFacts, FileId, FunctionId, Layout, Program, Span, SpanTable, Stmt, StmtId,
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
    facts: &'a FileFacts,
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
        let facts = &source.facts;
        Self { file, text: &source.text, program: &facts.program, spans: &facts.spans, facts }
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
        let callee = self.parent(call)?;
        if !matches!(self.expr(callee), Expr::Member { object, .. } if *object == call) {
            return None;
        }
        let next = self.parent(callee)?;
        let is_call = matches!(self.expr(next), Expr::Call { callee: called, .. } if *called == callee);
        self.link(next).filter(|_| is_call)
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
        self.layout().exprs_within(self.span(outer)).map(move |id| code.expr(id))
    }

    /// What an expression waits for: `await x`, or a name that stands for `await x` and is used nowhere else.
    pub(super) fn awaited(&self, rows: ExprId) -> Option<ExprId> {
        match self.expr(rows) {
            Expr::Await(value) => Some(*value),
            Expr::Cast { value, .. } => self.awaited(*value),
            Expr::Binding(name) => {
                let names = self.facts.names();
                let is_only_use = names.count(*name) == 1
                    && !names.is_exported(*name)
                    && !self.program.binding(*name).is_reassigned;
                let declaration = names.declaration(*name).filter(|_| is_only_use)?;
                let Stmt::Let { value: Some(value), .. } = self.program.stmt(declaration) else {
                    return None;
                };
                match self.expr(*value) {
                    Expr::Await(_) | Expr::Cast { .. } => self.awaited(*value),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The functions around a piece of the text, innermost first, without the module body.
    pub(super) fn functions_around(&self, span: Span) -> impl Iterator<Item = FunctionId> + use<'a> {
        self.layout().functions_around(span)
    }

    /// The statement that holds an expression and no other one that does.
    pub(super) fn stmt_around(&self, expr: ExprId) -> Option<&'a Stmt> {
        let id = self.layout().stmts_around(self.span(expr)).next()?;
        Some(self.program.stmt(id))
    }

    /// The call that a function is an argument of.
    pub(super) fn call_with(&self, function: FunctionId) -> Option<ExprId> {
        let around = self.layout().exprs_around(self.spans.function(function));
        let value = around.into_iter().find(|id| *self.expr(*id) == Expr::Function(function))?;
        let call = self.parent(value)?;
        match self.expr(call) {
            Expr::Call { arguments, .. } => {
                self.program.expr_list(*arguments).contains(&value).then_some(call)
            }
            _ => None,
        }
    }

    pub(super) fn stmt_span(&self, id: StmtId) -> Span {
        self.spans.stmt(id)
    }

    /// The `await` of an expression.
    pub(super) fn awaiting(&self, expr: ExprId) -> Option<ExprId> {
        self.parent(expr).filter(|parent| *self.expr(*parent) == Expr::Await(expr))
    }

    /// The names that the parameters of a function declare.
    pub(super) fn parameters(&self, function: FunctionId) -> impl Iterator<Item = &'a str> + use<'a> {
        let code = *self;
        let name = move |name: BindingId| code.program.text(code.program.binding(name).name);
        self.facts.names().parameters(function).map(name)
    }

    /// The names of two parameters, if a function has these alone.
    pub(super) fn parameter_names(&self, function: FunctionId) -> Option<[&'a str; 2]> {
        let count = self.program.function(function).parameters.len();
        let mut names = self.parameters(function);
        match (names.next(), names.next(), names.next()) {
            (Some(first), Some(second), None) if count == 2 => Some([first, second]),
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

    /// How the parts of the file lie in one another.
    pub(super) fn layout(&self) -> &'a Layout {
        self.facts.layout()
    }

    fn parent(&self, expr: ExprId) -> Option<ExprId> {
        self.layout().parent(expr, self.span(expr))
    }
}

/// Whether text may hold a comment.
pub(super) fn may_hold_comment(text: &str) -> bool {
    text.contains("//") || text.contains("/*")
}

fn offset(position: usize) -> Option<u32> {
    u32::try_from(position).ok()
}
