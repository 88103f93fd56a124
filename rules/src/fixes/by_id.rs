//! From a search for one row by its `_id` to a lookup.

use lunora_facts::{Expr, Span};
use lunora_project::Part;
use lunora_project::access::{Operator, Origin, Read, Surface};
use lunora_report::Fix;

use super::code::Code;
use super::predicate::Predicate;
use super::{risky, safe};
use crate::context::RuleContext;

/// The fix that looks a row up by its id, where a fluent read filters by `_id` alone and wants one row.
pub(crate) fn get_by_id(context: &RuleContext<'_>, read: &Read) -> Option<Fix> {
    let [path] = read.paths.as_slice() else { return None };
    let ([table], [filter]) = (path.tables.as_slice(), path.filters.as_slice()) else { return None };
    let is_plain = path.is_table_known
        && path.surface == Surface::Fluent
        && path.index.is_none()
        && matches!(path.method.as_str(), "first" | "unique");
    if !is_plain || filter.place.file != read.key.file {
        return None;
    }
    let code = Code::of(context.project, read.key.file);
    let Part::MethodCall { call, .. } = filter.place.part else { return None };
    let predicate = Predicate::of(&code, &code.link(call)?)?;
    let comparisons = predicate.comparisons(&code, filter);
    let [comparison] = comparisons.as_slice() else { return None };
    let condition = comparison.condition;
    let is_lookup = condition.column == "_id"
        && condition.operator == Operator::Equal
        && condition.operand.literal.is_none()
        && predicate.without(&code, &[comparison.test]).is_none();
    if !is_lookup {
        return None;
    }
    // `query(…)`, the filter, the end of the chain; an order between them makes no difference to one row.
    let query = code.link(read.key.expr).filter(|link| link.name == "query")?;
    let last = last_call(&code, call)?;
    let links = code.links(read.key.expr, last)?;
    if !links.iter().all(|link| matches!(link.name, "filter" | "order" | "first" | "unique")) {
        return None;
    }
    let declared = context.schema().table(&table.name)?;
    // One short line takes the place of a chain, unless something is said between its lines.
    let before = Span::new(code.span(query.receiver).end, query.name_start);
    let is_plain = code.slice(before).trim() == ".";
    let (start, dot) = if is_plain { (before.start, ".") } else { (before.end, "") };
    let span = Span::new(start, code.span(last).end);
    let edit = code.edit(span, format!("{dot}{}.get({})", table.name, comparison.operand));
    let title = format!("Look it up with `ctx.db.{}.get(…)`", table.name);
    let is_database = matches!(code.expr(query.receiver), Expr::Member { .. } | Expr::Binding(_));
    let reason = if declared.modifier("softDelete").is_some() {
        Some("`get` also returns a row that is deleted softly".to_owned())
    } else if comparison.is_loose {
        Some("`==` also holds for values that are no id".to_owned())
    } else if is_known_id(context, read, &table.name) {
        None
    } else {
        Some(format!("`{}` may be undefined, or no id at all", comparison.operand))
    };
    is_database.then(|| match reason {
        None => safe(title, vec![edit]),
        Some(reason) => risky(title, vec![edit], reason),
    })
}

/// Whether what `_id` is compared with is an id of that table for sure: an argument that is required.
fn is_known_id(context: &RuleContext<'_>, read: &Read, table: &str) -> bool {
    read.paths.iter().all(|path| {
        let operands =
            path.filters.iter().flat_map(|filter| &filter.conditions).map(|found| &found.operand.origin);
        operands.into_iter().all(|origin| match origin {
            Origin::Argument(argument) => path.reached_from.iter().all(|procedure| {
                let inputs = &context.project.procedure(*procedure).inputs;
                let [name] = argument.as_slice() else { return false };
                let input = inputs.iter().find(|input| input.name == *name);
                input.is_some_and(|input| !input.is_optional && input.table.as_deref() == Some(table))
            }),
            _ => false,
        })
    })
}

/// The last call of the chain that a call is part of.
fn last_call(code: &Code<'_>, call: lunora_facts::ExprId) -> Option<lunora_facts::ExprId> {
    let mut last = call;
    while let Some(next) = code.next(last) {
        last = next.call;
        if matches!(next.name, "first" | "unique") {
            return Some(last);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_fix, check_no_fix, check_unsafe_fix, rule};

    fn project(input: &str, read: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
export default defineSchema({{
  posts: defineTable({{ orgId: v.string() }}),
  notes: defineTable({{ orgId: v.string() }}).softDelete(),
}});
//- /lunora/posts.ts
export const one = query.input({{ id: {input} }}).query(async ({{ ctx, args }}) => {read});
"#
        )
    }

    #[test]
    fn a_search_for_one_row_by_its_id_becomes_a_lookup() {
        let rule = rule("filter_on_primary_key");
        let after = project("v.id(\"posts\")", "ctx.db.posts.get(args.id)");
        for read in [
            "ctx.db.query(\"posts\").filter((d) => d._id === args.id).first()",
            "ctx.db.query(\"posts\").order(\"desc\").filter(({ _id }) => args.id === _id).unique()",
        ] {
            check_fix(rule, &project("v.id(\"posts\")", read), &after);
        }
    }

    #[test]
    fn a_chain_of_several_lines_becomes_one() {
        let rule = rule("filter_on_primary_key");
        let read = "ctx.db\n    .query(\"posts\")\n    .filter((d) => d._id === args.id)\n    .first()";
        let after = project("v.id(\"posts\")", "ctx.db.posts.get(args.id)");
        check_fix(rule, &project("v.id(\"posts\")", read), &after);
        let read =
            "ctx.db\n    // Few have one.\n    .query(\"posts\").filter((d) => d._id === args.id).first()";
        let after = project("v.id(\"posts\")", "ctx.db\n    // Few have one.\n    .posts.get(args.id)");
        check_fix(rule, &project("v.id(\"posts\")", read), &after);
    }

    #[test]
    fn a_lookup_that_may_find_something_else_is_unsafe() {
        let rule = rule("filter_on_primary_key");
        for (input, table, reason) in [
            ("v.optional(v.id(\"posts\"))", "posts", "may be undefined"),
            ("v.string()", "posts", "no id at all"),
            ("v.id(\"notes\")", "notes", "deleted softly"),
        ] {
            let read = format!("ctx.db.query(\"{table}\").filter((d) => d._id === args.id).first()");
            let after = format!("ctx.db.{table}.get(args.id)");
            check_unsafe_fix(rule, &project(input, &read), reason, &project(input, &after));
        }
    }

    #[test]
    fn lists_and_further_tests_are_left_alone() {
        let rule = rule("filter_on_primary_key");
        for read in [
            "ctx.db.query(\"posts\").filter((d) => d._id === args.id).collect()",
            "ctx.db.query(\"posts\").filter((d) => d._id === args.id && d.orgId === \"x\").first()",
            "(await ctx.db.query(\"posts\").collect()).find((d) => d._id === args.id)",
        ] {
            check_no_fix(rule, &project("v.id(\"posts\")", read));
        }
    }
}
