//! From a filter to the range of an index.

use lunora_project::Place;
use lunora_project::access::{AccessPath, Condition, Limit, Read};
use lunora_project::index_plan::Demand;
use lunora_project::schema::{Index, Table};
use lunora_report::Edit;

use super::rewrite::Rewrite;
use super::{Rewritten, index, judged};
use crate::context::RuleContext;
use crate::findings::columns;
use crate::indexes::{Suited, demand, proposed, serving, suited};
use crate::reads::{FilterCost, FilterForm};

/// The fixes that let an index find the rows which a filter picks from a whole table: in the chain of a fluent read, or after it.
pub(crate) fn read_by_index<'a>(
    context: &RuleContext<'a>,
    read: &'a Read,
    filter: &FilterCost,
) -> Option<Rewritten> {
    let rewrite = match filter.form {
        FilterForm::Chain => Rewrite::of_chain(context, read)?,
        FilterForm::Rows => Rewrite::of_rows(context, read, filter.place?)?,
        FilterForm::Where => return None,
    };
    let path = rewrite.path;
    let table = rewrite.table;
    let conditions: Vec<Condition> =
        rewrite.comparisons().map(|comparison| comparison.condition.clone()).collect();
    if conditions.is_empty() {
        return None;
    }
    let suited = match declared(table, path, &conditions) {
        Some(index) => Suited::Declared(index),
        None => Suited::Proposed(proposed(context, table, &demand(table, &conditions))),
    };
    by(context, read, &rewrite, &suited)
}

/// The fixes that let an index find the rows which a filter picks from those that another index finds.
pub(crate) fn read_by_wider_index<'a>(
    context: &RuleContext<'a>,
    read: &'a Read,
    filter: Place,
    demand: &Demand,
) -> Option<Rewritten> {
    let is_chained = read.paths.first()?.filters.iter().any(|chained| chained.place == filter);
    let rewrite = match is_chained {
        true => Rewrite::of_chain(context, read)?,
        false => Rewrite::of_rows(context, read, filter)?,
    };
    by(context, read, &rewrite, &suited(context, rewrite.table, demand))
}

fn by(
    context: &RuleContext<'_>,
    read: &Read,
    rewrite: &Rewrite<'_>,
    suited: &Suited<'_>,
) -> Option<Rewritten> {
    match suited {
        Suited::Declared(index) => {
            let name = index.name.as_deref().filter(|_| index.has_all_fields)?;
            let (edits, reason) = rewritten(context, read, rewrite, name, &columns(index))?;
            let title = format!("Read by the index `{name}`");
            Some(Rewritten { fixes: vec![judged(title, edits, reason)], indexed: None })
        }
        Suited::Proposed(proposal) => {
            let table = rewrite.table;
            let fixes = index::ways(context, table, proposal).into_iter().filter_map(|way| {
                let (mut edits, reason) =
                    rewritten(context, read, rewrite, &way.index.name, &way.index.fields)?;
                edits.push(way.edit);
                Some(judged(format!("{}, and read by it", way.title), edits, way.reason.or(reason)))
            });
            Some(Rewritten { fixes: fixes.collect(), indexed: Some(table.name.clone()) })
        }
    }
}

/// The edits that let a read find its rows by an index, and why that may change them.
fn rewritten(
    context: &RuleContext<'_>,
    read: &Read,
    rewrite: &Rewrite<'_>,
    name: &str,
    fields: &[String],
) -> Option<(Vec<Edit>, Option<String>)> {
    let used = rewrite.used(fields)?;
    let leaves_some = rewrite.leaves_some(&used);
    if used.is_empty() || (leaves_some && rewrite.path.limit != Limit::None) {
        return None;
    }
    let edits = rewrite.edits(context, (name, fields), &used)?;
    Some((edits, rewrite.difference(context, read, fields, &used)))
}

