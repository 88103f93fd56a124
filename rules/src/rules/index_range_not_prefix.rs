//! Ranges that do not select one run of their index.

use lunora_project::access::Read;
use lunora_project::index_plan::Demand;
use lunora_project::schema::Index;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, scan, set};
use crate::fixes::{offer, read_by_one_run, reorder_range};
use crate::indexes::{Suited, suited};
use crate::reads::{Cost, IndexRun, RangeCost, RangeFault, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, payer, scan_cost};

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
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

/// What is wrong, and a key for programs.
fn words(index: &str, fault: &RangeFault) -> (String, &'static str) {
    match fault {
        RangeFault::Skips { skipped, column } => {
            (format!("The range on `{index}` constrains `{column}` and not `{skipped}` before it"), "skips")
        }
        RangeFault::Order { .. } => {
            (format!("The range on `{index}` names its columns out of order"), "order")
        }
        RangeFault::Outside { column } => (
            format!("The range on `{index}` constrains `{column}`, which the index does not hold"),
            "outside",
        ),
        RangeFault::AfterRange { bounded, column } => (
            format!("The range on `{index}` constrains `{column}` after it only bounded `{bounded}`"),
            "afterRange",
        ),
        RangeFault::Twice { column } => {
            (format!("The range on `{index}` constrains `{column}` twice on the same side"), "twice")
        }
    }
}

/// What Lunora makes of the range, as a clause.
fn consequence(context: &RuleContext<'_>, read: &Read, verdict: &Verdict, cost: &RangeCost) -> String {
    let tables = listed(&verdict.tables);
    let paid = scan_cost(context, &read.reached_from, &verdict.tables);
    if matches!(cost.fault, RangeFault::Order { .. }) {
        // SQLite takes the bounds in any order; what a live query depends on is told from the calls.
        let is_live = payer(context, &read.reached_from).is_some_and(|(_, procedure)| procedure.is_live());
        return if is_live {
            format!(", so all of {tables} is watched instead of the range; {paid}")
        } else {
            format!(", which finds the same rows, but would make a live query depend on all of {tables}")
        };
    }
    let is_read = if cost.is_limited { "may be read" } else { "is read" };
    let table = verdict.tables.first().and_then(|name| context.schema().table(name));
    let shard_key = table.and_then(|table| table.shard_key());
    let extent = match (cost.narrowing.equal.as_slice(), &cost.narrowing.bounded) {
        ([], None) if shard_key.is_some() => format!("so all of {tables} in the shard {is_read}"),
        ([], None) => format!("so all of {tables} {is_read}"),
        ([only], None) if shard_key == Some(only) => {
            format!("and `{only}` is only the shard key, so all of {tables} in the shard {is_read}")
        }
        (equal, None) => format!("so every row of {tables} with that {} {is_read}", listed(equal)),
        ([], Some(bounded)) => {
            format!("so every row of {tables} within the bounds on `{bounded}` {is_read}")
        }
        (equal, Some(bounded)) => format!(
            "so every row of {tables} with that {} and within the bounds on `{bounded}` {is_read}",
            listed(equal)
        ),
    };
    format!(", {extent}; {paid}")
}

/// What to do about the range.
fn remedy(context: &RuleContext<'_>, verdict: &Verdict, cost: &RangeCost) -> String {
    let table = verdict.tables.first().and_then(|name| context.schema().table(name));
    let IndexRun { equal, bounded } = &cost.wanted;
    let bounded: Vec<String> = bounded.iter().cloned().collect();
    let fitting = table.map(|table| suited(context, table, &Demand::on(table, equal, &bounded)));
    let fitting = match fitting {
        Some(Suited::Declared(Index { name: Some(name), .. })) => format!("read with `{name}`"),
        Some(Suited::Proposed(proposal)) if proposal.declared.is_some() => {
            format!("widen `{}` to hold {}", proposal.name, listed(&proposal.fields))
        }
        Some(Suited::Proposed(proposal)) => format!("add an index on {}", listed(&proposal.fields)),
        _ => format!("read by an index on {}", listed(&[equal.as_slice(), &bounded].concat())),
    };
    match &cost.fault {
        RangeFault::Skips { skipped, .. } => format!("Pin `{skipped}` as well, or {fitting}."),
        RangeFault::Order { expected } => {
            format!("Write the calls in the order of the index: {}.", listed(expected))
        }
        RangeFault::Twice { column } => format!("Keep the bound on `{column}` that is meant."),
        RangeFault::Outside { column } | RangeFault::AfterRange { column, .. }
            if equal.contains(column) || bounded.contains(column) =>
        {
            format!("Take `{column}` out of the range and into a filter, or {fitting}.")
        }
        RangeFault::Outside { column } | RangeFault::AfterRange { column, .. } => {
            format!(
                "Take `{column}` out of the range and into a filter: an index serves bounds on one column."
            )
        }
    }
}

