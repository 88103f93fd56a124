//! Procedures that run or schedule each other for ever.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use lunora_project::ProcedureId;
use lunora_project::access::{Dispatch, Reach};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::{Value, json};

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "dispatch_cycle",
        title: "Dispatch cycle",
        level: Level::Error,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "Procedures run or schedule each other round in a circle, on every run.",
        docs: include_str!("../../docs/dispatch_cycle.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Procedures, Fact::Calls],
    check,
};

/// A dispatch that happens whenever the procedure at its beginning runs.
#[derive(Clone, Copy)]
struct Hop<'a> {
    from: ProcedureId,
    to: ProcedureId,
    dispatch: &'a Dispatch,
    reach: &'a Reach,
}

/// The hops from each procedure to each other one, the first in the source of several.
type Hops<'a> = BTreeMap<ProcedureId, BTreeMap<ProcedureId, Hop<'a>>>;

fn cycle(context: &RuleContext<'_>, path: &[Hop<'_>], group: &[Hop<'_>]) -> Option<Finding> {
    let (first, others) = path.split_first()?;
    let name = |procedure| context.project.procedure(procedure).name.as_str();
    let mut functions: Vec<&str> = group.iter().map(|hop| name(hop.from)).collect();
    functions.sort_unstable();
    functions.dedup();
    let reached_from = std::slice::from_ref(first.reach);
    let dispatch = first.dispatch;
    let operation = Operation { place: dispatch.place, reached_from, function: &dispatch.function };
    let mut finding =
        operation_finding(context, RULE.metadata, operation, dispatch.place, &functions.join(","));
    let is_scheduled = path.iter().any(|hop| is_schedule(hop.dispatch));
    let way = way_in_words(context, first, others);
    finding.detail = if is_scheduled {
        format!(
            "{way}, each time and with nothing to stop it: one call keeps the project busy for ever, and each further call adds another round."
        )
    } else {
        format!(
            "{way}, each time and with nothing to stop it: every call fails when the depth limit of nested runs is reached."
        )
    };
    finding.remediation = if is_scheduled {
        "Dispatch only while there is work left, or let a cron job do the repeating.".to_owned()
    } else {
        "Move what both need into a function that both call, or dispatch only under a condition that ends."
            .to_owned()
    };
    finding.primary_label = "leads back here".to_owned();
    for hop in others {
        finding.related.push(Related {
            location: context.location(hop.dispatch.place),
            message: format!("`{}` {} `{}`", name(hop.from), verb(hop.dispatch), name(hop.to)),
        });
    }
    let hops: Vec<Value> = group.iter().map(|hop| described(context, hop)).collect();
    set(&mut finding, "functions", json!(functions));
    set(&mut finding, "hops", json!(hops));
    Some(finding)
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let hops = hops(context);
    let reachable: BTreeMap<ProcedureId, BTreeSet<ProcedureId>> =
        hops.keys().map(|start| (*start, reachable(&hops, *start))).collect();
    let leads = |from, to| reachable.get(&from).is_some_and(|reached| reached.contains(&to));
    let mut reported: BTreeSet<ProcedureId> = BTreeSet::new();
    let name = |id: &ProcedureId| context.project.procedure(*id).name.as_str();
    let mut starts: Vec<ProcedureId> = hops.keys().copied().filter(|start| leads(*start, *start)).collect();
    starts.sort_unstable_by_key(name);
    for start in starts {
        let members: BTreeSet<ProcedureId> =
            hops.keys().copied().filter(|other| leads(start, *other) && leads(*other, start)).collect();
        if reported.insert(start) {
            reported.extend(members.iter().copied());
            let inner = hops.values().flat_map(BTreeMap::values);
            let group: Vec<Hop<'_>> = inner
                .filter(|hop| members.contains(&hop.from) && members.contains(&hop.to))
                .copied()
                .collect();
            findings.extend(cycle(context, &way_round(&hops, start), &group));
        }
    }
}

/// The dispatches that run whatever happens, between procedures that are known.
fn hops<'a>(context: &RuleContext<'a>) -> Hops<'a> {
    let mut hops = Hops::new();
    for dispatch in &context.project.dispatches {
        let is_hop = is_schedule(dispatch) || dispatch.method.starts_with("run");
        if !is_hop {
            continue;
        }
        let Some(to) = context.project.resolve_target(&dispatch.target) else { continue };
        for reach in dispatch.reached_from.iter().filter(|reach| !reach.is_conditional) {
            let hop = Hop { from: reach.procedure, to, dispatch, reach };
            hops.entry(hop.from).or_default().entry(to).or_insert(hop);
        }
    }
    hops
}

/// The procedures to which one leads; itself only if it leads back.
fn reachable(hops: &Hops<'_>, start: ProcedureId) -> BTreeSet<ProcedureId> {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(procedure) = open.pop() {
        for next in hops.get(&procedure).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    seen
}

/// The shortest way from a procedure back to itself.
fn way_round<'a>(hops: &Hops<'a>, start: ProcedureId) -> Vec<Hop<'a>> {
    let mut seen: BTreeSet<ProcedureId> = BTreeSet::new();
    let mut open: VecDeque<Vec<Hop<'a>>> = VecDeque::from([Vec::new()]);
    while let Some(way) = open.pop_front() {
        let last = way.last().map_or(start, |hop| hop.to);
        for hop in hops.get(&last).into_iter().flat_map(BTreeMap::values) {
            let mut longer = way.clone();
            longer.push(*hop);
            if hop.to == start {
                return longer;
            }
            if seen.insert(hop.to) {
                open.push_back(longer);
            }
        }
    }
    Vec::new()
}

