//! Indexed reads that are filtered further although an index could do that too.

use lunora_project::access::{Read, Surface};
use lunora_project::index_plan::Demand;
use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{columns, operation_finding, relate_index, relate_table, set};
use crate::fixes::{offer, offer_index, read_by_wider_index};
use crate::indexes::{Suited, suited};
use crate::reads::{Cost, ResidualCost, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "residual_filter",
        title: "Filter beyond the index",
        level: Level::Info,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "An index finds rows by some columns, and the others are tested row by row although a wider index could test them too.",
        docs: include_str!("../../docs/residual_filter.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

fn residual<'a>(
    context: &RuleContext<'a>,
    read: &'a Read,
    verdict: &Verdict,
    cost: &ResidualCost,
) -> Finding {
    let tested: Vec<String> = cost.equal.iter().chain(&cost.bounded).cloned().collect();
    let found: Vec<String> = cost.run.equal.iter().chain(&cost.run.bounded).cloned().collect();
    let place = cost.place.unwrap_or(read.place);
    let subject = format!("{}|{}", verdict.tables.join(","), tested.join(","));
    let mut finding = operation_finding(context, RULE.metadata, read.into(), place, &subject);
    let table_name = verdict.tables.first().map(String::as_str).unwrap_or_default();
    set(&mut finding, "table", json!(table_name));
    set(&mut finding, "shardKind", json!(context.shard_kind(table_name)));
    set(&mut finding, "columns", json!(tested));
    let paid = scan_cost(context, &read.reached_from, &verdict.tables);
    let is_fluent = read.paths.iter().all(|path| path.surface == Surface::Fluent);
    let (act, then) = if cost.place.is_some() {
        let part = if is_fluent { "range" } else { "`where`" };
        ("this filter", format!("put {} into the {part}", listed(&tested)))
    } else {
        ("the rest of the `where`", "the `where` then finds its rows by it".to_owned())
    };
    finding.detail = format!(
        "An index finds these rows of {} by {}, and {act} looks through them for {}; {paid}.",
        listed(&verdict.tables),
        listed(&found),
        listed(&tested)
    );
    finding.primary_label = format!("{} could be part of the index", listed(&tested));
    let Some(table) = context.schema().table(table_name) else {
        finding.remediation = format!("Read by an index that holds {} as well.", listed(&tested));
        return finding;
    };
    let equal: Vec<String> = cost.run.equal.iter().chain(&cost.equal).cloned().collect();
    let mut rest: Vec<String> = cost.run.bounded.iter().chain(&cost.bounded).cloned().collect();
    if cost.bounded.is_none() {
        let order = asked_order(read, table);
        rest.extend(
            order
                .into_iter()
                .filter(|column| !equal.contains(column) && cost.run.bounded.as_ref() != Some(column)),
        );
    }
    let demand = Demand::on(table, &equal, &rest);
    if let Some(filter) = cost.place {
        offer(context, &mut finding, read_by_wider_index(context, read, filter, &demand));
    }
    match suited(context, table, &demand) {
        Suited::Declared(index) => {
            let name = index.name.as_deref().unwrap_or_default();
            finding.remediation = if is_fluent {
                format!("Read with `{name}`, and test {} in its range.", listed(&tested))
            } else {
                format!("Put {} into the `where`: `{name}` serves that, too.", listed(&tested))
            };
            set(&mut finding, "index", json!({ "name": name, "fields": columns(index) }));
            relate_index(context, &mut finding, index, format!("this index serves {} too", listed(&tested)));
        }
        Suited::Proposed(proposal) => {
            finding.remediation = format!("{}, and {then}.", proposal.words(table_name));
            set(&mut finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
            // A `where` finds the index unasked, and its rows come in the same order as before.
            if cost.place.is_none() {
                offer_index(context, &mut finding, table, &proposal, &read.reached_from);
            }
            let message = format!("no index of `{table_name}` begins with {}", listed(&proposal.fields));
            relate_table(context, &mut finding, table, message);
        }
    }
    finding
}

/// The columns of the named index, if the read asks for its order: a wider index must keep that.
fn asked_order(read: &Read, table: &Table) -> Vec<String> {
    let ordered = read.paths.iter().find(|path| path.is_ordered);
    let used = ordered.and_then(|path| path.index.as_ref()).and_then(|used| used.name.as_ref());
    used.and_then(|(name, _)| table.index(name)).map(columns).unwrap_or_default()
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| match &verdict.cost {
        Cost::ResidualFilter(cost) => Some(residual(context, read, verdict, cost)),
        _ => None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), slug: v.string().unique(), status: v.string(), score: v.number(), tags: v.array(v.string()) })
    .index("by_org", ["orgId"])
    .index("by_org_score", ["orgId", "score"]),
  notes: defineTable({ userId: v.string(), day: v.string(), text: v.string() }).shardBy("userId").index("by_day", ["day"]),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn a_test_that_a_wider_index_could_serve_is_reported() {
        let fixture = on_schema(
            r#"
//- /lunora/posts.ts
export const chained = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", args.o)).filter((d) => d.status === "live").collect(),
  //                                                                      ^^^ INFO residual_filter An index finds these rows of `posts` by `orgId`, and this filter looks through them for `status`
);
export const onRows = query.input({ o: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", args.o)).collect();
  return rows.filter((d) => d.score > 10);
  //          ^^^ residual_filter
});
export const where = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ where: { orgId: args.o, status: "live", score: { gt: 3 } } }),
//^^^ residual_filter An index finds these rows of `posts` by `orgId` and `score`
);
//- /lunora/notes.ts
export const notes = query.query(({ ctx }) =>
  ctx.db.query("notes").withIndex("by_day", (q) => q.eq("day", "mon")).filter((d) => d.text === "x").collect(),
  //                                                                   ^^^ INFO residual_filter
);
"#,
        );
        check(&RULE, &fixture);
        let suggested: Vec<String> = findings_of(&RULE, &fixture)
            .iter()
            .map(|finding| match finding.metadata.get("suggestedIndex") {
                Some(index) => index["fields"].to_string(),
                None => finding.metadata["index"]["name"].to_string(),
            })
            .collect();
        assert_eq!(
            suggested,
            [
                r#"["day","text"]"#,
                // One index serves this read and the last one.
                r#"["orgId","status","score"]"#,
                r#""by_org_score""#,
                r#"["orgId","status","score"]"#,
            ]
        );
    }

    #[test]
    fn what_no_wider_index_could_serve_is_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const tags = query.query(({ ctx }) =>
  ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).filter((d) => d.tags.includes("a")).collect(),
);
export const not = query.query(({ ctx }) =>
  ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).filter((d) => d.status !== "live").collect(),
);
export const secondRange = query.query(({ ctx }) =>
  ctx.db.query("posts").withIndex("by_org_score", (q) => q.eq("orgId", "o").gt("score", 1)).filter((d) => d._creationTime > 5).collect(),
);
export const unique = query.query(({ ctx }) => ctx.db.posts.findFirst({ where: { slug: "a", status: "live" } }));
export const oneOf = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { slug: { in: ["a", "b"] }, orgId: "o" } }));
export const recent = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { orgId: "o", _creationTime: { gt: 5 } } }));
export const either = query.input({ o: v.optional(v.string()) }).query(({ ctx, args }) =>
  ctx.db.posts.findMany({ where: args.o ? { orgId: args.o } : { slug: "a" } }),
);
export const whole = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).collect();
  return { all: rows.map((d) => d.slug), live: rows.filter((d) => d.status === "live") };
});
export const whole = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).collect();
  return { all: rows.map((d) => d.slug), live: rows.filter((d) => d.status === "live") };
});
export const few = query.query(async ({ ctx }) =>
  (await ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).take(20)).filter((d) => d.status === "live"),
);
"#,
            ),
        );
    }

    #[test]
    fn a_filter_in_another_file_is_found_with_its_callers() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/lib/rows.ts
