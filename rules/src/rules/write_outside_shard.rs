//! Procedures that touch a sharded table and a root table in one database.

use lunora_project::access::{Dispatch, Reach};
use lunora_project::schema::{Table, Tier};
use lunora_project::{Place, Procedure, ProcedureId, ProcedureKind, Visibility};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use rustc_hash::FxHashSet;
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::rule::{Fact, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "write_outside_shard",
        title: "Root table on a shard",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A procedure uses a sharded table and a root table, so the root table is the shard's own, normally empty copy.",
        docs: include_str!("../../docs/write_outside_shard.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Procedures, Fact::Reads, Fact::Writes, Fact::Dispatches],
    check,
};

/// A read or write of one table by a procedure.
struct Use<'a> {
    operation: Operation<'a>,
    reach: &'a Reach,
    table: &'a Table,
    is_write: bool,
}

fn outside(context: &RuleContext<'_>, procedure: &Procedure, root: &Use<'_>, sharded: &Use<'_>) -> Finding {
    let reached = [root.reach.clone()];
    let operation = Operation { reached_from: &reached, ..root.operation };
    let subject = format!("{}|{}", procedure.name, root.table.name);
    let mut finding = operation_finding(context, RULE.metadata, operation, root.operation.place, &subject);
    let consequence = if root.is_write {
        "what is written here stays on that shard, where nobody else looks for it"
    } else {
        "what is read here is that shard's own copy of it, which is normally empty"
    };
    finding.detail = format!(
        "`{}` runs on the shard that holds `{}`, and `{}` is a root table: {consequence}.",
        procedure.name, sharded.table.name, root.table.name
    );
    finding.remediation = format!(
        "Make `{0}` `.global()` if all shards share it or `.shardBy(…)` if each has its own; or leave it to an internal mutation that is scheduled without a shard key and so runs on `__root__`.",
        root.table.name
    );
    finding.primary_label = format!("`{}` lives in the root database", root.table.name);
    let act = if sharded.is_write { "writes" } else { "reads" };
    finding.related.push(Related {
        location: context.location(sharded.operation.place),
        message: format!("`{}` {act} the sharded `{}` here", procedure.name, sharded.table.name),
    });
    finding.related.push(Related {
        location: context.location(root.table.place),
        message: format!("`{}` is neither sharded nor global", root.table.name),
    });
    set(&mut finding, "table", json!(root.table.name));
    set(&mut finding, "shardedTable", json!(sharded.table.name));
    set(&mut finding, "procedure", json!(procedure.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    let tables = &context.schema().tables;
    let has_both = tables.iter().any(Table::is_sharded) && tables.iter().any(is_root);
    if !has_both {
        return;
    }
    let on_shard = procedures_on_shards(context);
    let mut uses = all_uses(context);
    uses.retain(|one| on_shard.contains(&one.reach.procedure));
    uses.sort_by_key(|one| one.reach.procedure);
    for uses in uses.chunk_by(|one, next| one.reach.procedure == next.reach.procedure) {
        let Some(id) = uses.first().map(|one| one.reach.procedure) else { continue };
        let Some(root) = first(context, uses, is_root) else { continue };
        if let Some(sharded) = first(context, uses, Table::is_sharded) {
            findings.push(outside(context, context.project.procedure(id), root, sharded));
        }
    }
}

/// The first use of a table of some kind.
fn first<'a, 'b>(
    context: &RuleContext<'_>,
    uses: &'b [Use<'a>],
    is_wanted: impl Fn(&Table) -> bool,
) -> Option<&'b Use<'a>> {
    let wanted = uses.iter().filter(|one| is_wanted(one.table));
    // Most have one: only several need to be put in an order.
    wanted.reduce(|first, next| if order(context, next) < order(context, first) { next } else { first })
}

/// Whether a table lives in the root database. What a shard keeps in memory is its own by intent.
fn is_root(table: &Table) -> bool {
    table.tier == Tier::Root
        && !table.is_opaque
        && table.extension.is_none()
        && table.modifier("memory").is_none()
}

/// Every read and write of a table that can be told, once for each procedure that reaches it.
fn all_uses<'a>(context: &RuleContext<'a>) -> Vec<Use<'a>> {
    let project = context.project;
    let mut uses = Vec::new();
    for read in context.sound_reads() {
        for reach in &read.reached_from {
            let mut paths = read.paths.iter().filter(|path| path.is_reached_from(reach.procedure));
            let known = paths.find_map(|path| match path.tables.as_slice() {
                [only] if path.is_table_known => project.schema.table(&only.name),
                _ => None,
            });
            if let Some(table) = known {
                uses.push(Use { operation: read.into(), reach, table, is_write: false });
            }
        }
    }
    for write in project.writes.iter().filter(|write| write.is_database_certain && write.is_table_known) {
        let [only] = write.tables.as_slice() else { continue };
        let Some(table) = project.schema.table(&only.name) else { continue };
        for reach in &write.reached_from {
            uses.push(Use { operation: write.into(), reach, table, is_write: true });
        }
    }
    uses
}

