//! Putting the bounds of a range into the order of their index.

use lunora_facts::{ExprId, Span};
use lunora_project::Part;
use lunora_project::access::{Bound, IndexUse, Operator, Range, Read};
use lunora_project::index_plan::Demand;
use lunora_project::schema::is_system_column;
use lunora_report::{Edit, Fix};

use super::code::{Code, may_hold_comment};
use super::names::rename;
use super::same_rows::{order_differs, still_loops};
use super::{Rewritten, index, judged, safe};
use crate::context::RuleContext;
use crate::findings::columns;
use crate::indexes::{Suited, suited};
use crate::reads::RangeCost;

/// The fix that writes the calls of a range in the order of the index's columns. All of them still hold, and rows still come in the
/// order of the index.
pub(crate) fn reorder_range(context: &RuleContext<'_>, read: &Read, expected: &[String]) -> Option<Fix> {
    let [path] = read.paths.as_slice() else { return None };
    let edits = reordered(context, path.index.as_ref()?, expected)?;
    Some(safe("Write the calls in the order of the index".to_owned(), edits))
}

/// The fix that reads by an index which has all bounds of a range in one run: one that is declared, or a new one.
pub(crate) fn read_by_one_run(context: &RuleContext<'_>, read: &Read, cost: &RangeCost) -> Option<Rewritten> {
    let [path] = read.paths.as_slice() else { return None };
    let [table] = path.tables.as_slice() else { return None };
    let table = context.schema().table(&table.name).filter(|table| table.has_all_indexes)?;
    let used = path.index.as_ref()?;
    let (name, place) = used.name.as_ref()?;
    let run: Vec<String> = cost.wanted.equal.iter().chain(&cost.wanted.bounded).cloned().collect();
    let is_system = run.iter().any(|column| is_system_column(column) || column.contains('.'));
    // A name that is written elsewhere may be meant for other reads as well.
    let (own, span) = (context.project.span(read.place), context.project.span((*place)?));
    let is_own = place.is_some_and(|place| place.file == read.place.file) && own.to(span) == own;
    if is_system || !is_own || !may_be_one_run(used, &run) {
        return None;
    }
    let before = columns(table.index(name)?);
    let rewritten = |other: &str, fields: &[String]| {
        let mut edits: Vec<Edit> = Vec::new();
        if other != name {
            edits.push(rename(context, (*place)?, name, other)?);
        }
        edits.extend(reordered(context, used, fields)?);
        let reason = order_differs(path, &before, fields, &cost.wanted.equal)
            .or_else(|| still_loops(&read.reached_from));
        Some((edits, reason))
    };
    let bounded: Vec<String> = cost.wanted.bounded.iter().cloned().collect();
    match suited(context, table, &Demand::on(table, &cost.wanted.equal, &bounded)) {
        Suited::Declared(index) => {
            let other = index.name.as_deref().filter(|_| index.has_all_fields)?;
            let (edits, reason) = rewritten(other, &columns(index))?;
            let title = format!("Read by the index `{other}`");
            Some(Rewritten { fixes: vec![judged(title, edits, reason)], indexed: None })
        }
        Suited::Proposed(proposal) => {
            let fixes = index::ways(context, table, &proposal).into_iter().filter_map(|way| {
                let (mut edits, reason) = rewritten(&way.index.name, &way.index.fields)?;
                edits.push(way.edit);
                Some(judged(format!("{}, and read by it", way.title), edits, way.reason.or(reason)))
            });
            Some(Rewritten { fixes: fixes.collect(), indexed: Some(table.name.clone()) })
        }
    }
}

/// Whether an index on these columns has all bounds in one run: each is on one of them, and none has two bounds of the same kind.
fn may_be_one_run(used: &IndexUse, run: &[String]) -> bool {
    let Range::Known(bounds) = &used.range else { return false };
    let is_lower = |bound: &Bound| matches!(bound.operator, Operator::Greater | Operator::GreaterOrEqual);
    let is_upper = |bound: &Bound| matches!(bound.operator, Operator::Less | Operator::LessOrEqual);
    let name = |bound: &Bound| bound.column.as_ref().map(|column| column.name.to_string());
    bounds.iter().enumerate().all(|(position, bound)| {
        name(bound).is_some_and(|column| run.contains(&column))
            && bounds
                .iter()
                .skip(position + 1)
                .filter(|other| name(other) == name(bound))
                .all(|other| (is_lower(bound) && is_upper(other)) || (is_upper(bound) && is_lower(other)))
    })
}