fn not_prefix(context: &RuleContext<'_>, read: &Read, verdict: &Verdict, cost: &RangeCost) -> Finding {
    let index = cost.index.as_str();
    let subject = format!("{}|{index}", verdict.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let (wrong, key) = words(index, &cost.fault);
    finding.detail = format!("{wrong}{}.", consequence(context, read, verdict, cost));
    finding.remediation = remedy(context, verdict, cost);
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
        relate_index(context, &mut finding, declared, format!("`{index}` holds {}", listed(&held)));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| {
        let Cost::IndexRangeNotPrefix(cost) = &verdict.cost else { return None };
        let mut finding = not_prefix(context, read, verdict, cost);
        if let RangeFault::Order { expected } = &cost.fault {
            finding.fixes.extend(reorder_range(context, read, expected));
        } else {
            offer(context, &mut finding, read_by_one_run(context, read, cost));
        }
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
  posts: defineTable({ orgId: v.string(), status: v.string(), at: v.number(), title: v.string() })
    .index("by_org_status_at", ["orgId", "status", "at"]),
  notes: defineTable({ userId: v.string(), kind: v.string(), at: v.number() }).shardBy("userId")
    .index("by_user_at", ["userId", "at"])
    .index("by_user_kind_at", ["userId", "kind", "at"]),
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
//                                            ^^^ WARN index_range_not_prefix The range on `by_org_status_at` constrains `at` and not `status` before it, so every row of `posts` with that `orgId` is read; `posts:skips`
export const leading = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("status", "x")).first());
//                                              ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `status` and not `orgId` before it, so all of `posts` may be read
export const order = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("status", "x").eq("orgId", "y")).first());
//                                            ^^^ index_range_not_prefix The range on `by_org_status_at` names its columns out of order, so all of `posts` is watched instead of the range
export const outside = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.eq("orgId", "x").eq("title", "y")).first());
//                                              ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `title`, which
export const after = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.gt("orgId", "x").eq("status", "y")).first());
//                                            ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `status` after
export const twice = query.query(({ ctx }) => ctx.db.query("posts").withIndex(read, (q) => q.gt("orgId", "x").gte("orgId", "y")).first());
//                                            ^^^ index_range_not_prefix The range on `by_org_status_at` constrains `orgId` twice
export const sharded = query.query(({ ctx }) => ctx.db.query("notes").withIndex("by_user_at", (q) => q.gt("at", 1)).collect());
//                                              ^^^ INFO index_range_not_prefix The range on `by_user_at` constrains `at` and not `userId` before it, so all of `notes` in the shard is read
export const inShard = query.query(({ ctx }) => ctx.db.query("notes").withIndex("by_user_kind_at", (q) => q.eq("userId", "u").gt("at", 1)).collect());
//                                              ^^^ INFO index_range_not_prefix The range on `by_user_kind_at` constrains `at` and not `kind` before it, and `userId` is only the shard key, so all
"#
            ),
        );
    }

    #[test]
    fn an_index_that_fits_is_named() {
        let remedy = |range: &str| -> String {
            let code = format!(
                "{SCHEMA}export const read = query.query(({{ ctx }}) => ctx.db.query(\"notes\").withIndex(\"by_user_kind_at\", (q) => {range}).collect());\n"
            );
            findings_of(&RULE, &code).into_iter().map(|finding| finding.remediation).collect()
        };
        assert_eq!(
            remedy("q.eq(\"userId\", \"u\").gt(\"at\", 1)"),
            "Pin `kind` as well, or read with `by_user_at`."
        );
        assert_eq!(
            remedy("q.eq(\"kind\", \"k\").gt(\"at\", 1)"),
            "Pin `userId` as well, or add an index on `kind` and `at`."
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
