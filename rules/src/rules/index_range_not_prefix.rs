//! Ranges that do not select one run of their index.

use lunora_project::access::Read;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, scan, set};
use crate::fixes::reorder_range;
use crate::indexes::quoted;
use crate::reads::{Cost, RangeFault, Verdict};
use crate::rule::{Fact, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "index_range_not_prefix",
        title: "Range is no prefix of its index",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "The range of an index skips a column or leaves the index, so more rows are read than it says.",
        docs: include_str!("../../docs/index_range_not_prefix.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

/// What is wrong, what to do, and a key for programs.
fn words(index: &str, fault: &RangeFault) -> (String, String, &'static str) {
    match fault {
        RangeFault::Skips { skipped, column } => (
            format!("The range on `{index}` constrains `{column}` and not `{skipped}` before it"),
            format!("Pin `{skipped}` as well, or add an index in which `{column}` comes without it."),
            "skips",
        ),
        RangeFault::Order { expected } => (
            format!("The range on `{index}` names its columns out of order"),
            format!("Write the calls in the order of the index: {}.", listed(expected)),
            "order",
        ),
        RangeFault::Outside { column } => (
            format!("The range on `{index}` constrains `{column}`, which the index does not hold"),
            format!("Use an index that holds `{column}`, or filter by it after the range."),
            "outside",
        ),
        RangeFault::AfterRange { bounded, column } => (
            format!("The range on `{index}` constrains `{column}` after it only bounded `{bounded}`"),
            format!("Use an index that holds `{column}` before `{bounded}`."),
            "afterRange",
        ),
        RangeFault::Twice { column } => (
            format!("The range on `{index}` constrains `{column}` twice on the same side"),
            format!("Keep the bound on `{column}` that is meant."),
            "twice",
        ),
    }
}

fn not_prefix(
    context: &RuleContext<'_>,
    read: &Read,
    verdict: &Verdict,
    index: &str,
    fault: &RangeFault,
) -> Finding {
    let subject = format!("{}|{index}", verdict.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    let (wrong, remedy, key) = words(index, fault);
    finding.detail = format!("{wrong}; Lunora accepts that and does not narrow the read to it: {cost}.");
    finding.remediation = remedy;
    finding.primary_label = format!("not one run of `{index}`");
    set(&mut finding, "index", json!(index));
    set(&mut finding, "fault", json!(key));
    let declared = verdict
        .tables
        .first()
        .and_then(|table| context.schema().table(table))
        .and_then(|table| table.index(index));
    if let Some(declared) = declared {
        let held = columns(declared);
        set(&mut finding, "fields", json!(held));
        relate_index(context, &mut finding, declared, format!("`{index}` holds [{}]", quoted(&held)));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if let Cost::IndexRangeNotPrefix { index, fault } = &verdict.cost {
            let mut finding = not_prefix(context, read, verdict, index, fault);
            if let RangeFault::Order { expected } = fault {
                finding.fixes.extend(reorder_range(context, read, expected));
            }
            findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), status: v.string(), at: v.number(), title: v.string() })
    .index("by_org_status_at", ["orgId", "status", "at"]),
  notes: defineTable({ userId: v.string(), at: v.number() }).shardBy("userId").index("by_user_at", ["userId", "at"]),
});
//- /lunora/posts.ts
"#;

    #[test]
    fn each_fault_has_its_own_words() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
const read = "by_org_status_at";
export const skips = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("orgId", "x").gt("at", 1)).collect());
//                                            ^^^ WARN index_range_not_prefix The range on `by_org_status_at` constrains `at` and not `status`
export const leading = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("status", "x")).first());
//                                              ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `status` and not `orgId`
export const order = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("status", "x").eq("orgId", "y")).first());
//                                            ^^^ index_range_not_prefix The range on `by_org_status_at` names its columns out of order
export const outside = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("orgId", "x").eq("title", "y")).first());
//                                              ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `title`, which
export const after = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.gt("orgId", "x").eq("status", "y")).first());
//                                            ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `status` after
export const twice = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.gt("orgId", "x").gte("orgId", "y")).first());
//                                            ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `orgId` twice
export const sharded = query.query(({ ctx }) => ctx.db.query("notes").withIndex("by_user_at", (q) => q.gt("at", 1)).collect());
//                                              ^^^ INFO index_range_not_prefix
"#
            ),
        );
    }

    #[test]
    fn one_run_of_the_index_is_silent() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
const read = "by_org_status_at";
export const prefix = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("orgId", "x")).collect());
export const between = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("orgId", "x").eq("status", "y").lt("at", 9).gte("at", 1)).collect());
export const created = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("orgId", "x").eq("status", "y").eq("at", 1).gt("_creationTime", 2)).collect());
export const builtIn = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_creation_time", (q) => q.gt("_creationTime", 2)).collect());
export const optional = query.input({ s: v.optional(v.string()) }).query(({ ctx, args }) =>
  ctx.db.query("posts").withIndex(read, (q) => (args.s ? q.eq("orgId", "x").eq("status", args.s) : q.eq("orgId", "x"))).collect(),
);
export const computed = query.input({ f: v.string() }).query(({ ctx, args }) => ctx.db.query("posts").withIndex(read, (q) => q.eq(args.f, "x")).collect());
// lunora-advisor-disable-next-line index_range_not_prefix -- few statuses
export const hidden = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("status", "x")).first());
"#
            ),
        );
    }

    #[test]
    fn a_range_from_another_file_is_read() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
import { query } from "./_generated/server";
import { since } from "./lib/ranges";
export const good = query.query(({ ctx }) => ctx.db.query("notes").withIndex("by_user_at", since("x")).collect());
export const bad = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org_status_at", since("x")).collect());
//                                          ^^^ index_range_not_prefix
//- /lunora/lib/ranges.ts
export const since = (user: string) => (q) => q.eq("userId", user).gt("at", 1);
"#
            )
            // `userId` is a column of `notes` only; on `posts` it would be an unknown one.
            .replace("title: v.string() })", "title: v.string(), userId: v.string() })"),
        );
    }
}
