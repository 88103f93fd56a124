//! The filters of a read, and what takes their place when an index serves them.

use lunora_facts::{ExprId, Span};
use lunora_project::access::{AccessPath, Filter, Limit, Operator, Read, Surface};
use lunora_project::schema::{Table, is_system_column};
use lunora_project::{Part, Place};
use lunora_report::Edit;

use super::code::{Code, Link};
use super::predicate::{Comparison, Predicate};
use super::same_rows::{comparison_differs, order_differs, still_loops};
use super::style::Style;
use super::walk::{Walk, new_call};
use crate::context::RuleContext;

/// A `.filter(…)` of the chain, with what can be read of it.
struct FilterLink<'a> {
    link: Link<'a>,
    /// `None` if it is not written out.
    predicate: Option<Predicate>,
    comparisons: Vec<Comparison<'a>>,
    /// Whether what the range tests goes away here; a `find` or `some` stays as it is.
    is_moved: bool,
}

impl<'a> FilterLink<'a> {
    fn of(code: &Code<'a>, link: Link<'a>, filter: &'a Filter) -> Self {
        let predicate = Predicate::of(code, &link);
        let comparisons = predicate.as_ref().map(|predicate| predicate.comparisons(code, filter));
        let comparisons = comparisons.unwrap_or_default().into_iter().filter(is_expressible).collect();
        Self { link, predicate, comparisons, is_moved: true }
    }
}

/// A read whose filters can be rewritten.
pub(super) struct Rewrite<'a> {
    code: Code<'a>,
    pub(super) path: &'a AccessPath,
    pub(super) table: &'a Table,
    /// The `query(…)` that the chain begins with.
    begin: ExprId,
    /// The index that it names.
    walked: Option<Walk<'a>>,
    links: Vec<Link<'a>>,
    filters: Vec<FilterLink<'a>>,
}

impl<'a> Rewrite<'a> {
    /// The filters in the chain of a fluent read.
    pub(super) fn of_chain(context: &RuleContext<'a>, read: &'a Read) -> Option<Self> {
        let path = read.paths.first()?;
        let [name] = path.tables.as_slice() else { return None };
        let table = context.schema().table(&name.name)?;
        let is_alike = |other: &AccessPath| {
            other.tables.len() == 1
                && other.tables.iter().all(|table| table.name == name.name)
                && other.surface == Surface::Fluent
                && other.is_table_known
                && other.index.as_ref().map(|used| used.place) == path.index.as_ref().map(|used| used.place)
                && alike(&other.filters, &path.filters)
        };
        let last = path.filters.last()?.place;
        let code = Code::of(context.project, read.key.file);
        if !read.paths.iter().all(is_alike) || last.file != code.file {
            return None;
        }
        let links = code.links(read.key.expr, called(last)?)?;
        let walked = match &path.index {
            None => None,
            Some(used) => Some(Walk::of(&code, table, used, &links)?),
        };
        let mut filters = Vec::new();
        for filter in &path.filters {
            let link = *links.iter().find(|link| Some(link.call) == called(filter.place))?;
            filters.push(FilterLink::of(&code, link, filter));
        }
        Some(Self { code, path, table, begin: read.key.expr, walked, links, filters })
    }

    /// A filter on the array of rows that a fluent read returned, if nothing else looks at that array.
    pub(super) fn of_rows(context: &RuleContext<'a>, read: &'a Read, place: Place) -> Option<Self> {
        let [path] = read.paths.as_slice() else { return None };
        let [name] = path.tables.as_slice() else { return None };
        let table = context.schema().table(&name.name)?;
        let is_plain = path.surface == Surface::Fluent
            && path.is_table_known
            && path.filters.is_empty()
            && path.limit == Limit::None
            && path.method == "collect";
        let code = Code::of(context.project, read.key.file);
        let mut at_place = read.row_filters.iter().filter(|filter| filter.place == place);
        let (filter, None) = (at_place.next()?, at_place.next()) else { return None };
        let is_moved = filter.method == "filter";
        let is_rewritten = is_moved || matches!(filter.method.as_str(), "find" | "some");
        if !is_plain || place.file != code.file || !is_rewritten {
            return None;
        }
        let link = code.link(called(place)?)?;
        let links = code.links(read.key.expr, code.awaited(link.receiver)?)?;
        let walked = match &path.index {
            None => None,
            Some(used) => Some(Walk::of(&code, table, used, &links)?),
        };
        let mut filter = FilterLink { is_moved, ..FilterLink::of(&code, link, filter) };
        let start = code.span(read.key.expr).start;
        filter
            .comparisons
            .retain(|comparison| comparison.value.is_none_or(|value| code.is_known_at(value, start)));
        let begin = read.key.expr;
        Some(Self { code, path, table, begin, walked, links, filters: vec![filter] })
    }

