//! Whole tables that a mutation rewrites row by row.

use lunora_project::access::{AccessPath, Limit, LoopKind, Operator, Range, Reach, Read, Write};
use lunora_project::{Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, reached_by, set};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, payer};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "collect_then_write",
        title: "Every row written one by one",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "Every row of an unbounded read is patched, replaced or deleted one by one.",
        docs: include_str!("../../docs/collect_then_write.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Procedures, Fact::Reads, Fact::Writes],
    check,
};

/// Writes that change one row that exists.
const METHODS: &[&str] = &["patch", "replace", "delete", "hardDelete"];

fn one_by_one(context: &RuleContext<'_>, write: &Write, read: &Read, writers: &[Reach]) -> Finding {
    let operation = Operation { reached_from: writers, ..Operation::from(write) };
    let tables = tables(read);
    let subject = format!("{}|{}", tables.join(","), write.method);
    let mut finding = operation_finding(context, RULE.metadata, operation, write.place, &subject);
    let method = &write.method;
    let act = match method.as_str() {
        "patch" => "patches",
        "replace" => "replaces",
        _ => "deletes",
    };
    let limits = match payer(context, writers) {
        Some((_, procedure)) if is_action(procedure) => format!(
            "each write of `{}` commits by itself, and when it stops halfway nothing knows where",
            procedure.name
        ),
        Some((_, procedure)) => format!(
            "`{}` fails once there are more than 50,000 rows to write or 100,000 to read, holds up everybody else until then, and can't resume",
            procedure.name
        ),
        None => "it can't resume where it stopped".to_owned(),
    };
    let is_picked = !read.row_filters.is_empty() || read.paths.iter().any(|path| !path.filters.is_empty());
    let rows = if is_picked { "what it picks from all rows" } else { "every row" };
    finding.detail = format!("This {act} {rows} of {} one by one; {limits}.", listed(&tables));
    let table = tables.first().copied().unwrap_or("<table>");
    finding.remediation = if act == "deletes" {
        format!(
            "Delete in pieces that a job repeats until none is left (`.take(500)` and `runAfter(0, …)`); `ctx.db.deleteAll({table:?})` empties a table without that limit."
        )
    } else {
        format!(
            "Write it as `defineMigration({{ id, table: {table:?}, up }})`, which runs in batches and resumes, or in pieces that a job repeats (`.take(500)` and `runAfter(0, …)`)."
        )
    };
    finding.primary_label = format!("once for every row of {}", listed(&tables));
    finding.related.insert(
        0,
        Related { location: context.location(read.place), message: "all rows are read here".to_owned() },
    );
    set(&mut finding, "table", json!(tables.first()));
    set(&mut finding, "shardKind", json!(context.shard_kind(table)));
    set(&mut finding, "method", json!(method));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for write in &context.project.writes {
        let is_of_row =
            write.is_database_certain && write.is_by_id && METHODS.contains(&write.method.as_str());
        let Some(key) = write.id_row.filter(|_| is_of_row) else { continue };
        let read = context.sound_read_at(key).filter(|read| read.paths.iter().any(is_unbounded));
        let Some(read) = read else { continue };
        let mut writers = reached_by(context, &write.reached_from, is_writer);
        writers.retain(|reach| reach.loops.iter().any(|around| around.kind == LoopKind::Rows(key)));
        if !writers.is_empty() {
            findings.push(one_by_one(context, write, read, &writers));
        }
    }
}

/// Whether the limits of a transaction, or the lack of one, are a matter of a procedure. A migration runs in batches.
fn is_writer(procedure: &Procedure) -> bool {
    !matches!(
        procedure.kind,
        ProcedureKind::Migration
            | ProcedureKind::Query
            | ProcedureKind::Stream
            | ProcedureKind::Shape
            | ProcedureKind::Policy
    )
}

fn is_action(procedure: &Procedure) -> bool {
    matches!(
        procedure.kind,
        ProcedureKind::Action
            | ProcedureKind::HttpAction
            | ProcedureKind::Workflow
            | ProcedureKind::Queue
            | ProcedureKind::Agent
    )
}

/// Whether nothing bounds the rows that a path returns: no limit, and no column that is held equal, by an index or by a filter of its own.
fn is_unbounded(path: &AccessPath) -> bool {
    let is_pinned = match path.index.as_ref().map(|used| &used.range) {
        Some(Range::Known(bounds)) => bounds.iter().any(|bound| bound.operator == Operator::Equal),
        Some(Range::Indeterminate) => true,
        Some(Range::Absent) => false,
        None => {
            let mut conditions = path.selection.conditions.iter();
            path.selection.is_open
                || conditions.any(|condition| matches!(condition.operator, Operator::Equal | Operator::In))
        }
    };
    let mut filtered = path.filters.iter().flat_map(|filter| &filter.conditions);
    let is_pinned = is_pinned
        || filtered.any(|condition| condition.operator == Operator::Equal && !condition.is_conditional);
    path.is_table_known
        && matches!(path.limit, Limit::None | Limit::Unbounded)
        && !is_pinned
        && path.method != "get"
}