/// The declared index that serves the conditions. One that serves a part of them is no help where a limit waits for the rest.
fn declared<'a>(table: &'a Table, path: &AccessPath, conditions: &[Condition]) -> Option<&'a Index> {
    let known = serving(table, conditions).filter(|index| index.has_all_fields && index.name.is_some())?;
    let is_held = |condition: &Condition| known.fields.iter().any(|field| field.name == condition.column);
    (path.limit == Limit::None || conditions.iter().all(is_held)).then_some(known)
}

#[cfg(test)]
mod tests {
    use lunora_report::Applicability;

    use crate::rule::Rule;
    use crate::testing::{check_fix, check_no_fix, check_unsafe_fix, findings_of, rule};

    fn filters() -> &'static Rule {
        rule("filter_without_index")
    }

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), status: v.string(), score: v.number(), done: v.boolean(), note: v.optional(v.string()), tags: v.array(v.string()) })
    .index("by_status", ["status"]),
  users: defineTable({ name: v.string() }),
});
"#;

    fn indexed(index: &str) -> String {
        SCHEMA.replace("[\"status\"])", &format!("[\"status\"])\n    {index}"))
    }

    fn read(chain: &str) -> String {
        format!(
            "//- /lunora/posts.ts\nexport const read = query.input({{ org: v.string(), status: v.optional(v.string()) }}).query(({{ ctx, args }}) =>\n  ctx.db.query(\"posts\"){chain},\n);\n"
        )
    }

    #[track_caller]
    fn is_rewritten(before: &str, index: &str, after: &str) {
        let schema = if index.is_empty() { SCHEMA.to_owned() } else { indexed(index) };
        check_fix(filters(), &format!("{SCHEMA}{}", read(before)), &format!("{schema}{}", read(after)));
    }

    #[track_caller]
    fn is_rewritten_unsafely(before: &str, reason: &str, index: &str, after: &str) {
        let schema = if index.is_empty() { SCHEMA.to_owned() } else { indexed(index) };
        check_unsafe_fix(
            filters(),
            &format!("{SCHEMA}{}", read(before)),
            reason,
            &format!("{schema}{}", read(after)),
        );
    }

    #[track_caller]
    fn is_kept(before: &str) {
        check_no_fix(filters(), &format!("{SCHEMA}{}", read(before)));
    }

    const BY_ORG: &str = ".index(\"by_org\", [\"orgId\"])";

    #[test]
    fn an_equality_becomes_the_range_of_a_new_index() {
        is_rewritten(
            ".filter((d) => d.orgId === args.org).collect()",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()",
        );
        is_rewritten(
            ".filter(({ orgId }) => { return args.org === orgId; }).take(5)",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).take(5)",
        );
        is_rewritten(
            ".filter((d) => !d.done).first()",
            ".index(\"by_done\", [\"done\"])",
            ".withIndex(\"by_done\", (q) => q.eq(\"done\", false)).first()",
        );
    }

    #[test]
    fn an_index_that_exists_is_used() {
        is_rewritten(
            ".filter((d) => d.status === \"live\").collect()",
            "",
            ".withIndex(\"by_status\", (q) => q.eq(\"status\", \"live\")).collect()",
        );
    }

    #[test]
    fn the_range_comes_before_an_order_and_several_filters_become_one_range() {
        is_rewritten(
            ".order(\"desc\").filter((d) => d.orgId === args.org).collect()",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).order(\"desc\").collect()",
        );
        is_rewritten(
            "\n    .order(\"desc\")\n    .filter((d) => d.orgId === args.org)\n    .filter((d) => d.done)\n    .take(5)",
            ".index(\"by_org_done\", [\"orgId\", \"done\"])",
            "\n    .withIndex(\"by_org_done\", (q) => q.eq(\"orgId\", args.org).eq(\"done\", true))\n    .order(\"desc\")\n    .take(5)",
        );
    }

    #[test]
    fn what_a_range_cannot_say_stays_a_filter() {
        is_rewritten(
            ".filter((d) => d.orgId === args.org && d.tags.includes(\"a\") && (d.score < 1 || d.score > 5)).collect()",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).filter((d) => d.tags.includes(\"a\") && (d.score < 1 || d.score > 5)).collect()",
        );
        is_rewritten(
            ".filter((d) => d.orgId === args.org && (d.tags as string[]).includes(\"a\")).collect()",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).filter((d) => (d.tags as string[]).includes(\"a\")).collect()",
        );
        is_kept(".filter((d) => d.orgId === args.org && d.tags.includes(\"a\")).take(5)");
    }

    #[test]
    fn what_may_change_the_rows_or_their_order_is_unsafe() {
        is_rewritten_unsafely(
            ".filter((d) => d.score >= 10 && d.orgId === args.org).collect()",
            "the order of the rows becomes that of `score`",
            ".index(\"by_org_score\", [\"orgId\", \"score\"])",
            ".withIndex(\"by_org_score\", (q) => q.eq(\"orgId\", args.org).gte(\"score\", 10)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.status === args.status).collect()",
            "if `args.status` is undefined, a range throws",
            "",
            ".withIndex(\"by_status\", (q) => q.eq(\"status\", args.status)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.note === args.org).collect()",
            "if `args.org` is null, a range finds no row",
            ".index(\"by_note\", [\"note\"])",
            ".withIndex(\"by_note\", (q) => q.eq(\"note\", args.org)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.orgId == args.org).collect()",
            "another type",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.orgId === ctx.auth.userId!).collect()",
            "undefined",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", ctx.auth.userId!)).collect()",
        );
        is_rewritten(
            ".filter((d) => d.note === \"x\").collect()",
            ".index(\"by_note\", [\"note\"])",
            ".withIndex(\"by_note\", (q) => q.eq(\"note\", \"x\")).collect()",
        );
    }

    #[test]
    fn what_a_test_before_it_says_is_there_makes_it_safe() {
        let collect = |link: &str| format!("ctx.db.query(\"posts\"){link}.collect()");
        let filter = |value: &str| collect(&format!(".filter((d) => d.orgId === {value})"));
        let range =
            |value: &str| collect(&format!(".withIndex(\"by_org\", (q) => q.eq(\"orgId\", {value}))"));
        for (value, around) in [
            ("ctx.auth.userId", "if (!ctx.auth.userId) return [];\n  return READ;"),
            (
                "args.other",
                "if (args.org === \"x\" || args.other === undefined) throw new Error();\n  return READ;",
            ),
            ("user", "const user = ctx.auth.userId;\n  return user ? READ : [];"),
            ("args.other", "return args.other !== undefined && READ;"),
            ("args.other", "if (args.other) {\n    return READ;\n  }"),
        ] {
            let code = |read: &str| {
                handler(&around.replace("READ", read))
                    .replace("org: v.string()", "org: v.string(), other: v.optional(v.string())")
            };
            check_fix(
                filters(),
                &format!("{SCHEMA}{}", code(&filter(value))),
                &format!("{}{}", indexed(BY_ORG), code(&range(value))),
            );
        }
        for around in [
            "if (args.other === null) return [];\n  return READ;",
            "if (args.other) return [];\n  return READ;",
            "if (!args.other) console.log(1);\n  return READ;",
            "const log = () => { if (!args.other) return; console.log(args.other); };\n  log();\n  return READ;",
            "if (!args.other) return [];\n  args.other = args.org;\n  return READ;",
            "for (const x of []) { if (!args.other) break; }\n  return READ;",
        ] {
            let code = |read: &str| {
                handler(&around.replace("READ", read))
                    .replace("org: v.string()", "org: v.string(), other: v.optional(v.string())")
            };
            check_unsafe_fix(
                filters(),
                &format!("{SCHEMA}{}", code(&filter("args.other"))),
                "is undefined",
                &format!("{}{}", indexed(BY_ORG), code(&range("args.other"))),
            );
        }
    }

    #[test]
    fn a_read_that_a_loop_repeats_is_not_mended_by_an_index_alone() {
        let looped = "for (const user of await ctx.db.query(\"users\").take(90)) {\n    await ctx.db.query(\"posts\").filter((d) => d.orgId === user._id).collect();\n  }";
        let findings = findings_of(filters(), &format!("{SCHEMA}{}", handler(looped)));
        let fixes: Vec<_> = findings.iter().flat_map(|finding| &finding.fixes).collect();
        let [fix] = fixes.as_slice() else { panic!("{findings:#?}") };
        assert!(
            matches!(&fix.applicability, Applicability::Unsafe { reason } if reason.starts_with("a loop still runs the read")),
            "{fix:#?}"
        );
    }

    #[test]
    fn an_index_that_is_walked_from_end_to_end_gets_a_range() {
        is_rewritten(
            ".withIndex(\"by_status\").order(\"desc\").filter((d) => d.status === \"live\").take(5)",
            "",
            ".withIndex(\"by_status\", (q) => q.eq(\"status\", \"live\")).order(\"desc\").take(5)",
        );
        is_rewritten_unsafely(
            ".withIndex(\"by_status\").filter((d) => d.orgId === args.org).collect()",
            "becomes that of their creation and is no longer that of `status`",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()",
        );
    }

    #[test]
    fn columns_that_are_not_known_make_it_unsafe() {
        let project = |base: &str, chain: &str| {
            format!(
                "//- /lunora/schema.ts\nimport {{ columns }} from \"some-package\";\nimport {{ defineSchema, defineTable, v }} from \"@lunora/server\";\nexport default defineSchema({{ posts: defineTable({{ ...columns }}){base} }});\n{}",
                read(chain)
            )
        };
        check_unsafe_fix(
            filters(),
            &project("", ".filter((d) => d.orgId === args.org).collect()"),
            "nothing is known",
            &project(
                ".index(\"by_org\", [\"orgId\"])",
                ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()",
            ),
        );
    }

    #[test]
    fn what_is_not_written_out_in_the_chain_is_left_alone() {
        is_kept(".filter((d) => d.note === undefined).collect()");
        is_kept(".filter((d) => d.note === null).collect()");
        is_kept(".filter((d) => d.status === \"a\" || d.status === \"b\").collect()");
        is_kept(".filter((d) => /* the org */ d.orgId === args.org).collect()");
        check_no_fix(
            filters(),
            &format!(
                "{SCHEMA}{}",
                r#"
//- /lunora/posts.ts
const isLive = (d) => d.status === "live";
export const named = query.query(({ ctx }) => ctx.db.query("posts").filter(isLive).collect());
export const held = query.input({ o: v.string() }).query(({ ctx, args }) => {
  let reader = ctx.db.query("posts");
  reader = reader.filter((d) => d.orgId === args.o);
  return reader.collect();
});
"#
            ),
        );
    }

    #[test]
    fn a_helper_is_rewritten_if_it_holds_for_all_its_callers() {
        let helper = |link: &str| {
            format!(
                r#"
//- /lunora/lib/rows.ts
export const of = (db, org: string) => db.query("posts"){link}.collect();
//- /lunora/posts.ts
import {{ query, v }} from "./_generated/server";
import {{ of }} from "./lib/rows";
export const one = query.input({{ a: v.string() }}).query(({{ ctx, args }}) => of(ctx.db, args.a));
export const two = query.input({{ b: v.OPTIONAL }}).query(({{ ctx, args }}) => of(ctx.db, args.b));
"#
            )
        };
        let before = helper(".filter((d) => d.orgId === org)");
        let after = helper(".withIndex(\"by_org\", (q) => q.eq(\"orgId\", org))");
        let set = |text: &str| text.replace("v.OPTIONAL", "v.string()");
        check_fix(
            filters(),
            &format!("{SCHEMA}{}", set(&before)),
            &format!("{}{}", indexed(BY_ORG), set(&after)),
        );
        let unset = |text: &str| text.replace("v.OPTIONAL", "v.optional(v.string())");
        check_unsafe_fix(
            filters(),
            &format!("{SCHEMA}{}", unset(&before)),
            "if `org` is undefined",
            &format!("{}{}", indexed(BY_ORG), unset(&after)),
        );
    }

    /// It would hold for the callers of today, and for none that comes tomorrow.
    #[test]
    fn what_a_caller_tests_does_not_make_its_helper_safe() {
        let helper = |link: &str| {
            format!(
                r#"
//- /lunora/lib/rows.ts
export const of = (db, org) => db.query("posts"){link}.collect();
//- /lunora/posts.ts
import {{ query, v }} from "./_generated/server";
import {{ of }} from "./lib/rows";
export const one = query.input({{ a: v.optional(v.string()) }}).query(({{ ctx, args }}) => {{
  if (args.a === undefined) throw new Error("no");
  return of(ctx.db, args.a);
}});
export const mine = query.query(({{ ctx }}) => (ctx.auth.userId ? of(ctx.db, ctx.auth.userId) : []));
"#
            )
        };
        check_unsafe_fix(
            filters(),
            &format!("{SCHEMA}{}", helper(".filter((d) => d.orgId === org)")),
            "if `org` is undefined",
            &format!("{}{}", indexed(BY_ORG), helper(".withIndex(\"by_org\", (q) => q.eq(\"orgId\", org))")),
        );
    }

    #[test]
    fn tables_that_are_not_written_out_get_no_index() {
        let on = |table: &str| {
            format!(
                r#"
//- /lunora/schema.ts
import {{ defineSchema, defineTable, v }} from "@lunora/server";
const base = {{ orgId: v.string() }};
const owned = (shape) => defineTable({{ ...base, ...shape }});
const shared = defineTable(base);
export default defineSchema({{ posts: {table}, copies: shared }});
//- /lunora/posts.ts
export const read = query.input({{ o: v.string() }}).query(({{ ctx, args }}) => ctx.db.query("posts").filter((d) => d.orgId === args.o).collect());
"#
            )
        };
        check_no_fix(filters(), &on("owned({})"));
        check_no_fix(filters(), &on("shared"));
    }

    #[test]
    fn a_where_only_lacks_the_index() {
        let wanted = |table: &str| {
            format!(
                r#"
//- /lunora/schema.ts
import {{ posts }} from './tables/posts';
import {{ defineSchema }} from '@lunora/server';
export default defineSchema({{ posts }});
//- /lunora/tables/posts.ts
import {{ defineTable, v }} from '@lunora/server';
export const posts = defineTable({{ orgId: v.string(), score: v.number() }}){table};
//- /lunora/posts.ts
export const read = query.input({{ o: v.optional(v.string()) }}).query(({{ ctx, args }}) =>
  ctx.db.posts.findMany({{ where: {{ orgId: args.o, score: {{ gt: 3 }} }} }}),
);
export const gone = mutation.mutation(({{ ctx }}) => ctx.db.deleteWhere("posts", {{ score: 3 }}));
"#
            )
        };
        check_fix(
            filters(),
            &wanted(".global()"),
            &wanted(
                ".global()\n  .index('by_org_score', ['orgId', 'score'])\n  .index('by_score', ['score'])",
            ),
        );
    }

    /// A query whose handler runs these statements.
    fn handler(statements: &str) -> String {
        format!(
            "//- /lunora/posts.ts\nexport const read = query.input({{ org: v.string() }}).query(async ({{ ctx, args }}) => {{\n  {statements}\n}});\n"
        )
    }

    #[test]
    fn a_filter_on_the_awaited_rows_moves_into_the_read() {
        for (before, after) in [
            (
                "const rows = (await ctx.db.query(\"posts\").collect()) as Doc[];\n  return rows.filter((d) => d.orgId === args.org);",
                "const rows = (await ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()) as Doc[];\n  return rows;",
            ),
            (
                "return (await ctx.db.query(\"posts\").order(\"desc\").collect()).filter((d) => d.orgId === args.org).length;",
                "return (await ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).order(\"desc\").collect()).length;",
            ),
            (
                "const rows = await ctx.db.query(\"posts\").collect();\n  return rows.filter((d) => d.orgId === args.org && d.tags.length > 1);",
                "const rows = await ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect();\n  return rows.filter((d) => d.tags.length > 1);",
            ),
        ] {
            check_fix(
                filters(),
                &format!("{SCHEMA}{}", handler(before)),
                &format!("{}{}", indexed(BY_ORG), handler(after)),
            );
        }
    }

    #[test]
    fn a_find_on_the_awaited_rows_looks_only_at_those_that_an_index_finds() {
        let find = "find((d) => d.orgId === args.org && d.tags.length > 1);";
        check_fix(
            filters(),
            &format!(
                "{SCHEMA}{}",
                handler(&format!("return (await ctx.db.query(\"posts\").collect()).{find}"))
            ),
            &format!(
                "{}{}",
                indexed(BY_ORG),
                handler(&format!(
                    "return (await ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()).{find}"
                ))
            ),
        );
    }

    /// A read by a range with more after it.
    fn ranged(index: &str, more: &str, rest: &str) -> String {
        read(&format!(
            "\n    .withIndex(\"{index}\", (range) =>\n      range\n        .eq(\"status\", \"live\"){more},\n    ){rest}"
        ))
    }

    #[test]
    fn a_range_takes_over_what_is_filtered_after_it() {
        let wider = ".index(\"by_status_org\", [\"status\", \"orgId\"])";
        let more = "\n        .eq(\"orgId\", args.org)";
        let narrow = ranged("by_status", "", ".filter((d) => d.orgId === args.org).order(\"desc\").take(5)");
        let wide = ranged("by_status_org", more, ".order(\"desc\").take(5)");
        check_fix(
            rule("filter_defeats_limit"),
            &format!("{SCHEMA}{narrow}"),
            &format!("{}{wide}", indexed(wider)),
        );
        // A read that wants all of them has no order to keep, so that the index that nothing else names may grow.
        let filter = ".filter((d) => d.tags.length > 1 && d.orgId === args.org)";
        let narrow = ranged("by_status", "", &format!("{filter}.order(\"asc\").collect()"));
        let wide =
            ranged("by_status_org", more, ".filter((d) => d.tags.length > 1).order(\"asc\").collect()");
        check_fix(
            rule("residual_filter"),
            &format!("{SCHEMA}{narrow}"),
            &format!("{}{wide}", indexed(wider)),
        );
    }

    #[test]
    fn a_range_on_a_column_leaves_no_room_for_one_on_another() {
        let schema = indexed(".index(\"by_status_score\", [\"status\", \"score\"])");
        let chain = ranged(
            "by_status_score",
            ".gt(\"score\", 1)",
            ".filter((d) => d.orgId === args.org && d.done).take(5)",
        );
        let after =
            ranged("by_status", ".eq(\"orgId\", args.org).eq(\"done\", true).gt(\"score\", 1)", ".take(5)");
        // Nothing else reads by `by_status`.
        let wider = schema.replace("[\"status\"])", "[\"status\", \"orgId\", \"done\", \"score\"])");
        check_fix(rule("filter_defeats_limit"), &format!("{schema}{chain}"), &format!("{wider}{after}"));
        let second =
            ranged("by_status_score", ".gt(\"score\", 1)", ".filter((d) => d.orgId > args.org).take(5)");
        check_no_fix(rule("filter_defeats_limit"), &format!("{schema}{second}"));
    }

    #[test]
    fn rows_that_are_looked_at_elsewhere_are_left_alone() {
        for statements in [
            "const rows = await ctx.db.query(\"posts\").collect();\n  return [rows.length, rows.filter((d) => d.orgId === args.org)];",
            "const rows = await ctx.db.query(\"posts\").collect();\n  const org = args.org;\n  return rows.filter((d) => d.orgId === org);",
            "const rows = await ctx.db.query(\"posts\").take(5000);\n  return rows.filter((d) => d.orgId === args.org);",
        ] {
            check_no_fix(filters(), &format!("{SCHEMA}{}", handler(statements)));
        }
    }
}
