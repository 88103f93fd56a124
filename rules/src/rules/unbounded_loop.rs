//! Loops that never end.

use lunora_project::access::EndlessLoop;
use lunora_project::{Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::rule::{Fact, Findings, Rule};
use crate::words;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unbounded_loop",
        title: "Unbounded loop",
        level: Level::Error,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A loop has no condition that ends it, and nothing in its body leaves it.",
        docs: include_str!("../../docs/unbounded_loop.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Procedures, Fact::Calls],
    check,
};

fn endless(context: &RuleContext<'_>, endless: &EndlessLoop) -> Finding {
    let operation =
        Operation { place: endless.place, reached_from: &endless.reached_from, function: &endless.function };
    let mut finding = operation_finding(context, RULE.metadata, operation, endless.place, endless.keyword);
    let cost = words::payer(context, &endless.reached_from)
        .map_or_else(|| "whatever runs it never returns".to_owned(), |(_, procedure)| cost(procedure));
    finding.detail = format!("Nothing leaves this `{}` loop: {cost}.", endless.keyword);
    finding.remediation = "Give the loop a condition or a `break`, with a most number of rounds; do what is left in a further run, scheduled with `runAfter`.".to_owned();
    finding.primary_label = "never ends".to_owned();
    set(&mut finding, "loop", json!(endless.keyword));
    finding
}

fn cost(procedure: &Procedure) -> String {
    let runs = format!("the {} `{}` runs until the platform kills it", procedure.kind.word(), procedure.name);
    match procedure.kind {
        ProcedureKind::Module => {
            "the worker never finishes loading, and nothing of the project runs".to_owned()
        }
        ProcedureKind::Action
        | ProcedureKind::HttpAction
        | ProcedureKind::Workflow
        | ProcedureKind::Queue => runs,
        _ => format!("{runs}, and its Durable Object answers nobody else meanwhile"),
    }
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let reached = context.project.endless_loops.iter().filter(|found| !found.reached_from.is_empty());
    findings.extend(reached.map(|found| endless(context, found)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn loops_that_nothing_leaves_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ jobs: defineTable({ state: v.string() }) });
//- /lunora/jobs.ts
import { internalAction, mutation } from "./_generated/server";
import { poll } from "./lib/poll";
const FOREVER = true;
export const work = internalAction.action(async ({ ctx }) => {
  do {
//^^^ ERROR unbounded_loop Nothing leaves this `do` loop: the action `jobs:work` runs until
    for (const step of [1, 2]) { if (step === 2) break; }
    [1].forEach(() => { return; });
  } while (FOREVER);
});
export const watch = mutation.mutation(({ ctx }) => poll(ctx));
  for (;;) { Math.sqrt(2); }
//^^^ unbounded_loop Nothing leaves this `for` loop: the worker never finishes loading
export const other = mutation.mutation(async ({ ctx }) => { while (!0) { await ctx.db.jobs.count(); } });
//                                                          ^^^ unbounded_loop
export const off = mutation.mutation(async ({ ctx }) => { while (1) { await ctx.db.jobs.count(); if (false) break; } });
//                                                        ^^^ unbounded_loop
//- /lunora/lib/poll.ts
export async function poll(ctx) {
  for (;;) await ctx.db.jobs.count();
//^^^ unbounded_loop Nothing leaves this `for` loop: the mutation `jobs:watch`
}
"#,
        );
    }

    #[test]
    fn loops_with_a_way_out_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ jobs: defineTable({ state: v.string() }) });
//- /lunora/jobs.ts
import { internalAction } from "./_generated/server";
export const work = internalAction.input({ debug: v.boolean() }).action(async ({ ctx, args, signal }) => {
  while (true) { const job = await ctx.db.jobs.findFirst(); if (!job) break; }
  outer: for (;;) { for (;;) { break outer; } }
  while (true) { signal.throwIfAborted(); await ctx.db.jobs.count(); }
  while (true) { if (true) break; }
  while (args.debug) { await ctx.db.jobs.count(); }
  for (let i = 0; ; i++) { if (i > 5) return; }
});
function* ids() { let id = 0; while (true) yield id++; }
const unused = () => { for (;;) { Math.sqrt(2); } };
export const forever = internalAction.action(async ({ ctx }) => {
  // lunora-advisor-disable-next-line unbounded_loop -- the call throws when the queue is closed
  while (true) await ctx.queues.jobs.next();
});
"#,
        );
    }
}
