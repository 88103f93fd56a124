//! Limits that come after a filter, when all rows have been loaded.

use lunora_project::access::{AccessPath, Condition, Limit, Operator, Read};
use lunora_project::index_plan::Demand;
use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::advice::{self, is_unset};
use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, relate_table, scan, set};
use crate::fixes::{offer, read_by_wider_index};
use crate::indexes::{BUILT_IN, Suited, suited};
use crate::reads::{Cost, IndexRun, LimitCost, RowSource, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "filter_defeats_limit",
        title: "Filter defeats the limit",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A limit follows a filter, so all rows are loaded before it is applied.",
        docs: include_str!("../../docs/filter_defeats_limit.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

fn defeated<'a>(context: &RuleContext<'a>, read: &'a Read, verdict: &Verdict, cost: &LimitCost) -> Finding {
    let tested = tested_columns(cost);
    let subject = format!("{}|{}", verdict.tables.join(","), tested.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), cost.filter, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let path = judged(read, verdict);
    let method = path.map_or("take", |path| &path.method);
    let paid = scan_cost(context, &read.reached_from, &verdict.tables);
    let extent = extent(cost, &verdict.tables);
    finding.detail =
        format!("`{method}` is applied only after this filter has been through {extent}; {paid}.");
    finding.primary_label = format!("`{method}` comes too late to bound this");
    set(&mut finding, "method", json!(method));
    set(&mut finding, "columns", json!(tested));
    let table = verdict.tables.first().and_then(|name| context.schema().table(name));
    match path.zip(table) {
        Some(of) => remedy(context, &mut finding, read, of, cost),
        None => finding.remediation = "Take what the filter tests into the range of an index.".to_owned(),
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| match &verdict.cost {
        Cost::FilterDefeatsLimit(cost) => Some(defeated(context, read, verdict, cost)),
        _ => None,
    });
}

/// The read in the calling context that was judged.
fn judged<'a>(read: &'a Read, verdict: &Verdict) -> Option<&'a AccessPath> {
    let mut limited = read.paths.iter().filter(|path| path.limit != Limit::None && !path.filters.is_empty());
    limited.find(|path| path.tables.iter().map(|table| &table.name).eq(&verdict.tables))
}

/// What is loaded before the limit is applied.
fn extent(cost: &LimitCost, tables: &[String]) -> String {
    let tables = listed(tables);
    match &cost.source {
        RowSource::Table => format!("all of {tables}"),
        RowSource::Search => format!("everything that the search finds in {tables}"),
        RowSource::Range => format!("everything in the range of {tables}"),
        RowSource::Run(run) => {
            let found: Vec<&String> = run.equal.iter().chain(&run.bounded).collect();
            format!("all rows of {tables} that the range on {} finds", listed(&found))
        }
    }
}