/// Where an operation comes in the run of its procedure, as far as the order of code tells: by the calls that lead to it.
fn order(context: &RuleContext<'_>, one: &Use<'_>) -> (Vec<u32>, Place) {
    let start = |place: Place| context.project.span(place).start;
    let mut positions: Vec<u32> = one.reach.calls.iter().map(|step| step.place.map_or(0, start)).collect();
    positions.push(start(one.operation.place));
    (positions, one.operation.place)
}

/// The procedures that run on a shard, as far as the project shows: what clients call, and what such code calls in the same database.
/// Actions, cron jobs and schedules without a shard key run on `__root__`.
fn procedures_on_shards(context: &RuleContext<'_>) -> FxHashSet<ProcedureId> {
    let project = context.project;
    let calls: Vec<(&Dispatch, ProcedureId)> = project
        .dispatches
        .iter()
        .filter_map(|dispatch| Some((dispatch, project.resolve_target(&dispatch.target)?)))
        .collect();
    let called: FxHashSet<ProcedureId> = calls.iter().map(|(_, target)| *target).collect();
    let mut on_shard: FxHashSet<ProcedureId> = (0..)
        .map(ProcedureId)
        .zip(&project.procedures)
        .filter(|(id, procedure)| begins_on_shard(context, procedure, called.contains(id)))
        .map(|(id, _)| id)
        .collect();
    loop {
        let before = on_shard.len();
        for (dispatch, target) in &calls {
            let stays = matches!(dispatch.method.as_str(), "runQuery" | "runMutation")
                && dispatch.reached_from.iter().any(|reach| on_shard.contains(&reach.procedure));
            if stays || dispatch.has_shard_key == Some(true) {
                on_shard.insert(*target);
            }
        }
        if on_shard.len() == before {
            return on_shard;
        }
    }
}

