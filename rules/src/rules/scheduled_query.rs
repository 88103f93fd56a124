//! Queries that a schedule should run.

use lunora_project::access::Dispatch;
use lunora_project::{Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, set};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "scheduled_query",
        title: "Scheduled query",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A cron job, `runAfter` or `runAt` names a query, which can't be scheduled.",
        docs: include_str!("../../docs/scheduled_query.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Procedures, Fact::Dispatches],
    check,
};

fn scheduled(context: &RuleContext<'_>, dispatch: &Dispatch, query: &Procedure) -> Finding {
    let subject = format!("{}|{}", dispatch.method, query.name);
    let mut finding = operation_finding(context, RULE.metadata, dispatch.into(), dispatch.place, &subject);
    let by = if dispatch.method == "cron" { "this cron job" } else { dispatch.method.as_str() };
    finding.detail = format!(
        "`{}` is a query, and only mutations and actions can be scheduled: {} fails when its time comes.",
        query.name,
        if dispatch.method == "cron" { by.to_owned() } else { format!("what this `{by}` orders") }
    );
    finding.remediation =
        "Schedule an internal mutation or action; if the result matters, let an action call the query and store what it returns."
            .to_owned();
    finding.primary_label = format!("`{}` can't be scheduled", query.name);
    finding.related.push(Related {
        location: context.location(query.place),
        message: format!("`{}` is a query", query.name),
    });
    set(&mut finding, "target", json!(query.name));
    set(&mut finding, "method", json!(dispatch.method));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for dispatch in &context.project.dispatches {
        if !matches!(dispatch.method.as_str(), "runAfter" | "runAt" | "cron") {
            continue;
        }
        let target = context.project.resolve_target(&dispatch.target).map(|id| context.project.procedure(id));
        if let Some(query) = target.filter(|target| target.kind == ProcedureKind::Query) {
            findings.push(scheduled(context, dispatch, query));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const PROCEDURES: &str = r#"
//- /lunora/schema.ts
export default defineSchema({});
//- /lunora/stats/daily.ts
export const total = internalQuery.query(() => 1);
export const store = internalMutation.mutation(() => 1);
export const send = internalAction.action(() => 1);
"#;

    fn with_procedures(code: &str) -> String {
        format!("{PROCEDURES}{code}")
    }

    #[test]
    fn every_way_to_schedule_a_query_is_reported() {
        check(
            &RULE,
            &with_procedures(
                r#"
//- /lunora/jobs.ts
import { mutation } from "./_generated/server";
import { internal } from "./_generated/api";
export const start = mutation.mutation(async ({ ctx }) => {
  await ctx.scheduler.runAfter(0, internal.stats.daily.total, {});
  //    ^^^ ERROR scheduled_query `stats_daily:total` is a query, and only mutations and actions can be scheduled: what this `runAfter` orders
  await ctx.scheduler.runAt(ctx.now + 5, "stats_daily:total");
  //    ^^^ scheduled_query
});
//- /lunora/crons.ts
import { cronJobs } from "@lunora/scheduler";
import { internal } from "./_generated/api";
const crons = cronJobs();
crons.daily("total", { hourUTC: 3, minuteUTC: 0 }, internal.stats_daily.total);
^^^ scheduled_query `stats_daily:total` is a query, and only mutations and actions can be scheduled: this cron job
crons.daily("store", { hourUTC: 3, minuteUTC: 0 }, internal.stats_daily.store);
export default crons;
"#,
            ),
        );
    }

    #[test]
    fn other_targets_and_calls_are_silent() {
        check(
            &RULE,
            &with_procedures(
                r#"
//- /lunora/jobs.ts
import { action } from "./_generated/server";
import { internal } from "./_generated/api";
export const start = action.input({ job: v.any() }).action(async ({ ctx, args }) => {
  await ctx.scheduler.runAfter(0, internal.stats.daily.store, {});
  await ctx.scheduler.runAfter(0, internal.stats.daily.send, {});
  await ctx.scheduler.runAfter(0, internal.stats.daily.missing, {});
  await ctx.scheduler.runAfter(0, args.job, {});
  return await ctx.runQuery(internal.stats.daily.total, {});
});
"#,
            ),
        );
    }

    #[test]
    fn a_schedule_in_a_helper_is_found_and_can_be_accepted() {
        check(
            &RULE,
            &with_procedures(
                r#"
//- /lunora/lib/later.ts
export const later = (ctx, job) => ctx.scheduler.runAfter(60_000, job, {});
//                                 ^^^ scheduled_query
//- /lunora/jobs.ts
import { mutation } from "./_generated/server";
import { internal } from "./_generated/api";
import { later } from "./lib/later";
export const start = mutation.mutation(({ ctx }) => later(ctx, internal.stats.daily.total));
export const odd = mutation.mutation(({ ctx }) =>
  // lunora-advisor-disable-next-line scheduled_query -- proves that it fails
  ctx.scheduler.runAfter(0, internal.stats.daily.total, {}),
);
"#,
            ),
        );
    }
}