import type { QueryCtx } from "../_generated/server";
export const ofOrg = (ctx: QueryCtx, org: string) => ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", org)).collect();
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { ofOrg } from "./lib/rows";
export const live = query.input({ o: v.string() }).query(async ({ ctx, args }) =>
  (await ofOrg(ctx, args.o)).filter((d) => d.status === "live"),
  //                         ^^^ residual_filter
);
export const hidden = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).collect();
  // lunora-advisor-disable-next-line residual_filter -- an org has a dozen posts
  return rows.filter((d) => d.status === "x");
});
"#,
            ),
        );
    }

    #[test]
    fn what_cannot_be_told_is_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { range } from "some-package";
export const range_ = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_org", range).filter((d) => d.status === "live").collect());
const unused = (ctx) => ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", "o")).filter((d) => d.status === "live").collect();
"#,
            ),
        );
    }

    #[test]
    fn a_wider_index_keeps_the_order_that_is_asked_for() {
        let fixture = on_schema(
            r#"
//- /lunora/posts.ts
export const best = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").withIndex("by_org_score", (q) => q.eq("orgId", args.o)).order("desc").filter((d) => d.status === "live").collect(),
);
"#,
        );
        let advice: String =
            findings_of(&RULE, &fixture).into_iter().map(|finding| finding.remediation).collect();
        assert_eq!(
            advice,
            "Widen `by_org` of `posts` to `[\"orgId\", \"status\", \"score\"]`, and put `status` into the range."
        );
    }
}
