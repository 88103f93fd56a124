//! Indexes that are walked from end to end.

use lunora_project::access::Read;
use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, scan, set};
use crate::fixes::{limit_rows, read_in_pages};
use crate::reads::{Cost, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "index_without_range",
        title: "Index without a range",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read names an index and constrains nothing, so it returns the whole table in the order of the index.",
        docs: include_str!("../../docs/index_without_range.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn without_range(context: &RuleContext<'_>, read: &Read, verdict: &Verdict, index: &str) -> Finding {
    let subject = format!("{}|{index}", verdict.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, &read.reached_from, &verdict.tables);
    finding.detail = format!(
        "This names `{index}` and constrains nothing, so it returns all of {}; {cost}.",
        listed(&verdict.tables)
    );
    finding.primary_label = format!("walks `{index}` from end to end");
    set(&mut finding, "index", json!(index));
    let table = verdict.tables.first().and_then(|table| context.schema().table(table));
    let declared = table.and_then(|table| table.index(index));
    let held = declared.map(columns).unwrap_or_default();
    let range = table.map_or_else(String::new, |table| range(table, &held));
    finding.remediation = if range.is_empty() {
        "Read it in pages (`.paginate(…)`), end it in `.take(n)`, or give it a range.".to_owned()
    } else {
        format!(
            "Read it in pages (`.paginate(…)`) or end it in `.take(n)`; if only some rows are wanted, give it a range: `.withIndex({index:?}, (q) => q{range})`."
        )
    };
    if let Some(declared) = declared {
        relate_index(context, &mut finding, declared, format!("`{index}` holds {}", listed(&held)));
    }
    finding
}

/// A range over the first column. The shard key narrows nothing on its shard, so that the column after it is constrained as well.
fn range(table: &Table, held: &[String]) -> String {
    let is_key = held.first().is_some_and(|first| table.shard_key() == Some(first));
    let constrained = held.iter().take(if is_key { 2 } else { 1 });
    let bounds = constrained.map(|column| {
        let kind = table.column(column).and_then(|column| column.kind.as_deref());
        let is_measured = matches!(kind, Some("number" | "timestamp" | "date"));
        format!(".{}({column:?}, …)", if is_measured { "gte" } else { "eq" })
    });
    bounds.collect()
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| {
        let Cost::IndexWithoutRange { index } = &verdict.cost else { return None };
        let mut finding = without_range(context, read, verdict, index);
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
  posts: defineTable({ orgId: v.string(), tags: v.array(v.string()) }).index("by_org", ["orgId"]),
  notes: defineTable({ userId: v.string(), at: v.number() }).shardBy("userId").index("by_at", ["at"]),
});
//- /lunora/posts.ts
"#;

    #[test]
    fn an_index_that_narrows_nothing_is_reported() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
const ORDER = "by_org";
export const bare = query.query(({ ctx }) => ctx.db.query("posts").withIndex(ORDER).collect());
//                                           ^^^ WARN index_without_range This names `by_org` and constrains nothing
export const empty = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org", (q) => q).collect());
//                                            ^^^ index_without_range
export const filtered = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org").filter((d) => d.tags.includes("x")).collect());
//                                               ^^^ index_without_range
export const sharded = query.query(({ ctx }) => ctx.db.query("notes").withIndex("by_at").collect());
//                                              ^^^ INFO index_without_range
"#
            ),
        );
    }

    #[test]
    fn a_range_or_a_bound_is_enough() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const ranged = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "x")).collect());
export const first = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org").first());
export const some = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org").order("desc").take(20));
export const page = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org").paginate({ numItems: 20 }));
export const builtIn = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_creation_time").collect());
export const computed = query.input({ i: v.string() }).query(({ ctx, args }) => ctx.db.query("posts").withIndex(args.i).collect());
export const filter = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org").filter((d) => d.orgId === "x").collect());
// lunora-advisor-disable-next-line index_without_range -- an export, run by hand
export const hidden = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org").collect());
"#
            ),
        );
    }

    #[test]
    fn a_reader_from_another_file_is_followed() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
import { query } from "./_generated/server";
import { byOrg } from "./lib/readers";
export const all = query.query(async ({ ctx }) => await byOrg(ctx).collect());
//- /lunora/lib/readers.ts
export function byOrg(ctx) {
  return ctx.db.query("posts").withIndex("by_org");
  //     ^^^ index_without_range
}
"#
            ),
        );
    }
}
