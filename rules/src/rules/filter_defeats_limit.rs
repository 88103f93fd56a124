//! Limits that come after a filter, when all rows have been loaded.

use lunora_project::access::{Limit, Operator, Read};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, relate_table, scan, set};
use crate::indexes::{holding, named};
use crate::reads::{Cost, LimitCost, RowSource, Verdict};
use crate::rule::{Fact, Rule};
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
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn defeated(context: &RuleContext<'_>, read: &Read, verdict: &Verdict, cost: &LimitCost) -> Finding {
    let tested = tested_columns(cost, |_| true);
    let subject = format!("{}|{}", verdict.tables.join(","), tested.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), cost.filter, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let method = method(read, verdict);
    let paid = scan_cost(context, &read.reached_from, &verdict.tables);
    let extent = extent(cost, &verdict.tables);
    finding.detail =
        format!("`{method}` is applied only after this filter has been through {extent}; {paid}.");
    finding.primary_label = format!("`{method}` comes too late to bound this");
    set(&mut finding, "method", json!(method));
    set(&mut finding, "columns", json!(tested));
    remedy(context, &mut finding, verdict, cost);
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if let Cost::FilterDefeatsLimit(cost) = &verdict.cost {
            findings.push(defeated(context, read, verdict, cost));
        }
    }
}

/// The method that sets the limit, in the calling context that was judged.
fn method<'a>(read: &'a Read, verdict: &Verdict) -> &'a str {
    let mut limited = read.paths.iter().filter(|path| path.limit != Limit::None && !path.filters.is_empty());
    let judged = limited.find(|path| path.tables.iter().map(|table| &table.name).eq(&verdict.tables));
    judged.map_or("take", |path| &path.method)
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

fn remedy(context: &RuleContext<'_>, finding: &mut Finding, verdict: &Verdict, cost: &LimitCost) {
    let table = verdict.tables.first().and_then(|name| context.schema().table(name));
    let is_equal = |operator: Operator| matches!(operator, Operator::Equal | Operator::In);
    let (Some(table), RowSource::Run(run)) = (table, &cost.source) else {
        finding.remediation = match cost.source {
            RowSource::Search => "Test what is filtered among the search's own filters (`filterFields`).",
            RowSource::Range => "Mend the range first, then take what is filtered into an index as well.",
            _ => "Store what the filter tests in a column with an index of its own, and read by that.",
        }
        .to_owned();
        return;
    };
    let mut equal = run.equal.clone();
    equal.extend(tested_columns(cost, is_equal).into_iter().filter(|column| !run.equal.contains(column)));
    let mut bounded: Vec<String> = run.bounded.iter().cloned().collect();
    let ranged = tested_columns(cost, |operator| !is_equal(operator));
    if bounded.is_empty() {
        bounded.extend(ranged.into_iter().find(|column| !equal.contains(column)));
    }
    let is_wider = equal.len() > run.equal.len() || bounded.len() > usize::from(run.bounded.is_some());
    if !is_wider {
        finding.remediation =
            "Store what the filter tests in a column that an index holds after these, and read by that."
                .to_owned();
        return;
    }
    if let Some(index) = holding(table, &equal, &bounded) {
        let (name, held) = (index.name.as_deref().unwrap_or_default(), columns(index));
        finding.remediation =
            format!("Read with `{name}` and test the column in its range, not in a filter.");
        set(finding, "index", json!({ "name": name, "fields": held }));
        relate_index(context, finding, index, format!("this index holds [{}]", held.join(", ")));
    } else {
        let proposal = named(context.schema(), table, equal.into_iter().chain(bounded).collect());
        finding.remediation = format!(
            "Add `{}` to `{}`, and take the filter into its range.",
            proposal.declaration(),
            table.name
        );
        set(finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
        relate_table(context, finding, table, format!("`{}` is declared here", table.name));
    }
}

/// The columns that the filters compare by certain operators, each once.
fn tested_columns(cost: &LimitCost, is_wanted: impl Fn(Operator) -> bool) -> Vec<String> {
    let mut tested: Vec<String> = Vec::new();
    for condition in cost.conditions.iter().filter(|condition| is_wanted(condition.operator)) {
        if !tested.contains(&condition.column) {
            tested.push(condition.column.clone());
        }
    }
    tested
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
        assert!(findings.iter().any(|finding| {
            finding.remediation
                == "Add `.index(\"by_org_until\", [\"orgId\", \"until\"])` to `posts`, and take the filter into its range."
        }), "{findings:#?}");
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
