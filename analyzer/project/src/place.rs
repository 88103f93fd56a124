//! Pointers into source that survive the move of code: a file and an id, turned into a span only when something is shown.

use lunora_facts::{BindingId, ExprId, FileId, FunctionId, PropId, Span, SpanTable, StmtId, TypeId};

/// An expression of a file: the identity of a call site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The expression.
    pub expr: ExprId,
}

impl Site {
    /// The whole expression.
    #[must_use]
    pub fn place(self) -> Place {
        Place { file: self.file, part: Part::Expr(self.expr) }
    }

    /// The call at this site, from its method name to its end.
    #[must_use]
    pub fn method_call(self, callee: ExprId) -> Place {
        Place { file: self.file, part: Part::MethodCall { callee, call: self.expr } }
    }
}

/// A piece of source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Which piece of it.
    pub part: Part,
}

/// Which piece of a file a [`Place`] names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// An expression.
    Expr(ExprId),
    /// From the start of one expression to the end of another.
    Chain { from: ExprId, to: ExprId },
    /// A method call, from the method's name to the closing parenthesis.
    MethodCall { callee: ExprId, call: ExprId },
    /// The property name of a member expression.
    Member(ExprId),
    /// A property of an object literal, key and value.
    Prop(PropId),
    /// The key of a property.
    PropKey(PropId),
    /// The key of a property of an object pattern, by its position among the file's.
    PatternKey(u32),
    /// A type that is a string literal.
    TypeString(TypeId),
    /// A statement.
    Stmt(StmtId),
    /// A function.
    Function(FunctionId),
    /// A name where it is declared.
    Binding(BindingId),
    /// The module specifier of an import, by its position among the file's imports.
    Import(u32),
    /// The module specifier of an export from another module, by its position among the file's exports.
    Export(u32),
    /// The first byte of the file.
    Start,
}

impl Place {
    /// The byte range of this piece, by the spans of its file.
    #[must_use]
    pub fn span(self, spans: &SpanTable) -> Span {
        match self.part {
            Part::Expr(expr) => spans.expr(expr),
            Part::Chain { from, to } => {
                Span::new(spans.expr(from).start, spans.expr(to).end.max(spans.expr(from).end))
            }
            Part::MethodCall { callee, call } => {
                let name = spans.member(callee);
                let call = spans.expr(call);
                if name.end == 0 { call } else { Span::new(name.start, call.end) }
            }
            Part::Member(expr) => spans.member(expr),
            Part::Prop(prop) => spans.prop(prop),
            Part::PropKey(prop) => spans.prop_key(prop),
            Part::PatternKey(index) => spans.pattern_key(index),
            Part::TypeString(ty) => spans.type_string(ty),
            Part::Stmt(stmt) => spans.stmt(stmt),
            Part::Function(function) => spans.function(function),
            Part::Binding(binding) => spans.binding(binding),
            Part::Import(import) => spans.imports.get(import as usize).copied().unwrap_or_default(),
            Part::Export(export) => spans.exports.get(export as usize).copied().unwrap_or_default(),
            Part::Start => Span::default(),
        }
    }
}
