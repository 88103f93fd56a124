//! The `withIndex(…)` of a read, and what it becomes with more bounds or by another index.

use lunora_facts::{Expr, Span};
use lunora_project::Part;
use lunora_project::access::{Bound, IndexUse, Operator, Range};
use lunora_project::schema::{Index, IndexKind, Table};

use super::code::{Code, Link, may_hold_comment};
use super::predicate::Comparison;
use super::style::Style;

/// An index that a read names, written out in its chain.
pub(super) struct Walk<'a> {
    pub(super) link: Link<'a>,
    pub(super) index: &'a Index,
    /// The bounds of its range, in the order in which they are written.
    bounds: Vec<WrittenBound<'a>>,
    /// What stands around the bounds.
    callback: Option<Callback<'a>>,
}

/// One bound of a range.
struct WrittenBound<'a> {
    column: &'a str,
    is_equal: bool,
    link: Link<'a>,
}

/// The callback of a range.
struct Callback<'a> {
    /// From the method's name to the index's name.
    head: &'a str,
    /// From there to the builder that the bounds are called on.
    middle: &'a str,
    /// From the last bound to the end of the call.
    tail: &'a str,
    /// What the builder is called.
    builder: &'a str,
}

impl<'a> Walk<'a> {
    /// The index that a chain of calls names. `None` if its range is not written out as a chain of bounds.
    pub(super) fn of(
        code: &Code<'a>,
        table: &'a Table,
        used: &'a IndexUse,
        links: &[Link<'a>],
    ) -> Option<Self> {
        let Part::MethodCall { call, .. } = used.place.part else { return None };
        let index = table.index(&used.name.as_ref()?.0)?;
        let link = *links.iter().find(|link| link.call == call)?;
        let bounds = match &used.range {
            Range::Absent => &[],
            Range::Known(bounds) => bounds.as_slice(),
            Range::Indeterminate => return None,
        };
        let is_known = index.kind == IndexKind::Secondary && index.has_all_fields;
        let has_comment = may_hold_comment(code.slice(Span::new(link.dot, link.end)));
        if !is_known || used.place.file != code.file || (has_comment && !bounds.is_empty()) {
            return None;
        }
        let bounds: Option<Vec<WrittenBound<'a>>> =
            bounds.iter().map(|bound| WrittenBound::of(code, bound)).collect();
        let bounds = bounds?;
        let is_chain =
            bounds.iter().zip(bounds.iter().skip(1)).all(|(one, next)| next.link.receiver == one.link.call);
        let callback = match (bounds.first(), bounds.last()) {
            (Some(first), Some(last)) => Some(Callback::of(code, &link, first, last)?),
            _ => None,
        };
        is_chain.then_some(Self { link, index, bounds, callback })
    }

    /// The columns that are held equal.
    pub(super) fn pinned(&self) -> impl Iterator<Item = &'a str> {
        self.bounds.iter().filter(|bound| bound.is_equal).map(|bound| bound.column)
    }

    /// How a column is bounded: `true` by equality.
    pub(super) fn bound_on(&self, column: &str) -> Option<bool> {
        self.bounds.iter().find(|bound| bound.column == column).map(|bound| bound.is_equal)
    }

    /// How many columns are bounded.
    pub(super) fn bounded_columns(&self) -> usize {
        let mut columns: Vec<&str> = self.bounds.iter().map(|bound| bound.column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns.len()
    }

    /// The call with another index and more bounds, in the order of the index's columns. `None` if the index lacks a column of the range, or
    /// a value would mean the builder.
    pub(super) fn call(
        &self,
        code: &Code<'a>,
        style: &Style,
        (index, columns): (&str, &[String]),
        more: &[&Comparison<'_>],
    ) -> Option<String> {
        let name = style.string(index);
        let Some(callback) = &self.callback else { return Some(new_call(style, index, more)) };
        let is_held = |bound: &WrittenBound<'_>| columns.iter().any(|column| column == bound.column);
        if !self.bounds.iter().all(is_held) {
            return None;
        }
        if more.iter().any(|comparison| mentions(&comparison.operand, callback.builder)) {
            return None;
        }
        let space =
            self.bounds.last().map_or("", |bound| code.slice(Span::new(bound.link.start, bound.link.dot)));
        let mut range = String::new();
        for column in columns {
            for own in self.bounds.iter().filter(|bound| bound.column == column) {
                range.push_str(code.slice(Span::new(own.link.start, own.link.end)));
            }
            for added in more.iter().filter(|comparison| comparison.condition.column == *column) {
                range.push_str(&format!("{space}{}", bound_text(style, added)));
            }
        }
        Some(format!("{}{name}{}{range}{}", callback.head, callback.middle, callback.tail))
    }
}

impl<'a> WrittenBound<'a> {
    fn of(code: &Code<'a>, bound: &'a Bound) -> Option<Self> {
        let Part::MethodCall { call, .. } = bound.place.part else { return None };
        let column = bound.column.as_ref()?.name.as_str();
        let is_equal = bound.operator == Operator::Equal;
        let link = code.link(call).filter(|_| bound.place.file == code.file)?;
        Some(Self { column, is_equal, link })
    }
}

impl<'a> Callback<'a> {
    fn of(
        code: &Code<'a>,
        link: &Link<'a>,
        first: &WrittenBound<'a>,
        last: &WrittenBound<'a>,
    ) -> Option<Self> {
        let [name, callback] = link.arguments else { return None };
        let Expr::Function(_) = code.expr(*callback) else { return None };
        let Expr::Binding(_) = code.expr(first.link.receiver) else { return None };
        let (name, whole, builder) = (code.span(*name), code.span(*callback), code.span(first.link.receiver));
        let is_inside = whole.start <= builder.start && last.link.end <= whole.end;
        is_inside.then(|| Self {
            head: code.slice(Span::new(link.name_start, name.start)),
            middle: code.slice(Span::new(name.end, builder.end)),
            tail: code.slice(Span::new(last.link.end, link.end)),
            builder: code.source(first.link.receiver),
        })
    }
}

/// A call that reads by the range of an index.
pub(super) fn new_call(style: &Style, index: &str, bounds: &[&Comparison<'_>]) -> String {
    let is_taken = bounds.iter().any(|comparison| mentions(&comparison.operand, "q"));
    let builder = if is_taken { "range" } else { "q" };
    let range: String = bounds.iter().map(|comparison| bound_text(style, comparison)).collect();
    format!("withIndex({}, ({builder}) => {builder}{range})", style.string(index))
}

fn bound_text(style: &Style, comparison: &Comparison<'_>) -> String {
    let column = style.string(&comparison.condition.column);
    format!(".{}({column}, {})", method(comparison.condition.operator), comparison.operand)
}

fn mentions(code: &str, name: &str) -> bool {
    code.split(|character: char| !character.is_alphanumeric() && !matches!(character, '_' | '$'))
        .any(|word| word == name)
}

fn method(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal | Operator::In => "eq",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "gte",
        Operator::Less => "lt",
        Operator::LessOrEqual => "lte",
    }
}