fn way_in_words(context: &RuleContext<'_>, first: &Hop<'_>, others: &[Hop<'_>]) -> String {
    let name = |procedure| context.project.procedure(procedure).name.as_str();
    let (from, verb_of_first) = (name(first.from), verb(first.dispatch));
    if others.is_empty() {
        return format!("`{from}` {verb_of_first} itself");
    }
    let steps: Vec<String> =
        others.iter().map(|hop| format!("which {} `{}`", verb(hop.dispatch), name(hop.to))).collect();
    format!("`{from}` {verb_of_first} `{}`, {}", name(first.to), steps.join(", "))
}

fn described(context: &RuleContext<'_>, hop: &Hop<'_>) -> Value {
    let location = context.location(hop.dispatch.place);
    json!({
        "from": context.project.procedure(hop.from).name,
        "to": context.project.procedure(hop.to).name,
        "kind": if is_schedule(hop.dispatch) { "schedule" } else { "run" },
        "file": context.relative(location.file),
        "line": context.line(location),
    })
}

fn is_schedule(dispatch: &Dispatch) -> bool {
    matches!(dispatch.method.as_str(), "runAfter" | "runAt")
}

fn verb(dispatch: &Dispatch) -> &'static str {
    if is_schedule(dispatch) { "schedules" } else { "runs" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn circles_through_helpers_and_files_are_reported_once() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ jobs: defineTable({ state: v.string() }) });
//- /lunora/jobs.ts
import { internalAction, internalMutation } from "./_generated/server";
import { internal } from "./_generated/internal";
import { rearm } from "./lib/rearm";
export const tick = internalMutation.mutation(async ({ ctx }) => { await rearm(ctx); });
export const first = internalMutation.mutation(async ({ ctx }) => {
  const id = await ctx.scheduler.runAt(ctx.now + 5, "other:second");
//                 ^^^ ERROR dispatch_cycle `jobs:first` schedules `other:second`, which runs `jobs:first`, each time
  return id;
});
export const nested = internalAction.action(({ ctx }) => ctx.runAction(internal.jobs.nested));
//                                                       ^^^ dispatch_cycle `jobs:nested` runs itself, each time and with nothing to stop it: every call fails
//- /lunora/other.ts
import { internalMutation } from "./_generated/server";
import { internal } from "./_generated/internal";
const FIRST = internal.jobs.first;
export const second = internalMutation.mutation(({ ctx }) => ctx.runMutation(FIRST, {}));
//- /lunora/lib/rearm.ts
import { internal } from "../_generated/internal";
export const rearm = ({ scheduler }) => scheduler.runAfter(1000, internal.jobs.tick);
//                                      ^^^ dispatch_cycle `jobs:tick` schedules itself
"#,
        );
    }

    #[test]
    fn circles_that_something_stops_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ jobs: defineTable({ state: v.string() }) });
//- /lunora/jobs.ts
import { internalMutation } from "./_generated/server";
import { internal } from "./_generated/internal";
import { again, onward } from "./lib/again";
export const branch = internalMutation.mutation(async ({ ctx, args }) => {
  if (args.left > 0) await ctx.scheduler.runAfter(0, internal.jobs.branch, { left: args.left - 1 });
});
export const leaving = internalMutation.mutation(async ({ ctx, args }) => {
  if (args.left === 0) return;
  await ctx.scheduler.runAfter(0, internal.jobs.leaving, { left: args.left - 1 });
});
export const looped = internalMutation.mutation(async ({ ctx, args }) => {
  for (const id of args.ids) await ctx.scheduler.runAfter(0, internal.jobs.looped, { ids: [] });
});
export const helped = internalMutation.mutation(async ({ ctx, args }) => { await again(ctx, args, internal.jobs.helped); });
export const started = internalMutation.mutation(({ ctx }) => onward(ctx));
export const onward_ = internalMutation.mutation(async ({ ctx, args }) => { if (args.left) await onward(ctx); });
export const chain = internalMutation.mutation(({ ctx }) => ctx.scheduler.runAfter(0, internal.jobs.end));
export const end = internalMutation.mutation(async () => null);
export const any = internalMutation.mutation(({ ctx, args }) => ctx.scheduler.runAfter(0, args.target));
const unused = (ctx) => ctx.scheduler.runAfter(0, internal.jobs.end);
export const kept = internalMutation.mutation(({ ctx }) => {
  // lunora-advisor-disable-next-line dispatch_cycle -- cancelled by `stop`
  return ctx.scheduler.runAfter(60_000, internal.jobs.kept);
});
//- /lunora/lib/again.ts
export const again = async (ctx, args, target) => {
  if (args.left) await ctx.scheduler.runAfter(0, target, args);
};
export const onward = (ctx) => ctx.scheduler.runAfter(0, "jobs:onward_");
"#,
        );
    }

    #[test]
    fn a_helper_that_may_throw_stops_a_circle() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ jobs: defineTable({ state: v.string() }) });
//- /lunora/jobs.ts
import { internalMutation } from "./_generated/server";
import { internal } from "./_generated/internal";
import { assertActive } from "./lib/active";
export const guarded = internalMutation.mutation(async ({ ctx }) => {
  await assertActive(ctx);
  await ctx.scheduler.runAfter(0, internal.jobs.guarded);
});
//- /lunora/lib/active.ts
export const assertActive = async (ctx) => {
  const job = await ctx.db.jobs.findFirst();
  if (!job) throw new Error("done");
};
"#,
        );
    }
}
