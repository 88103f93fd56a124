//! Procedures that touch a sharded table and a root table in one database.

use std::cmp::Ordering;

use lunora_project::access::{AccessPath, Dispatch, Reach};
use lunora_project::schema::{Table, Tier};
use lunora_project::{Place, Procedure, ProcedureId, ProcedureKind, Visibility};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use rustc_hash::FxHashSet;
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::rule::{Fact, Findings, Rule};

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
#[derive(Clone, Copy)]
struct Use<'a> {
    operation: Operation<'a>,
    reach: &'a Reach,
    table: &'a Table,
    is_write: bool,
}

/// The first uses that a procedure makes of tables that live in different databases.
#[derive(Clone, Copy, Default)]
struct FirstUses<'a> {
    root: Option<Use<'a>>,
    sharded: Option<Use<'a>>,
}

impl FirstUses<'_> {
    fn has_both(&self) -> bool {
        self.root.is_some() && self.sharded.is_some()
    }
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

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let tables = &context.schema().tables;
    let has_both = tables.iter().any(Table::is_sharded) && tables.iter().any(is_root);
    if !has_both {
        return;
    }
    for (id, uses) in (0..).map(ProcedureId).zip(first_uses(context)) {
        if let (Some(root), Some(sharded)) = (&uses.root, &uses.sharded) {
            findings.push(outside(context, context.project.procedure(id), root, sharded));
        }
    }
}

/// Whether a table lives in the root database. What a shard keeps in memory is its own by intent.
fn is_root(table: &Table) -> bool {
    table.tier == Tier::Root
        && !table.is_opaque
        && table.extension.is_none()
        && table.modifier("memory").is_none()
}

/// The first uses of each procedure that runs on a shard and uses both kinds of tables. Parallel to the procedures of the project.
fn first_uses<'a>(context: &RuleContext<'a>) -> Vec<FirstUses<'a>> {
    let count = context.project.procedures.len();
    let on_shard = procedures_on_shards(context);
    let mut found = vec![FirstUses::default(); count];
    each_use(
        context,
        |procedure| on_shard.contains(&procedure),
        |one| {
            if let Some(slot) = slot(&mut found, &one) {
                slot.get_or_insert(one);
            }
        },
    );
    // Which is first takes looking at places, and few have both.
    let both: Vec<bool> = found.iter().map(FirstUses::has_both).collect();
    let has_both = |procedure: ProcedureId| both.get(procedure.0 as usize).is_some_and(|both| *both);
    let mut first = vec![FirstUses::default(); count];
    each_use(context, has_both, |one| {
        if let Some(slot) = slot(&mut first, &one)
            && slot.is_none_or(|first| is_before(context, &one, &first))
        {
            *slot = Some(one);
        }
    });
    first
}

/// Where a use is noted.
fn slot<'a, 'b>(found: &'b mut [FirstUses<'a>], one: &Use<'a>) -> Option<&'b mut Option<Use<'a>>> {
    let uses = found.get_mut(one.reach.procedure.0 as usize)?;
    match one.table {
        table if table.is_sharded() => Some(&mut uses.sharded),
        table if is_root(table) => Some(&mut uses.root),
        _ => None,
    }
}

/// Every read and write by some procedures of a table that can be told.
fn each_use<'a>(
    context: &RuleContext<'a>,
    is_wanted: impl Fn(ProcedureId) -> bool,
    mut act: impl FnMut(Use<'a>),
) {
    for read in context.sound_reads() {
        let mut tables = Vec::new();
        for reach in read.reached_from.iter().filter(|reach| is_wanted(reach.procedure)) {
            if tables.is_empty() {
                tables = read.paths.iter().map(|path| told_table(context, path)).collect();
            }
            let mut known =
                read.paths.iter().zip(&tables).filter_map(|(path, table)| Some((path, (*table)?)));
            if let Some((_, table)) = known.find(|(path, _)| path.is_reached_from(reach.procedure)) {
                act(Use { operation: read.into(), reach, table, is_write: false });
            }
        }
    }
    let writes = context.project.writes.iter();
    for write in writes.filter(|write| write.is_database_certain && write.is_table_known) {
        let [only] = write.tables.as_slice() else { continue };
        let Some(table) = context.schema().table(&only.name) else { continue };
        for reach in write.reached_from.iter().filter(|reach| is_wanted(reach.procedure)) {
            act(Use { operation: write.into(), reach, table, is_write: true });
        }
    }
}

/// The one table that is surely read.
fn told_table<'a>(context: &RuleContext<'a>, path: &AccessPath) -> Option<&'a Table> {
    match path.tables.as_slice() {
        [only] if path.is_table_known => context.schema().table(&only.name),
        _ => None,
    }
}

/// Whether an operation comes before another one in the run of their procedure, as far as the order of code tells: by the calls that lead
/// to each.
fn is_before<'a>(context: &RuleContext<'_>, one: &Use<'a>, other: &Use<'a>) -> bool {
    let start = |place: Place| context.project.span(place).start;
    let calls = |one: &Use<'a>| one.reach.calls.iter().map(|step| step.place.map_or(0, start));
    let end = |one: &Use<'_>| [start(one.operation.place)];
    let order = calls(one).chain(end(one)).cmp(calls(other).chain(end(other)));
    order.then_with(|| one.operation.place.cmp(&other.operation.place)) == Ordering::Less
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
