//! Putting the bounds of a range into the order of their index.

use lunora_facts::{ExprId, Span};
use lunora_project::Part;
use lunora_project::access::{Bound, Range, Read};
use lunora_report::Fix;

use super::code::{Code, may_hold_comment};
use super::safe;
use crate::context::RuleContext;

/// The fix that writes the calls of a range in the order of the index's columns. All of them still hold, and rows still come in the
/// order of the index.
pub(crate) fn reorder_range(context: &RuleContext<'_>, read: &Read, expected: &[String]) -> Option<Fix> {
    let [path] = read.paths.as_slice() else { return None };
    let Range::Known(bounds) = &path.index.as_ref()?.range else { return None };
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
    Some(safe("Write the calls in the order of the index".to_owned(), edits))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_fix, check_no_fix, rule};

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
    fn a_range_that_lacks_a_column_is_left_alone() {
        check_no_fix(rule("index_range_not_prefix"), &project("q.eq(\"a\", \"x\").gt(\"c\", 1)"));
    }
}