/// The edits that put the bounds of a range into the order of some columns.
fn reordered(context: &RuleContext<'_>, used: &IndexUse, expected: &[String]) -> Option<Vec<Edit>> {
    let Range::Known(bounds) = &used.range else { return None };
    let code = Code::of(context.project, bounds.first()?.place.file);
    let position = |bound: &Bound| {
        let column = bound.column.as_ref()?;
        expected.iter().position(|expected| *expected == column.name)
    };
    let mut calls: Vec<(usize, ExprId)> = Vec::new();
    for bound in bounds {
        let Part::MethodCall { call, .. } = bound.place.part else { return None };
        calls.push((position(bound)?, call));
    }
    // Each call must be made on the one before it: then their texts can change places.
    for ((_, before), (_, after)) in calls.iter().zip(calls.iter().skip(1)) {
        if code.link(*after)?.receiver != *before {
            return None;
        }
    }
    let mut sorted = calls.clone();
    sorted.sort_by_key(|(position, _)| *position);
    let text_of = |call: ExprId| {
        let link = code.link(call)?;
        Some((Span::new(link.name_start, link.end), code.slice(Span::new(link.name_start, link.end))))
    };
    let mut edits = Vec::new();
    for ((_, there), (_, comes)) in calls.iter().zip(&sorted) {
        let (span, _) = text_of(*there)?;
        let (_, text) = text_of(*comes)?;
        if may_hold_comment(text) {
            return None;
        }
        if there != comes {
            edits.push(code.edit(span, text.to_owned()));
        }
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_fix, check_no_fix, check_unsafe_fix, rule};

    fn project(range: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
export default defineSchema({{ posts: defineTable({{ a: v.string(), b: v.string(), c: v.number() }}).index("by_a_b_c", ["a", "b", "c"]) }});
//- /lunora/posts.ts
export const read = query.query(({{ ctx }}) => ctx.db.query("posts").withIndex("by_a_b_c", (q) => {range}).first());
"#
        )
    }

    #[test]
    fn calls_are_put_into_the_order_of_the_index() {
        check_fix(
            rule("index_range_not_prefix"),
            &project("q.gt(\"c\", 1).eq(\"b\", \"y\").lte(\"c\", 9).eq(\"a\", \"x\")"),
            &project("q.eq(\"a\", \"x\").eq(\"b\", \"y\").gt(\"c\", 1).lte(\"c\", 9)"),
        );
        check_fix(
            rule("index_range_not_prefix"),
            &project("\n    q\n      .eq(\"b\", \"y\")\n      .eq(\"a\", \"x\")"),
            &project("\n    q\n      .eq(\"a\", \"x\")\n      .eq(\"b\", \"y\")"),
        );
    }

    #[test]
    fn a_range_that_lacks_a_column_gets_an_index_without_it() {
        let indexed = |range: &str| {
            let added = "[\"a\", \"b\", \"c\"])\n  .index(\"by_a_c\", [\"a\", \"c\"])";
            project(range)
                .replace("[\"a\", \"b\", \"c\"])", added)
                .replace("withIndex(\"by_a_b_c\"", "withIndex(\"by_a_c\"")
        };
        check_unsafe_fix(
            rule("index_range_not_prefix"),
            &project("q.gt(\"c\", 1).eq(\"a\", \"x\")"),
            "becomes that of `c` and is no longer that of `b`",
            &indexed("q.eq(\"a\", \"x\").gt(\"c\", 1)"),
        );
        let unique = |range: &str| range.replace(".first()", ".unique()");
        check_fix(
            rule("index_range_not_prefix"),
            &unique(&project("q.eq(\"a\", \"x\").gt(\"c\", 1)")),
            &unique(&indexed("q.eq(\"a\", \"x\").gt(\"c\", 1)")),
        );
    }

    #[test]
    fn bounds_that_no_index_has_in_one_run_are_left_alone() {
        for range in [
            "q.gt(\"a\", \"x\").gt(\"c\", 1)",
            "q.eq(\"b\", \"x\").gt(\"_creationTime\", 1)",
            "q.gt(\"a\", \"x\").gte(\"a\", \"y\")",
        ] {
            check_no_fix(rule("index_range_not_prefix"), &project(range));
        }
    }
}
