//! Where things stand in the text: byte ranges beside a [`Program`](crate::Program), never inside it.

use crate::ids::{BindingId, ExprId, FunctionId, PropId, StmtId, TypeId};

/// A half-open range of byte offsets in one file's text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The range as one of `usize`, to slice the text with.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The spans of a program, by id.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SpanTable {
    /// Expressions. Parentheses around an expression are not part of it.
    pub exprs: Vec<Span>,
    /// The property names of member expressions, in the order of the expressions' ids.
    pub members: Vec<(ExprId, Span)>,
    /// Properties of object literals: key to the end of the value.
    pub props: Vec<Span>,
    /// Keys of properties (of a spread: the whole).
    pub prop_keys: Vec<Span>,
    /// Keys of properties of object patterns.
    pub pattern_keys: Vec<Span>,
    /// Statements.
    pub stmts: Vec<Span>,
    /// Functions: from `async`, `function`, the parameters or the method name to the end.
    pub functions: Vec<Span>,
    /// The name in each binding's declaration.
    pub bindings: Vec<Span>,
    /// Module specifiers of imports, quotes included.
    pub imports: Vec<Span>,
    /// Module specifiers of exports, quotes included; empty for what the file exports of its own.
    pub exports: Vec<Span>,
    /// String literals that are types, quotes included, in the order of their ids. Other types have no span.
    pub type_strings: Vec<(TypeId, Span)>,
}

impl SpanTable {
    /// The whole expression.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> Span {
        self.exprs[id.index()]
    }

    /// The property name of a member expression; empty for every other expression.
    #[must_use]
    pub fn member(&self, id: ExprId) -> Span {
        find(&self.members, id)
    }

    /// A property, key and value.
    #[must_use]
    pub fn prop(&self, id: PropId) -> Span {
        self.props[id.index()]
    }

    /// A property's key.
    #[must_use]
    pub fn prop_key(&self, id: PropId) -> Span {
        self.prop_keys[id.index()]
    }

    /// The key of a property of an object pattern, by its position among all of them.
    #[must_use]
    pub fn pattern_key(&self, index: u32) -> Span {
        self.pattern_keys.get(index as usize).copied().unwrap_or_default()
    }

    /// A type that is a string literal; empty for any other type.
    #[must_use]
    pub fn type_string(&self, id: TypeId) -> Span {
        find(&self.type_strings, id)
    }

    /// A statement.
    #[must_use]
    pub fn stmt(&self, id: StmtId) -> Span {
        self.stmts[id.index()]
    }

    /// A function.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> Span {
        self.functions[id.index()]
    }

    /// A binding's name where it is declared.
    #[must_use]
    pub fn binding(&self, id: BindingId) -> Span {
        self.bindings[id.index()]
    }
}

/// The span of an id in a list that is sorted by ids; empty if it has none.
fn find<Id: Copy + Ord>(spans: &[(Id, Span)], id: Id) -> Span {
    let position = spans.binary_search_by_key(&id, |(known, _)| *known);
    position.ok().and_then(|position| spans.get(position)).map(|(_, span)| *span).unwrap_or_default()
}
