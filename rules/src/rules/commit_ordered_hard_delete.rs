//! Tables that are followed by commit order and lose rows without a trace.

use lunora_project::access::Write;
use lunora_project::schema::{Modifier, Schema, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, set};
use crate::fixes::{add_soft_delete, delete_softly};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "commit_ordered_hard_delete",
        title: "Hard delete in a commit-ordered table",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "Rows of a `.commitOrdered()` table are deleted for good, which whoever follows its changes never learns.",
        docs: include_str!("../../docs/commit_ordered_hard_delete.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Writes],
    check,
};

/// Methods that delete rows: softly where the table says so.
const DELETES: &[&str] = &["delete", "hardDelete", "deleteMany", "deleteWhere", "deleteAll", "wipeShard"];

/// The table's own declaration lets every delete be a hard one.
fn without_soft_delete(
    context: &RuleContext<'_>,
    table: &Table,
    modifier: &Modifier,
    deletes: &[&Write],
) -> Finding {
    let location = context.location(modifier.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    finding.detail = format!(
        "`{}` is read in commit order but has no `.softDelete()`: a deleted row leaves no commit behind, so whoever follows the changes keeps it for good.",
        table.name
    );
    finding.remediation =
        format!("Add `.softDelete()` to `{}`, so that a delete is a change like any other.", table.name);
    finding.primary_label = "deletes leave no commit".to_owned();
    for write in deletes {
        let place = if write.tables.iter().any(|name| name.name == table.name) {
            "rows are deleted here".to_owned()
        } else {
            format!("rows of `{}` go with what is deleted here", table.name)
        };
        let location = context.location(write.place);
        finding.related.push(Related { location, message: place });
    }
    set(&mut finding, "table", json!(table.name));
    finding.fixes.extend(add_soft_delete(context, table, modifier));
    finding
}

/// Code goes past the table's soft delete.
fn past_soft_delete(context: &RuleContext<'_>, table: &Table, modifier: &Modifier, write: &Write) -> Finding {
    let subject = format!("{}|{}", table.name, write.method);
    let mut finding = operation_finding(context, RULE.metadata, write.into(), write.place, &subject);
    finding.detail = format!(
        "This deletes rows of `{}` for good, although it is read in commit order: a row that is gone leaves no commit behind, so whoever follows the changes keeps it.",
        table.name
    );
    finding.remediation =
        "Use the soft `delete`, and delete for good only what every reader has seen deleted.".to_owned();
    finding.primary_label = "leaves no commit".to_owned();
    finding.related.push(Related {
        location: context.location(modifier.place),
        message: format!("`{}` is commit-ordered", table.name),
    });
    set(&mut finding, "table", json!(table.name));
    finding.fixes.extend(delete_softly(context, write));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        let Some(modifier) = table.modifier("commitOrdered") else { continue };
        if table.modifier("softDelete").is_none() {
            let deletes = deletes(context, table);
            if !deletes.is_empty() {
                findings.push(without_soft_delete(context, table, modifier, &deletes));
            }
        } else {
            let hard = surely_run(context).filter(|write| write.is_hard && writes(write, table));
            findings.extend(hard.map(|write| past_soft_delete(context, table, modifier, write)));
        }
    }
}

/// The calls that delete rows of a table, or rows whose deletion deletes some of them.
fn deletes<'a>(context: &RuleContext<'a>, table: &Table) -> Vec<&'a Write> {
    let parents: Vec<&Table> = cascading(context.schema(), table).collect();
    surely_run(context)
        .filter(|write| DELETES.contains(&write.method.as_str()))
        .filter(|write| {
            writes(write, table)
                || parents.iter().any(|parent| {
                    writes(write, parent) && (write.is_hard || parent.modifier("softDelete").is_none())
                })
        })
        .collect()
}

fn surely_run<'a>(context: &RuleContext<'a>) -> impl Iterator<Item = &'a Write> {
    let writes = context.project.writes.iter();
    writes.filter(|write| write.is_database_certain && !write.reached_from.is_empty())
}

fn writes(write: &Write, table: &Table) -> bool {
    write.tables.iter().any(|name| name.name == table.name)
}