fn tables(read: &Read) -> Vec<&str> {
    let mut tables: Vec<&str> = Vec::new();
    for table in read.paths.iter().flat_map(|path| &path.tables) {
        if !tables.contains(&table.name.as_str()) {
            tables.push(&table.name);
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), at: v.number(), done: v.boolean() }).index("by_at", ["at"]).index("by_org", ["orgId"]),
  logs: defineTable({ at: v.number() }),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn backfills_and_purges_by_hand_are_reported() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
import { defineMutator } from "@lunora/server";
import { mutation, internalAction, internalMutation, v } from "./_generated/server";
export const backfill = mutation.mutation(async ({ ctx }) => {
  for (const post of await ctx.db.query("posts").collect()) {
    if (!post.done) await ctx.db.posts.patch(post._id, { done: true });
    //                    ^^^ WARN collect_then_write This patches what it picks from all rows of `posts` one by one; `posts:backfill` fails
  }
});
export const purge = internalMutation.input({ before: v.number() }).mutation(async ({ ctx, args }) => {
  const old = await ctx.db.query("posts").withIndex("by_at", (q) => q.lt("at", args.before)).collect();
  await Promise.all(old.map((post) => ctx.db.delete(post._id)));
  //                                  ^^^ collect_then_write This deletes every row of `posts` one by one
});
export const act = internalAction.action(async ({ ctx }) => {
  const { page } = await ctx.db.posts.findMany();
  for (const { _id, ...rest } of page) await ctx.db.posts.replace(_id, rest);
  //                                         ^^^ collect_then_write This replaces every row of `posts` one by one; each write
});
export const clear = defineMutator({
  server: async (ctx) => {
    for await (const post of ctx.db.query("posts")) await ctx.db.posts.delete(post._id);
    //                                                    ^^^ collect_then_write
  },
});
"#,
            ),
        );
    }

    #[test]
    fn helpers_are_followed_from_the_read_to_the_write() {
        let fixture = on_schema(
            r#"
//- /lunora/lib/rows.ts
export const all = (ctx) => ctx.db.query("logs").collect();
export const drop = (ctx, row) => ctx.db.logs.delete(row._id);
//                                ^^^ collect_then_write
//- /lunora/logs.ts
import { internalMutation } from "./_generated/server";
import { all, drop } from "./lib/rows";
export const wipe = internalMutation.mutation(async ({ ctx }) => {
  for (const row of await all(ctx)) await drop(ctx, row);
});
export const accepted = internalMutation.mutation(async ({ ctx }) => {
  // lunora-advisor-disable-next-line collect_then_write -- a dozen rows
  for (const row of await ctx.db.query("logs").collect()) await ctx.db.logs.delete(row._id);
});
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let helper = findings.iter().find(|finding| finding.helper.as_deref() == Some("drop"));
        assert!(helper.is_some_and(|finding| finding.callers == ["logs:wipe"]), "{findings:#?}");
    }

    #[test]
    fn bounded_reads_other_rows_and_migrations_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
import { mutation, v } from "./_generated/server";
export const few = mutation.mutation(async ({ ctx }) => {
  for (const post of await ctx.db.query("posts").take(500)) await ctx.db.posts.delete(post._id);
});
export const pinned = mutation.mutation(async ({ ctx }) => {
  for (const post of await ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).collect()) await ctx.db.posts.delete(post._id);
  for (const post of (await ctx.db.posts.findMany({ where: { orgId: "o" } })).page) await ctx.db.posts.delete(post._id);
});
export const filtered = mutation.mutation(async ({ ctx }) => {
  for (const post of await ctx.db.query("posts").filter((d) => d.orgId === "o").collect()) await ctx.db.posts.delete(post._id);
});
export const inserts = mutation.mutation(async ({ ctx }) => {
  for (const post of await ctx.db.query("posts").collect()) await ctx.db.logs.insert({ at: post.at });
});
export const first = mutation.mutation(async ({ ctx }) => {
  const [post] = await ctx.db.query("posts").collect();
  await ctx.db.posts.delete(post._id);
});
export const byArgument = mutation.input({ ids: v.array(v.id("posts")) }).mutation(async ({ ctx, args }) => {
  for (const id of args.ids) await ctx.db.posts.delete(id);
});
export const pages = mutation.input({ cursor: v.string() }).mutation(async ({ ctx, args }) => {
  const { page } = await ctx.db.query("posts").paginate({ numItems: 100, cursor: args.cursor });
  for (const post of page) await ctx.db.posts.delete(post._id);
});
//- /lunora/migrations/done.ts
import { defineMigration } from "@lunora/server";
export default defineMigration({ id: "done", table: "posts", up: (doc) => ({ ...doc, done: true }) });
"#,
            ),
        );
    }
}