fn remedy<'a>(
    context: &RuleContext<'a>,
    finding: &mut Finding,
    read: &'a Read,
    (path, table): (&AccessPath, &Table),
    cost: &LimitCost,
) {
    let RowSource::Run(run) = &cost.source else {
        finding.remediation = match cost.source {
            RowSource::Search => "Test what is filtered among the search's own filters (`filterFields`).",
            RowSource::Range => "Mend the range first, then take what is filtered into an index as well.",
            _ => "Store what the filter tests in a column, and read by an index that begins with it and keeps the present order.",
        }
        .to_owned();
        return;
    };
    let order = order(path, table, run);
    let Some(plan) = order.as_deref().and_then(|order| Plan::of(cost, run, order)) else {
        finding.remediation = paging(cost, run);
        return;
    };
    let mut then = plan.then.clone();
    then.push("_creationTime".to_owned());
    let demand = Demand::on(table, &plan.equal, &then);
    if plan.is_all {
        offer(context, finding, read_by_wider_index(context, read, cost.filter, &demand));
    }
    let moved = listed(&plan.moved);
    let read = if plan.has_unset {
        format!("read with `ctx.db.{}.findMany`, whose `where` also finds rows without {moved}", table.name)
    } else {
        format!("test {moved} in its range, not in a filter")
    };
    let rest = if plan.is_all && !path.filters.iter().any(|filter| filter.has_residual || !filter.is_readable)
    {
        ""
    } else {
        " What else the filter tests still comes before the limit: test that in code, page by page."
    };
    match suited(context, table, &demand) {
        Suited::Declared(index) => {
            let (name, held) = (index.name.as_deref().unwrap_or_default(), columns(index));
            finding.remediation = format!("Read with `{name}`, and {read}.{rest}");
            set(finding, "index", json!({ "name": name, "fields": held }));
            relate_index(context, finding, index, format!("this index holds {}", listed(&held)));
        }
        Suited::Proposed(proposal) => {
            finding.remediation = format!("{}, and {read}.{rest}", proposal.words(&table.name));
            set(finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
            relate_table(context, finding, table, format!("`{}` is declared here", table.name));
        }
    }
}

/// What to do where an index that serves the filter would change which rows come first.
fn paging(cost: &LimitCost, run: &IndexRun) -> String {
    const PAGES: &str =
        "read page by page (`.paginate(…)`), test the rows in code, and stop when there are enough";
    let found: Vec<&String> = run.equal.iter().chain(&run.bounded).collect();
    let tested = tested_columns(cost);
    if tested.is_empty() {
        format!(
            "Store what the filter tests in a column that an index holds after {}; or {PAGES}.",
            listed(&found)
        )
    } else {
        let tested = listed(&tested);
        format!(
            "Take the filter out of the chain: {PAGES}. An index on {tested} would change which rows come first."
        )
    }
}

/// How an index comes to serve a filter without changing the order of the rows.
struct Plan {
    /// The columns that are then held equal.
    equal: Vec<String>,
    /// The columns that order the rows.
    then: Vec<String>,
    /// The columns that move from the filter to the range.
    moved: Vec<String>,
    /// Whether one of those is compared with nothing.
    has_unset: bool,
    /// Whether nothing stays in the filter.
    is_all: bool,
}

impl Plan {
    /// More equal columns leave the order as it is, and so do bounds on the column that comes first in it. `None` if there are no such.
    fn of(cost: &LimitCost, run: &IndexRun, order: &[String]) -> Option<Self> {
        let is_pinned =
            |condition: &&Condition| condition.operator == Operator::Equal && !condition.is_conditional;
        let (pinned, others): (Vec<&Condition>, Vec<&Condition>) =
            cost.conditions.iter().partition(is_pinned);
        let mut plan = Self {
            equal: run.equal.clone(),
            then: order.to_vec(),
            moved: Vec::new(),
            has_unset: pinned.iter().any(|condition| is_unset(condition)),
            is_all: true,
        };
        for condition in pinned {
            if plan.equal.iter().all(|known| *known != condition.column) {
                plan.equal.push(condition.column.to_string());
                plan.moved.push(condition.column.to_string());
            }
        }
        plan.then.retain(|column| !plan.equal.contains(column));
        for condition in others {
            let is_first = plan.then.first().is_some_and(|first| *first == condition.column)
                && condition.operator != Operator::In;
            if !is_first || condition.is_conditional {
                plan.is_all = false;
            } else if plan.moved.iter().all(|known| *known != condition.column) {
                plan.moved.push(condition.column.to_string());
            }
        }
        (!plan.moved.is_empty()).then_some(plan)
    }
}

/// The columns that the rows of the run are in the order of, those of their creation apart.
fn order(path: &AccessPath, table: &Table, run: &IndexRun) -> Option<Vec<String>> {
    let (name, _) = path.index.as_ref()?.name.as_ref()?;
    if BUILT_IN.iter().any(|(known, _)| known == name) {
        return Some(Vec::new());
    }
    Some(columns(table.index(name)?).into_iter().filter(|column| !run.equal.contains(column)).collect())
}

/// The columns that the filters compare with fixed values, each once.
fn tested_columns(cost: &LimitCost) -> Vec<String> {
    advice::columns(&cost.conditions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), slug: v.string().unique(), status: v.string(), until: v.number(), tags: v.array(v.string()) })
    .index("by_org", ["orgId"])
    .index("by_slug_status", ["slug", "status"], { unique: true })
    .searchIndex("search_status", { field: "status", filterFields: ["orgId"] }),
  notes: defineTable({ userId: v.string(), text: v.string() }).shardBy("userId"),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn every_limit_after_a_filter_is_reported() {
        let fixture = on_schema(
            r#"
//- /lunora/posts.ts
export const taken = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", args.o)).filter((d) => d.until > ctx.now).take(3),
  //                                                                      ^^^ WARN filter_defeats_limit `take` is applied only after this filter has been through all rows of `posts` that the range on `orgId` finds
);
export const first = query.query(({ ctx }) => ctx.db.query("posts").filter((d) => d.tags.includes("a")).first());
//                                                                  ^^^ filter_defeats_limit `first` is applied only after this filter has been through all of `posts`
export const pages = query.query(({ ctx }) =>
  ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).filter((d) => d.status === "x").paginate({ numItems: 20 }),
  //                                                                   ^^^ filter_defeats_limit
);
export const found = query.query(({ ctx }) =>
  ctx.db.query("posts").withSearchIndex("search_status", (q) => q.search("status", "x")).filter((d) => d.until > 5).take(10),
  //                                                                                     ^^^ filter_defeats_limit `take` is applied only after this filter has been through everything that the search finds
);
//- /lunora/notes.ts
export const notes = query.query(({ ctx }) => ctx.db.query("notes").filter((d) => d.text.startsWith("a")).take(5));
//                                                                  ^^^ INFO filter_defeats_limit
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let advice: Vec<&str> = findings.iter().map(|finding| finding.remediation.as_str()).collect();
        let is_advised =
            |words: &str| assert!(advice.iter().any(|advice| advice.contains(words)), "{advice:#?}");
        is_advised("An index on `until` would change which rows come first.");
        is_advised(
            "Add `.index(\"by_org_status\", [\"orgId\", \"status\"])` to `posts`, and test `status` in its range",
        );
    }

    #[test]
    fn an_index_is_advised_only_if_the_same_rows_come_first() {
        let advice = |read: &str| {
            let schema = SCHEMA
                .replace(".index(\"by_org\", [\"orgId\"])", ".index(\"by_org\", [\"orgId\", \"until\"])");
            let code = format!(
                "//- /lunora/posts.ts\nexport const read = query.query(({{ ctx }}) => ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"orgId\", \"o\")){read});\n"
            );
            findings_of(&RULE, &format!("{schema}{code}"))
                .into_iter()
                .map(|finding| finding.remediation)
                .collect::<String>()
        };
        assert_eq!(
            advice(".filter((d) => d.status === \"x\").take(3)"),
            "Add `.index(\"by_org_status_until\", [\"orgId\", \"status\", \"until\"])` to `posts`, and test `status` in its range, not in a filter."
        );
        assert_eq!(
            advice(".filter((d) => d.until > 5).take(3)"),
            "Read with `by_org`, and test `until` in its range, not in a filter."
        );
        assert!(
            advice(".filter((d) => d.slug > \"m\").take(3)").ends_with("would change which rows come first.")
        );
        assert!(
            advice(".filter((d) => d.status === \"x\" && d.tags.includes(\"a\")).take(3)")
                .contains("still comes before the limit")
        );
    }

    #[test]
    fn limits_that_hold_and_graver_matters_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const unique = query.query(({ ctx }) =>
  ctx.db.query("posts").withIndex("by_slug_status", (q) => q.eq("slug", "a").eq("status", "b")).filter((d) => d.until > 5).first(),
);
export const all = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).filter((d) => d.status === "x").collect());
export const unindexed = query.query(({ ctx }) => ctx.db.query("posts").filter((d) => d.status === "x").take(5));
export const byId = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.query("posts").filter((d) => d._id === args.id).first());
export const where = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { orgId: "o", status: "x" }, limit: 5 }));
const unused = (ctx) => ctx.db.query("posts").filter((d) => d.tags.includes("a")).take(5);
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
//- /lunora/lib/rows.ts
export const tagged = (reader, tag: string) => reader.filter((d) => d.tags.includes(tag));
//                                                    ^^^ filter_defeats_limit
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { tagged } from "./lib/rows";
import { range } from "some-package";
export const some = query.query(({ ctx }) => tagged(ctx.db.query("posts"), "a").take(5));
export const ranged = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org", range).filter((d) => d.until > 5).take(5));
export const dynamic = query.input({ t: v.string() }).query(({ ctx, args }) => ctx.db.query(args.t).filter((d) => d.until > 5).take(5));
export const accepted = query.query(({ ctx }) =>
  // lunora-advisor-disable-next-line filter_defeats_limit -- nearly all posts pass
  ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).filter((d) => d.until > 0).take(5),
);
"#,
            ),
        );
    }
}
