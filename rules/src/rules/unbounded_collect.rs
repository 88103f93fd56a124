//! Reads of whole tables.

use lunora_project::access::{Limit, Read, Surface};
use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};

use crate::context::RuleContext;
use crate::findings::{operation_finding, relate_table, scan};
use crate::fixes::{limit_rows, read_in_pages};
use crate::reads::{Cost, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unbounded_collect",
        title: "Unbounded read",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read returns a whole table, however many rows it has.",
        docs: include_str!("../../docs/unbounded_collect.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn unbounded(context: &RuleContext<'_>, read: &Read, verdict: &Verdict) -> Finding {
    let subject = verdict.tables.join(",");
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    let of_tables = |path: &&lunora_project::access::AccessPath| {
        path.tables.iter().map(|table| &table.name).eq(&verdict.tables)
    };
    let path = read.paths.iter().find(of_tables);
    let tables = listed(&verdict.tables);
    let is_limited = path.is_some_and(|path| path.limit == Limit::Unbounded);
    let is_filtered = path.is_some_and(|path| !path.filters.is_empty() || path.selection.has_residual);
    let what = if is_limited {
        format!("This reads as many rows of {tables} as the caller asks for")
    } else if is_filtered {
        format!("This reads all of {tables}, as no index can serve its filter")
    } else {
        format!("This reads all of {tables}")
    };
    finding.detail = format!("{what}; {cost}.");
    finding.remediation = match path.map(|path| path.surface) {
        _ if is_limited => {
            "Give the argument a maximum (`v.number().max(100)`), or clamp it before the read.".to_owned()
        }
        _ if is_filtered => {
            "Narrow the read by an index first, or store what the filter tests in a column of its own."
                .to_owned()
        }
        Some(Surface::Fluent) | None => {
            "Narrow it by an index, or end it in `.take(n)` or `.paginate(…)`.".to_owned()
        }
        Some(_) => {
            "Narrow it by a `where` that an index serves, or give it a `limit` and a `cursor`.".to_owned()
        }
    };
    let returned = if is_limited { "as many rows as the caller asks for" } else { "every row" };
    finding.primary_label = format!("returns {returned}");
    if let [only] = verdict.tables.as_slice()
        && let Some(table) = context.schema().table(only)
    {
        let message = declared(table);
        relate_table(context, &mut finding, table, message);
    }
    finding
}

fn declared(table: &Table) -> String {
    format!("`{}` is declared here", table.name)
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| {
        let Cost::UnboundedCollect = &verdict.cost else { return None };
        let mut finding = unbounded(context, read, verdict);
        finding.fixes.extend(limit_rows(context, read).into_iter().chain(read_in_pages(context, read)));
        Some(finding)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), done: v.optional(v.boolean()) }).index("by_org", ["orgId"]),
  notes: defineTable({ userId: v.string() }).shardBy("userId"),
});
//- /lunora/posts.ts
"#;

    #[test]
    fn whole_tables_are_reported_on_every_surface() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const fluent = query.query(({ ctx }) => ctx.db.query("posts").order("desc").collect());
//                                             ^^^ WARN unbounded_collect This reads all of `posts`; `posts:fluent` is a live query
export const facade = query.query(async ({ ctx }) => (await ctx.db.posts.findMany()).page);
//                                                          ^^^ unbounded_collect
export const asked = mutation.input({ n: v.number() }).mutation(({ ctx, args }) => ctx.db.query("posts").take(args.n));
//                                                                                 ^^^ unbounded_collect This reads as many rows of `posts` as the caller asks for; the mutation
export const walked = action.action(async ({ ctx }) => { for await (const post of ctx.db.query("posts")) console.log(post); });
//                                                                                ^^^ unbounded_collect
export const unserved = query.query(({ ctx }) => ctx.db.query("posts").filter((d) => !d.done).collect());
//                                               ^^^ unbounded_collect This reads all of `posts`, as no index can serve its filter
export const sharded = query.query(({ ctx }) => ctx.db.query("notes").collect());
//                                              ^^^ INFO unbounded_collect
export const sometimes = query.input({ o: v.optional(v.string()) }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ where: { ...(args.o ? { orgId: args.o } : {}) } }),
//^^^ unbounded_collect
);
"#
            ),
        );
    }

    #[test]
    fn bounded_reads_are_silent() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
const PAGE = 20;
export const some = query.query(({ ctx }) => ctx.db.query("posts").take(PAGE));
export const page = query.query(({ ctx }) => ctx.db.query("posts").paginate({ numItems: 20 }));
export const capped = query.input({ n: v.number().max(50) }).query(({ ctx, args }) => ctx.db.query("posts").take(args.n));
export const clamped = query.input({ n: v.number() }).query(({ ctx, args }) => ctx.db.query("posts").take(Math.min(args.n, 50)));
export const limited = query.query(({ ctx }) => ctx.db.posts.findMany({ limit: 50 }));
export const ranged = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "x")).collect());
export const counted = query.query(({ ctx }) => ctx.db.posts.count());
export const either = query.input({ o: v.optional(v.string()) }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ where: args.o ? { orgId: args.o } : { _id: "x" } }),
);
export const builder = (ctx) => ctx.db.query("posts");
"#
            ),
        );
    }

    #[test]
    fn a_table_by_parameter_is_the_one_that_is_passed() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
import { query, v } from "./_generated/server";
import { all } from "./lib/all";
export const posts = query.query(({ ctx }) => all(ctx, "posts"));
export const any = query.input({ t: v.string() }).query(({ ctx, args }) => all(ctx, args.t));
//- /lunora/lib/all.ts
export const all = (context, table: string) => context.db.query(table).collect();
//                                             ^^^ unbounded_collect This reads all of `posts`;
"#
            ),
        );
    }

    #[test]
    fn a_comment_with_a_reason_hides_it() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const all = query.query(({ ctx }) => ctx.db.query("posts").collect()); // lunora-advisor-disable-line unbounded_collect -- a dozen rows
"#
            ),
        );
    }
}
