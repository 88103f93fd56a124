//! Rows that are searched for by their own id.

use lunora_project::Place;
use lunora_project::access::Read;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};

use crate::advice::{OMITTED, operand};
use crate::context::RuleContext;
use crate::findings::{operation_finding, scan};
use crate::fixes::get_by_id;
use crate::reads::{Cost, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "filter_on_primary_key",
        title: "Filter on the primary key",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read looks at row after row for the one with a certain `_id`.",
        docs: include_str!("../../docs/filter_on_primary_key.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn by_id(context: &RuleContext<'_>, read: &Read, verdict: &Verdict, filter: Place) -> Finding {
    let table = verdict.tables.first().map(String::as_str).unwrap_or_default();
    let subject = format!("{}|_id", verdict.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), filter, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    // Nobody has to live with this one, however small the shard.
    finding.level = RULE.metadata.level;
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    finding.detail = format!(
        "This looks for one row of {} by comparing `_id`, which a lookup by id finds at once; {cost}.",
        listed(&verdict.tables)
    );
    let id = compared(context, read, filter).unwrap_or_else(|| "id".to_owned());
    finding.remediation = format!("Read it with `{}.{table}.get({id})`.", database(context, read));
    finding.primary_label = "compares `_id` row by row".to_owned();
    finding
}

/// What the filter compares `_id` with, as it is written.
fn compared(context: &RuleContext<'_>, read: &Read, filter: Place) -> Option<String> {
    let chained = read.paths.iter().flat_map(|path| &path.filters);
    let mut filters = chained.chain(&read.row_filters).filter(|known| known.place == filter);
    let conditions = filters.find_map(|filter| filter.conditions.iter().find(|found| found.column == "_id"));
    conditions.map(|condition| operand(context, condition, filter)).filter(|written| written != OMITTED)
}

/// The database that the read is begun on, as it is written.
fn database<'a>(context: &RuleContext<'a>, read: &Read) -> &'a str {
    let written = context.project.text(read.place).split_once(".query(").map(|(receiver, _)| receiver.trim());
    let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$' | '.');
    written.filter(|receiver| !receiver.is_empty() && receiver.chars().all(is_name)).unwrap_or("ctx.db")
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| {
        let Cost::FilterOnPrimaryKey { filter } = verdict.cost else { return None };
        let mut finding = by_id(context, read, verdict, filter);
        finding.fixes.extend(get_by_id(context, read));
        Some(finding)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), ownerId: v.id("users") }).index("by_org", ["orgId"]).index("by_owner", ["ownerId"]),
  users: defineTable({ name: v.string() }).shardBy("name"),
});
//- /lunora/posts.ts
"#;

    #[test]
    fn the_rows_own_id_is_found_however_it_is_written() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const plain = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.query("posts").filter((d) => d._id === args.id).first());
//                                                                                                     ^^^ filter_on_primary_key
export const swapped = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.query("posts").filter(({ _id }) => args.id === _id).first());
//                                                                                                       ^^^ filter_on_primary_key
export const found = query.input({ id: v.id("posts") }).query(async ({ ctx, args }) => (await ctx.db.query("posts").collect()).find((d) => d["_id"] === args.id));
//                                                                                                                             ^^^ filter_on_primary_key
export const sharded = query.input({ id: v.id("users") }).query(({ ctx, args }) => ctx.db.query("users").filter((d) => d._id === args.id).first());
//                                                                                                       ^^^ WARN filter_on_primary_key
"#
            ),
        );
    }

    #[test]
    fn the_lookup_is_advised_with_what_is_compared() {
        let findings = findings_of(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const one = query.input({ id: v.id("posts") }).query(({ ctx: { db }, args }) => db.query("posts").filter((d) => d._id === args.id).first());
"#
            ),
        );
        let advice: Vec<&str> = findings.iter().map(|finding| finding.remediation.as_str()).collect();
        assert_eq!(advice, ["Read it with `db.posts.get(args.id)`."]);
    }

    #[test]
    fn other_ids_and_other_tests_are_not_it() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const owned = query.input({ id: v.id("users") }).query(async ({ ctx, args }) => {
  const user = await ctx.db.users.get(args.id);
  return ctx.db.query("posts").filter((d) => d.ownerId === user._id).collect();
});
export const others = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.query("posts").filter((d) => d._id !== args.id).take(5));
export const either = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.query("posts").filter((d) => d._id === args.id || d.orgId === "x").take(5));
export const lookup = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.posts.findFirst({ where: { _id: args.id } }));
export const picked = query.input({ id: v.id("posts") }).query(async ({ ctx, args }) => {
  const posts = await ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "x")).collect();
  return { posts, current: posts.find((d) => d._id === args.id) };
});
// lunora-advisor-disable-next-line filter_on_primary_key -- kept to compare
export const hidden = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.query("posts").filter((d) => d._id === args.id).first());
"#
            ),
        );
    }

    #[test]
    fn a_row_that_is_handed_through_a_helper_is_still_the_row() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
import { query, v } from "./_generated/server";
import { isRow } from "./lib/rows";
export const one = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.query("posts").filter((d) => isRow(d, args.id)).first());
//                                                                                                   ^^^ filter_on_primary_key
//- /lunora/lib/rows.ts
export const isRow = (row, id: string) => row._id === id;
"#
            ),
        );
    }
}
