//! Rows that are sorted although an index could hold them in order.

use lunora_project::access::Read;
use lunora_project::index_plan::{Demand, declared_for};
use lunora_project::schema::{Index, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, relate_table, scan, set};
use crate::fixes::{offer, offer_index, read_in_order};
use crate::indexes::{Suited, suited};
use crate::reads::{Cost, SortCost, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "sort_without_index",
        title: "Sort without an index",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "Rows are loaded and sorted by a column although an index could hold them in that order.",
        docs: include_str!("../../docs/sort_without_index.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

fn unindexed<'a>(context: &RuleContext<'a>, read: &'a Read, verdict: &Verdict, cost: &SortCost) -> Finding {
    let place = cost.place.unwrap_or(read.place);
    let subject = format!("{}|{}", verdict.tables.join(","), cost.columns.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    set(&mut finding, "columns", json!(cost.columns));
    let paid = scan_cost(context, &read.reached_from, &verdict.tables);
    let (tables, sorted) = (listed(&verdict.tables), listed(&cost.columns));
    let (act, extent) = match (cost.place.is_some(), cost.equal.is_empty()) {
        (true, true) => ("this sort", format!("every row that was read of {tables}")),
        (true, false) => {
            let bounds = cost
                .bounded
                .as_ref()
                .map_or_else(String::new, |column| format!(" within the bounds on `{column}`"));
            ("this sort", format!("every row of {tables} with the same {}{bounds}", listed(&cost.equal)))
        }
        (false, true) => ("this `orderBy`", format!("every row of {tables}, whatever its limit")),
        (false, false) => {
            let equal = listed(&cost.equal);
            ("this `orderBy`", format!("every row of {tables} with the same {equal}, whatever its limit"))
        }
    };
    let table_name = verdict.tables.first().map(String::as_str).unwrap_or_default();
    finding.primary_label = format!("sorts by {sorted} what an index could hold in order");
    let Some(table) = context.schema().table(table_name) else {
        finding.detail = format!("By {sorted}, {act} sorts {extent}; {paid}.");
        finding.remediation = format!("Read by an index that holds the rows in the order of {sorted}.");
        return finding;
    };
    let sorts = format!("{act} sorts {extent}; {paid}");
    if let Some(order) = built_in_order(cost) {
        finding.detail = format!("Rows come in the order of {sorted} anyhow, yet {sorts}.");
        finding.remediation = order.to_owned();
        return finding;
    }
    if let Some(bounded) = beside_range(cost) {
        finding.detail = format!(
            "An index gives rows within the bounds on `{bounded}` or in the order of {sorted}, not both, so {sorts}."
        );
        let held: Vec<String> = cost.equal.iter().chain(&cost.columns).cloned().collect();
        finding.remediation = format!(
            "Sort fewer rows by tighter bounds on `{bounded}`; or read page by page in the order of an index on {}, test `{bounded}` in code, and stop when there are enough.",
            listed(&held)
        );
        return finding;
    }
    let demand = demand(table, cost);
    if let Some(sort) = cost.place {
        offer(context, &mut finding, read_in_order(context, read, sort, &demand));
    }
    match suited(context, table, &demand) {
        Suited::Declared(index) => use_index(context, &mut finding, (table, index), cost, &sorts),
        Suited::Proposed(proposal) => {
            finding.detail = format!("No index holds rows in the order of {sorted}, so {sorts}.");
            let then = if cost.place.is_some() {
                "read in its order instead of sorting"
            } else {
                "the `orderBy` then follows it"
            };
            finding.remediation = format!("{}, and {then}.", proposal.words(table_name));
            set(&mut finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
            if cost.place.is_none() {
                offer_index(context, &mut finding, table, &proposal, &read.reached_from);
            }
            let message = format!("no index of `{table_name}` holds rows in the order of {sorted}");
            relate_table(context, &mut finding, table, message);
        }
    }
    finding
}

/// Says that an index makes the sort needless.
fn use_index(
    context: &RuleContext<'_>,
    finding: &mut Finding,
    (table, index): (&Table, &Index),
    cost: &SortCost,
    sorts: &str,
) {
    let sorted = listed(&cost.columns);
    let held = columns(index);
    let name = index.name.as_deref();
    let known = name.map_or_else(|| format!("The unique index of {sorted}"), |name| format!("`{name}`"));
    finding.detail = format!("{known} holds rows in the order of {sorted}, yet {sorts}.");
    finding.remediation = match name {
        Some(name) => {
            format!("Read with `{name}` and `.order(\"asc\")` or `.order(\"desc\")`, and leave out the sort.")
        }
        None => {
            format!("Read with `ctx.db.{}.findMany` and its `orderBy`, and leave out the sort.", table.name)
        }
    };
    set(finding, "index", json!({ "name": name, "fields": held }));
    let message = format!("this index holds rows in the order of {}", listed(&held));
    relate_index(context, finding, index, message);
}

/// The column that is bounded and by which rows are not sorted: a run of an index has room for one of both.
fn beside_range(cost: &SortCost) -> Option<&String> {
    let mut free = cost.columns.iter().filter(|column| !cost.equal.contains(column));
    let first = free.next()?;
    cost.bounded.as_ref().filter(|bounded| *bounded != first)
}

/// The index that holds the rows in order: of columns that are equal anyhow, none need be among those that are sorted by.
fn demand(table: &Table, cost: &SortCost) -> Demand {
    let is_sorted = |column: &&String| cost.columns.contains(*column);
    let equal: Vec<String> = cost.equal.iter().filter(|column| !is_sorted(column)).cloned().collect();
    let whole = Demand::on(table, &cost.equal, &cost.columns);
    if declared_for(table, &whole).is_some() { whole } else { Demand::on(table, &equal, &cost.columns) }
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| match &verdict.cost {
        Cost::SortWithoutIndex(cost) => Some(unindexed(context, read, verdict, cost)),
        _ => None,
    });
}

/// How to read in the order of creation, in which every table is held.
fn built_in_order(cost: &SortCost) -> Option<&'static str> {
    (cost.equal.is_empty() && cost.columns == ["_creationTime"])
        .then_some("Read with `.order(\"asc\")` or `.order(\"desc\")`, and leave out the sort.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), slug: v.string().unique(), score: v.number(), title: v.string() })
    .index("by_org_score", ["orgId", "score"])
    .index("by_score", ["score"]),
  notes: defineTable({ userId: v.string(), text: v.string() }).shardBy("userId"),
  visits: defineTable({ userId: v.string(), at: v.number() }).shardBy("userId").index("by_at", ["at"]),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn sorts_in_memory_and_orders_without_an_index_are_reported() {
        let fixture = on_schema(
            r#"
//- /lunora/posts.ts
export const inMemory = query.input({ o: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("posts").withIndex("by_org_score", (q) => q.eq("orgId", args.o)).collect();
  return rows.sort((a, b) => a.title.localeCompare(b.title));
  //          ^^^ WARN sort_without_index No index holds rows in the order of `title`, so this sort
});
export const needless = query.input({ o: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("posts").withIndex("by_org_score", (q) => q.eq("orgId", args.o)).collect();
  return rows.toSorted((a, b) => b.score - a.score);
  //          ^^^ sort_without_index `by_org_score` holds rows in the order of `score`, yet this sort
});
export const beside = query.input({ o: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("posts").withIndex("by_org_score", (q) => q.eq("orgId", args.o).gt("score", 5)).collect();
  return rows.sort((a, b) => a.title.localeCompare(b.title));
  //          ^^^ sort_without_index An index gives rows within the bounds on `score` or in the order of `title`, not both, so this sort sorts every row of `posts` with the same `orgId` within the bounds on `score`
});
export const ordered = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ where: { orgId: args.o }, orderBy: [{ title: "asc" }], limit: 5 }),
//^^^ sort_without_index
);
//- /lunora/notes.ts
export const notes = query.query(async ({ ctx }) => (await ctx.db.query("notes").collect()).sort((a, b) => (a.text < b.text ? -1 : 1)));
//                                                                                          ^^^ INFO sort_without_index
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let suggested: Vec<String> = findings
            .iter()
            .filter_map(|finding| Some(finding.metadata.get("suggestedIndex")?["fields"].to_string()))
            .collect();
        assert_eq!(suggested, [r#"["text"]"#, r#"["orgId","title"]"#, r#"["orgId","title"]"#]);
    }

    #[test]
    fn orders_that_an_index_serves_and_small_sorts_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const served = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ where: { orgId: args.o }, orderBy: [{ score: "desc" }, { _creationTime: "desc" }] }),
);
export const all = query.query(({ ctx }) => ctx.db.posts.findMany({ orderBy: [{ score: "desc" }], limit: 10 }));
export const newest = query.query(({ ctx }) => ctx.db.posts.findMany({ orderBy: [{ _creationTime: "desc" }], limit: 10 }));
export const unique = query.query(({ ctx }) => ctx.db.posts.findFirst({ where: { slug: "a" }, orderBy: [{ title: "asc" }] }));
export const computed = query.query(async ({ ctx }) => {
  const rank = { a: 1, b: 2 };
  const rows = await ctx.db.query("posts").withIndex("by_score", (q) => q.gt("score", 1)).collect();
  rows.sort((a, b) => a.title.length - b.title.length);
  return rows.sort((a, b) => rank[a.title] - rank[b.title]);
});
export const inShard = query.query(({ ctx }) => ctx.db.visits.findMany({ where: { userId: "u", at: { gt: 1 } }, orderBy: [{ at: "asc" }] }));
export const few = query.query(async ({ ctx }) => (await ctx.db.query("posts").take(100)).sort((a, b) => a.score - b.score));
"#,
            ),
        );
    }

    #[test]
    fn a_filter_that_no_index_serves_is_the_graver_matter() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const both = query.input({ t: v.string() }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ where: { title: args.t }, orderBy: [{ orgId: "asc" }] }),
);
"#,
            ),
        );
    }

    #[test]
    fn helpers_suppressions_and_what_cannot_be_told() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/lib/rank.ts
export const byTitle = (rows) => rows.sort((a, b) => a.title.localeCompare(b.title));
//                                    ^^^ sort_without_index
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { byTitle } from "./lib/rank";
import { comparison } from "some-package";
export const titles = query.query(async ({ ctx }) => byTitle(await ctx.db.query("posts").collect()));
export const unknown = query.query(async ({ ctx }) => (await ctx.db.query("notes").collect()).sort(comparison));
export const dynamic = query.input({ c: v.string() }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ orderBy: [{ [args.c]: "asc" }], limit: 10 }),
);
export const accepted = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("posts").collect();
  // lunora-advisor-disable-next-line sort_without_index -- a dozen posts in all
  return rows.sort((a, b) => a.score - b.score);
});
"#,
            ),
        );
    }
}