/// The tables whose deleted rows take rows of a table with them.
fn cascading<'a>(schema: &'a Schema, table: &'a Table) -> impl Iterator<Item = &'a Table> {
    let cascades = table
        .relations
        .iter()
        .filter(|relation| !relation.is_many && relation.on_delete.as_deref() == Some("cascade"));
    cascades.filter_map(|relation| schema.table(&relation.target.as_ref()?.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn deletes_without_a_mark_are_reported_at_the_table() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  boards: defineTable({ name: v.string() }),
  visits: defineTable({ note: v.string() }).commitOrdered(),
//                                          ^^^ WARN commit_ordered_hard_delete `visits` is read in commit order but has no `.softDelete()`
  cards: defineTable({ boardId: v.id("boards") })
    .index("by_board", ["boardId"])
    .commitOrdered()
//   ^^^ commit_ordered_hard_delete
    .relations((r) => ({ board: r.one("boards", { field: "boardId", onDelete: "cascade" }) })),
});
//- /lunora/visits.ts
import { mutation, v } from "./_generated/server";
import { drop } from "./lib/drop";
export const cancel = mutation.input({ id: v.id("visits") }).mutation(({ ctx, args }) => drop(ctx.db, args.id));
export const close = mutation.input({ id: v.id("boards") }).mutation(({ ctx, args }) => ctx.db.boards.delete(args.id));
//- /lunora/lib/drop.ts
export const drop = (db, id) => db.delete(id);
"#,
        );
    }

    #[test]
    fn hard_deletes_are_reported_at_the_call() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ decks: defineTable({ name: v.string() }).softDelete().commitOrdered() });
//- /lunora/decks.ts
import { internalMutation, mutation, v } from "./_generated/server";
import { purge } from "./lib/purge";
export const remove = mutation.input({ id: v.id("decks") }).mutation(({ ctx, args }) => ctx.db.decks.delete(args.id));
export const wipe = internalMutation.mutation(({ ctx }) => ctx.db.deleteAll("decks", { hard: true }));
//                                                         ^^^ commit_ordered_hard_delete
export const hide = internalMutation.mutation(({ ctx }) => ctx.db.deleteAll("decks"));
export const empty = internalMutation.input({ ids: v.array(v.id("decks")) }).mutation(({ ctx, args }) => Promise.all(args.ids.map((id) => purge(ctx, id))));
//- /lunora/lib/purge.ts
export const purge = (ctx, id) => ctx.db.decks.hardDelete(id);
//                                ^^^ commit_ordered_hard_delete This deletes rows of `decks` for good
"#,
        );
    }

    #[test]
    fn append_only_soft_and_unreached_deletes_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  log: defineTable({ line: v.string(), at: v.number() }).commitOrdered().ttl("at", { after: 1000 }),
  decks: defineTable({ name: v.string() }).commitOrdered().softDelete(),
  plain: defineTable({ name: v.string() }),
  boards: defineTable({ name: v.string() }).softDelete(),
  cards: defineTable({ boardId: v.id("boards") })
    .index("by_board", ["boardId"])
    .commitOrdered()
    .relations((r) => ({ board: r.one("boards", { field: "boardId", onDelete: "cascade" }) })),
  // lunora-advisor-disable-next-line commit_ordered_hard_delete -- the follower sweeps
  swept: defineTable({ name: v.string() }).commitOrdered(),
});
//- /lunora/log.ts
import { mutation, v } from "./_generated/server";
export const add = mutation.mutation(({ ctx, args }) => ctx.db.log.insert(args));
export const drop = mutation.input({ id: v.id("decks") }).mutation(({ ctx, args }) => ctx.db.decks.delete(args.id));
export const other = mutation.input({ id: v.id("plain") }).mutation(({ ctx, args }) => ctx.db.plain.delete(args.id));
export const close = mutation.input({ id: v.id("boards") }).mutation(({ ctx, args }) => ctx.db.boards.delete(args.id));
export const any = mutation.mutation(({ ctx, args }) => ctx.db.delete(args.id));
export const sweep = mutation.mutation(({ ctx }) => ctx.db.deleteWhere("swept", { name: "x" }));
const unused = (ctx, id) => ctx.db.log.delete(id);
"#,
        );
    }
}
