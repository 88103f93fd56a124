//! How the parts of a file lie in one another, so that what stands around a piece of its text is found without a search.

use std::num::NonZeroU32;

use crate::ids::{ExprId, FunctionId, StmtId};
use crate::spans::{Span, SpanTable};

/// How the parts of a file lie in one another.
#[derive(Debug)]
pub struct Layout {
    exprs: Nesting<ExprId>,
    stmts: Nesting<StmtId>,
    /// All but the module body.
    functions: Nesting<FunctionId>,
}

impl Layout {
    pub(crate) fn of(spans: &SpanTable) -> Self {
        Self {
            exprs: Nesting::of((0..).map(ExprId::new).zip(spans.exprs.iter().copied())),
            stmts: Nesting::of((0..).map(StmtId::new).zip(spans.stmts.iter().copied())),
            functions: Nesting::of((0..).map(FunctionId::new).zip(spans.functions.iter().copied()).skip(1)),
        }
    }

    /// The expressions that hold a piece of the text, innermost first.
    pub fn exprs_around(&self, span: Span) -> impl Iterator<Item = ExprId> {
        self.exprs.around(span)
    }

    /// The expressions that stand within a piece of the text.
    pub fn exprs_within(&self, span: Span) -> impl Iterator<Item = ExprId> {
        self.exprs.within(span)
    }

    /// The expression that an expression is the nearest part of.
    #[must_use]
    pub fn parent(&self, expr: ExprId, span: Span) -> Option<ExprId> {
        self.exprs.around(span).skip_while(|around| *around != expr).nth(1)
    }

    /// The statements that hold a piece of the text, innermost first.
    pub fn stmts_around(&self, span: Span) -> impl Iterator<Item = StmtId> {
        self.stmts.around(span)
    }

    /// The functions that hold a piece of the text, innermost first, without the module body.
    pub fn functions_around(&self, span: Span) -> impl Iterator<Item = FunctionId> {
        self.functions.around(span)
    }
}

/// Pieces of a text of which any two lie in one another or apart.
#[derive(Debug)]
struct Nesting<Id> {
    /// By where they begin, outer ones first.
    nodes: Vec<Node<Id>>,
}

#[derive(Clone, Copy, Debug)]
struct Node<Id> {
    id: Id,
    span: Span,
    /// One more than the position of the innermost other one that holds it.
    parent: Option<NonZeroU32>,
}

impl<Id: Copy + Ord> Nesting<Id> {
    /// What is empty has no place among them.
    fn of(spans: impl Iterator<Item = (Id, Span)>) -> Self {
        let spans = spans.filter(|(_, span)| span.start < span.end);
        let mut nodes: Vec<Node<Id>> = spans.map(|(id, span)| Node { id, span, parent: None }).collect();
        // Parts get their ids before the whole: where two take the same place, the later one is around the other.
        nodes.sort_unstable_by_key(|node| (node.span.start, std::cmp::Reverse((node.span.end, node.id))));
        let mut open: Vec<(u32, Span)> = Vec::new();
        for (next, node) in (1..).zip(&mut nodes) {
            while open.last().is_some_and(|(_, around)| around.end < node.span.end) {
                open.pop();
            }
            node.parent = open.last().and_then(|(parent, _)| NonZeroU32::new(*parent));
            open.push((next, node.span));
        }
        Self { nodes }
    }

    fn around(&self, span: Span) -> impl Iterator<Item = Id> {
        let after = self.nodes.partition_point(|node| node.span.start <= span.start);
        let last = after.checked_sub(1).and_then(|position| self.nodes.get(position));
        let outwards = |node: &&Node<Id>| self.nodes.get(node.parent?.get() as usize - 1);
        let holding = std::iter::successors(last, outwards).skip_while(move |node| node.span.end < span.end);
        holding.map(|node| node.id)
    }

    fn within(&self, span: Span) -> impl Iterator<Item = Id> {
        let start = self.nodes.partition_point(|node| node.span.start < span.start);
        let inside = self.nodes.iter().skip(start).take_while(move |node| node.span.start < span.end);
        inside.filter(move |node| node.span.end <= span.end).map(|node| node.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nesting(spans: &[(u32, u32)]) -> Nesting<ExprId> {
        let spans = spans.iter().map(|(start, end)| Span::new(*start, *end));
        Nesting::of((0..).map(ExprId::new).zip(spans))
    }

    #[test]
    fn pieces_are_found_from_the_inside_out() {
        let nesting = nesting(&[(2, 4), (5, 8), (1, 9), (0, 20), (12, 14), (12, 14), (30, 40)]);
        let around =
            |start, end| nesting.around(Span::new(start, end)).map(ExprId::index).collect::<Vec<_>>();
        assert_eq!(around(2, 3), [0, 2, 3]);
        assert_eq!(around(2, 6), [2, 3]);
        assert_eq!(around(10, 11), [3]);
        assert_eq!(around(12, 14), [4, 5, 3], "the later of two in one place is around the other");
        assert_eq!(around(19, 31), []);
        assert_eq!(around(25, 26), []);
    }

    #[test]
    fn what_lies_within_a_piece_is_found() {
        let nesting = nesting(&[(2, 4), (5, 8), (1, 9), (0, 20), (6, 6)]);
        let within =
            |start, end| nesting.within(Span::new(start, end)).map(ExprId::index).collect::<Vec<_>>();
        assert_eq!(within(1, 9), [2, 0, 1]);
        assert_eq!(within(2, 7), [0]);
        assert_eq!(within(10, 30), []);
    }
}