/// Whether something that the platform calls begins on a shard. Of internal code that nothing in the project calls, its sharded tables
/// say that it does.
fn begins_on_shard(context: &RuleContext<'_>, procedure: &Procedure, is_called: bool) -> bool {
    match procedure.kind {
        ProcedureKind::Query | ProcedureKind::Mutation | ProcedureKind::Stream => {
            procedure.visibility == Visibility::Public || !is_called
        }
        ProcedureKind::Mutator | ProcedureKind::Lifecycle => true,
        ProcedureKind::Trigger => {
            let table = procedure.table.as_ref().and_then(|(name, _)| context.schema().table(name));
            table.is_some_and(Table::is_sharded)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  notes: defineTable({ userId: v.string(), text: v.string() }).shardBy("userId"),
  jobs: defineTable({ kind: v.string() }),
  rates: defineTable({ code: v.string() }).global(),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn the_first_use_of_a_root_table_is_reported_once_a_procedure() {
        let fixture = on_schema(
            r#"
//- /lunora/lib/jobs.ts
export const enqueue = (db, kind: string) => db.jobs.insert({ kind });
//                                           ^^^ WARN write_outside_shard `notes:add` runs on the shard that holds `notes`, and `jobs` is a root table: what is written here
//- /lunora/notes.ts
import { defineMutator } from "@lunora/server";
import { query, mutation, v } from "./_generated/server";
import { enqueue } from "./lib/jobs";
export const add = mutation.input({ text: v.string() }).mutation(async ({ ctx, args }) => {
  await ctx.db.notes.insert({ userId: ctx.auth.userId, text: args.text });
  await enqueue(ctx.db, "index");
  return await ctx.db.query("jobs").take(5);
});
export const both = query.query(async ({ ctx }) => ({
  jobs: await ctx.db.query("jobs").take(5),
  //          ^^^ write_outside_shard `notes:both` runs on the shard that holds `notes`, and `jobs` is a root table: what is read here
  notes: await ctx.db.query("notes").take(5),
}));
export const drop = defineMutator({
  args: { id: v.id("notes") },
  server: async (ctx, args) => {
    await ctx.db.notes.delete(args.id);
    // lunora-advisor-disable-next-line write_outside_shard -- each shard keeps its own jobs
    await ctx.db.jobs.insert({ kind: "drop" });
  },
});
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let helper = findings.iter().find(|finding| finding.helper.as_deref() == Some("enqueue"));
        assert!(helper.is_some_and(|finding| finding.callers == ["notes:add"]), "{findings:#?}");
    }

    #[test]
    fn what_a_shard_calls_runs_there_too() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/notes.ts
import { mutation, internalMutation } from "./_generated/server";
import { internal } from "./_generated/api";
export const add = mutation.mutation(({ ctx }) => ctx.runMutation(internal.notes.store, {}));
export const store = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.notes.insert({ userId: "u", text: "a" });
  await ctx.db.jobs.insert({ kind: "a" });
  //    ^^^ write_outside_shard
});
export const later = mutation.mutation(({ ctx }) => ctx.scheduler.runAfter(0, internal.notes.keyed, {}, { shardKey: "u" }));
export const keyed = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.notes.insert({ userId: "u", text: "a" });
  await ctx.db.jobs.insert({ kind: "a" });
  //    ^^^ write_outside_shard
});
"#,
            ),
        );
    }

    #[test]
    fn one_database_root_code_and_what_cannot_be_told_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/notes.ts
import { query, mutation, action, internalMutation, v } from "./_generated/server";
import { internal } from "./_generated/api";
export const notes = query.query(async ({ ctx }) => [await ctx.db.query("notes").take(5), await ctx.db.rates.findMany({ limit: 5 })]);
export const jobs = query.query(async ({ ctx }) => await ctx.db.query("jobs").take(5));
export const act = action.action(async ({ ctx }) => {
  await ctx.db.notes.insert({ userId: "u", text: "a" });
  await ctx.db.jobs.insert({ kind: "a" });
  await ctx.runMutation(internal.notes.store, {});
});
export const store = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.notes.insert({ userId: "u", text: "a" });
  await ctx.db.jobs.insert({ kind: "a" });
});
export const order = mutation.mutation(async ({ ctx }) => {
  await ctx.db.notes.insert({ userId: "u", text: "a" });
  await ctx.scheduler.runAfter(0, internal.notes.root, {});
});
export const root = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.jobs.insert({ kind: "a" });
  await ctx.db.query("notes").take(5);
});
export const dynamic = mutation.input({ t: v.string() }).mutation(async ({ ctx, args }) => {
  await ctx.db.notes.insert({ userId: "u", text: "a" });
  await ctx.db.insert(args.t, { kind: "a" });
});
//- /lunora/crons.ts
import { cronJobs } from "@lunora/scheduler";
import { internal } from "./_generated/api";
const crons = cronJobs();
crons.interval("sweep", { minutes: 5 }, internal.sweep.all);
export default crons;
//- /lunora/sweep.ts
export const all = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.query("notes").take(5);
  await ctx.db.jobs.insert({ kind: "a" });
});
"#,
            ),
        );
    }
}
