//! Writes in code that only reads.

use lunora_project::access::{Reach, Write};
use lunora_project::{Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, reached_by, set};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, payer};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "write_in_query",
        title: "Write in a query",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A query or a stream writes to the database.",
        docs: include_str!("../../docs/write_in_query.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Procedures, Fact::Writes],
    check,
};

fn in_query(context: &RuleContext<'_>, write: &Write, queries: &[Reach]) -> Finding {
    let operation = Operation { reached_from: queries, ..Operation::from(write) };
    let tables: Vec<&str> = write.tables.iter().map(|table| table.name.as_str()).collect();
    let subject = format!("{}|{}", tables.join(","), write.method);
    let mut finding = operation_finding(context, RULE.metadata, operation, write.place, &subject);
    let object = if tables.is_empty() { "a row".to_owned() } else { listed(&tables) };
    let method = &write.method;
    finding.detail = match payer(context, queries) {
        Some((_, query)) if query.is_live() => format!(
            "The live query `{0}` reaches this `{method}` of {object}: it runs outside of any transaction, again for each subscriber and each re-run, and causes such re-runs itself.",
            query.name
        ),
        Some((_, query)) => format!(
            "The {} `{}` reaches this `{method}` of {object}: it runs outside of any transaction, each time that something is read.",
            query.kind.word(),
            query.name
        ),
        None => format!("A query reaches this `{method}` of {object}."),
    };
    finding.remediation =
        "Write in a mutation that the client calls, and let the query only read; types forbid this unless a cast hides it."
            .to_owned();
    finding.primary_label = "queries only read".to_owned();
    set(&mut finding, "method", json!(method));
    if let Some(table) = tables.first() {
        set(&mut finding, "table", json!(table));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for write in context.project.writes.iter().filter(|write| write.is_database_certain) {
        let queries = reached_by(context, &write.reached_from, only_reads);
        if !queries.is_empty() {
            findings.push(in_query(context, write, &queries));
        }
    }
}

fn only_reads(procedure: &Procedure) -> bool {
    matches!(procedure.kind, ProcedureKind::Query | ProcedureKind::Stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ slug: v.string(), seen: v.number() }).index("by_slug", ["slug"]) });
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn writes_of_every_surface_are_reported() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
import { query, internalQuery, v } from "./_generated/server";
export const open = query.input({ id: v.id("posts") }).query(async ({ ctx, args }) => {
  const post = await ctx.db.posts.get(args.id);
  await (ctx as any).db.posts.patch(args.id, { seen: post.seen + 1 });
  //    ^^^ ERROR write_in_query The live query `posts:open` reaches this `patch` of `posts`
  return post;
});
export const object = internalQuery({
  args: {},
  handler: async (ctx) => {
    await ctx.db.insert("posts", { slug: "a", seen: 0 });
//        ^^^ write_in_query The query `posts:object` reaches this `insert` of `posts`
  },
});
export const words = query.stream(async function* ({ ctx }) {
  await ctx.db.deleteWhere("posts", { slug: "a" });
  //    ^^^ write_in_query The stream `posts:words`
});
export const accepted = query.query(async ({ ctx }) => {
  // lunora-advisor-disable-next-line write_in_query -- counts views, and may be lost
  await ctx.db.insert("posts", { slug: "b", seen: 0 });
});
"#,
            ),
        );
    }

    #[test]
    fn a_helper_is_reported_with_the_queries_that_reach_it() {
        let fixture = on_schema(
            r#"
//- /lunora/lib/ensure.ts
export async function ensure(db, slug: string) {
  const post = await db.query("posts").withIndex("by_slug", (q) => q.eq("slug", slug)).first();
  return post ?? (await db.insert("posts", { slug, seen: 0 }));
  //                    ^^^ write_in_query
}
//- /lunora/posts.ts
import { query, mutation, v } from "./_generated/server";
import { ensure } from "./lib/ensure";
export const show = query.input({ s: v.string() }).query(({ ctx, args }) => ensure(ctx.db, args.s));
export const make = mutation.input({ s: v.string() }).mutation(({ ctx, args }) => ensure(ctx.db, args.s));
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.helper.as_deref(), Some("ensure"));
        assert_eq!(finding.callers, ["posts:show"]);
        assert_eq!(finding.related[0].message, "`posts:show` calls `ensure` here");
    }

    #[test]
    fn writes_elsewhere_and_other_objects_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
import { query, mutation, action, v } from "./_generated/server";
import { pool } from "some-package";
export const add = mutation.mutation(({ ctx }) => ctx.db.insert("posts", { slug: "a", seen: 0 }));
export const run = action.action(({ ctx }) => ctx.db.insert("posts", { slug: "a", seen: 0 }));
export const show = query.query(async ({ ctx }) => {
  await pool.db.insert("posts", { slug: "a" });
  const rows = await ctx.db.posts.findMany({ where: { slug: "a" } });
  rows.page.insert = 3;
  return new Map([["a", 1]]).delete("a");
});
const unused = query.query(({ ctx }) => ctx.db.insert("posts", { slug: "a", seen: 0 }));
"#,
            ),
        );
    }
}
