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
    /// Where the property names of member expressions begin that end with their expressions, in the order of ids.
    pub last_members: Vec<(ExprId, u32)>,
    /// Other property names of member expressions (`row["name"]`), in the order of ids.
    pub inner_members: Vec<(ExprId, Span)>,
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

    /// Adds the property name of the member expression that was added last.
    pub fn push_member(&mut self, id: ExprId, span: Span) {
        if self.expr(id).end == span.end {
            self.last_members.push((id, span.start));
        } else {
            self.inner_members.push((id, span));
        }
    }

    /// The property name of a member expression; empty for every other expression.
    #[must_use]
    pub fn member(&self, id: ExprId) -> Span {
        match find(&self.last_members, id) {
            Some(start) => Span::new(start, self.expr(id).end),
            None => find(&self.inner_members, id).unwrap_or_default(),
        }
    }

    /// The property names of all member expressions.
    pub fn members(&self) -> impl Iterator<Item = (ExprId, Span)> {
        let last = self.last_members.iter().map(|(id, start)| (*id, Span::new(*start, self.expr(*id).end)));
        last.chain(self.inner_members.iter().copied())
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
        find(&self.type_strings, id).unwrap_or_default()
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

/// What stands beside an id in a list that is sorted by ids.
fn find<Id: Copy + Ord, T: Copy>(list: &[(Id, T)], id: Id) -> Option<T> {
    let position = list.binary_search_by_key(&id, |(known, _)| *known).ok()?;
    list.get(position).map(|(_, found)| *found)
}