    pub(super) fn comparisons(&self) -> impl Iterator<Item = &Comparison<'a>> {
        self.filters.iter().flat_map(|filter| &filter.comparisons)
    }

    /// The comparisons that the range of an index can take over, in the order of its columns. `None` if the bounds that are there and
    /// they are not one run of it.
    pub(super) fn used(&self, columns: &[String]) -> Option<Vec<&Comparison<'a>>> {
        let mut used: Vec<&Comparison<'a>> = Vec::new();
        let mut reached = 0;
        for column in columns {
            let own = self.walked.as_ref().and_then(|walk| walk.bound_on(column));
            reached += usize::from(own.is_some());
            match own {
                Some(true) => continue,
                Some(false) => break,
                None => {}
            }
            let of_column = || self.comparisons().filter(|comparison| comparison.condition.column == *column);
            let mut equal = of_column().filter(|comparison| comparison.condition.operator == Operator::Equal);
            if let Some(equal) = equal.next() {
                used.push(equal);
                continue;
            }
            used.extend(of_column().find(|comparison| is_lower(comparison.condition.operator)));
            used.extend(of_column().find(|comparison| !is_lower(comparison.condition.operator)));
            break;
        }
        let bounded = self.walked.as_ref().map_or(0, Walk::bounded_columns);
        (reached == bounded).then_some(used)
    }

    /// Whether a filter remains beside the range.
    pub(super) fn leaves_some(&self, used: &[&Comparison<'_>]) -> bool {
        self.filters.iter().any(|filter| self.remainder(filter, used).is_some() || filter.predicate.is_none())
    }

    fn remainder(&self, filter: &FilterLink<'_>, used: &[&Comparison<'_>]) -> Option<(Span, String)> {
        let tests: Vec<ExprId> = used.iter().map(|comparison| comparison.test).collect();
        filter.predicate.as_ref()?.without(&self.code, &tests)
    }

    /// The edits after which an index finds the rows that these comparisons pick. `None` if a name stands in the way.
    pub(super) fn edits(
        &self,
        context: &RuleContext<'_>,
        (index, columns): (&str, &[String]),
        used: &[&Comparison<'_>],
    ) -> Option<Vec<Edit>> {
        let style = context.style(self.code.file, || Style::of(&self.code));
        let call = match &self.walked {
            Some(walk) => walk.call(&self.code, &style, (index, columns), used)?,
            None => new_call(&style, index, used),
        };
        let mut edits = Vec::new();
        let walk = self.walked.as_ref().map(|walk| Span::new(walk.link.name_start, walk.link.end));
        edits.extend(walk.map(|span| self.code.edit(span, call.clone())));
        let mut is_placed = walk.is_some();
        for filter in self.filters.iter().filter(|filter| filter.is_moved) {
            let link = &filter.link;
            let has_own = filter.comparisons.iter().any(|own| used.iter().any(|used| used.test == own.test));
            if !has_own {
                continue;
            }
            match self.remainder(filter, used) {
                Some((span, rest)) => edits.push(self.code.edit(span, rest)),
                // The range belongs right behind the table: an order may follow it, and not the other way round.
                None if link.receiver == self.begin && !is_placed => {
                    is_placed = true;
                    edits.push(self.code.edit(Span::new(link.name_start, link.end), call.clone()));
                }
                None => edits.push(self.code.edit(self.code.link_span(link), String::new())),
            }
        }
        if !is_placed && let Some(first) = self.links.first() {
            let space = self.code.slice(Span::new(first.start, first.dot));
            let at = self.code.span(self.begin).end;
            edits.push(self.code.edit(Span::new(at, at), format!("{space}.{call}")));
        }
        Some(edits)
    }

    /// The columns in whose order rows come before; none if it is that of their creation.
    fn order(&self) -> Vec<String> {
        let fields = self.walked.iter().flat_map(|walk| &walk.index.fields);
        fields.map(|field| field.name.clone()).collect()
    }

    /// Why the rows or their order may differ.
    pub(super) fn difference(
        &self,
        context: &RuleContext<'_>,
        read: &Read,
        columns: &[String],
        used: &[&Comparison<'_>],
    ) -> Option<String> {
        let conditions = used.iter().map(|comparison| comparison.condition);
        let own = self.walked.iter().flat_map(Walk::pinned).map(str::to_owned);
        let pinned: Vec<String> = conditions
            .filter(|condition| condition.operator == Operator::Equal)
            .map(|condition| condition.column.to_string())
            .chain(own)
            .collect();
        let in_paths = read.paths.iter().find_map(|path| {
            let in_path = |comparison: &&&Comparison<'_>| {
                let source = comparison.condition.source;
                let mut all = path.filters.iter().flat_map(|filter| &filter.conditions);
                let same =
                    all.find(|other| other.source == source && other.column == comparison.condition.column);
                let condition = same.unwrap_or(comparison.condition);
                comparison_differs(context, &self.code, path, self.table, comparison, condition)
            };
            used.iter()
                .find_map(|comparison| in_path(&comparison))
                .or_else(|| order_differs(path, &self.order(), columns, &pinned))
        });
        in_paths.or_else(|| still_loops(&read.reached_from))
    }
}

/// Whether filters are the same but for the values that they compare with.
fn alike(left: &[Filter], right: &[Filter]) -> bool {
    let shape = |filter: &Filter| {
        let conditions = filter.conditions.iter();
        let conditions: Vec<_> = conditions
            .map(|condition| {
                (condition.column.clone(), condition.operator, condition.source, condition.is_conditional)
            })
            .collect();
        (filter.place, conditions, filter.has_residual)
    };
    left.iter().map(shape).eq(right.iter().map(shape))
}

/// Whether the range of an index can say it: `null` finds nothing there, and `undefined` is an error.
fn is_expressible(comparison: &Comparison<'_>) -> bool {
    let condition = comparison.condition;
    let is_set = !matches!(condition.operand.literal.as_deref(), Some("null" | "undefined"));
    let is_own = !condition.column.contains('.') && !is_system_column(&condition.column);
    is_set && is_own && condition.operator != Operator::In
}

pub(super) fn called(place: Place) -> Option<ExprId> {
    match place.part {
        Part::MethodCall { call, .. } => Some(call),
        _ => None,
    }
}

fn is_lower(operator: Operator) -> bool {
    matches!(operator, Operator::Greater | Operator::GreaterOrEqual)
}
