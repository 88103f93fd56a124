//! Public reads that show deleted rows.

use lunora_project::access::{AccessPath, Operator, Origin, Reach, Read};
use lunora_project::{Place, Procedure, ProcedureKind, Visibility};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, reached_by, set};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{self, listed};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "soft_delete_include_deleted_from_args",
        title: "Deleted rows in a public read",
        level: Level::Info,
        categories: &[Category::Security],
        facing: Facing::External,
        description: "A public procedure reads soft-deleted rows too, always or when the client asks for them.",
        docs: include_str!("../../docs/soft_delete_include_deleted_from_args.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Procedures, Fact::Reads],
    check,
};

/// Reads that can be told to include deleted rows.
const METHODS: &[&str] = &["findMany", "findFirst", "findFirstOrThrow", "findUnique"];

/// Who decides that deleted rows are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    /// The client, by an argument.
    Client,
    /// The code, always.
    Code,
}

/// How a read includes deleted rows.
struct Inclusion {
    decision: Decision,
    place: Option<Place>,
    tables: Vec<String>,
}

fn includes(
    context: &RuleContext<'_>,
    read: &Read,
    reached_from: &[Reach],
    inclusion: &Inclusion,
) -> Finding {
    let operation = Operation { place: read.place, reached_from, function: &read.function };
    let place = inclusion.place.unwrap_or(read.place);
    let subject = format!("{}|includeDeleted", inclusion.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, operation, place, &subject);
    let name = words::payer(context, reached_from)
        .map_or_else(String::new, |(_, procedure)| procedure.name.to_string());
    let tables = listed(&inclusion.tables);
    if inclusion.decision == Decision::Client {
        finding.detail = format!(
            "Any client may ask the public `{name}` for deleted rows of {tables}: `includeDeleted` comes from its arguments."
        );
        finding.remediation =
            "Set `includeDeleted` on the server, for callers who may see deleted rows.".to_owned();
        finding.primary_label = "the client decides".to_owned();
    } else {
        finding.detail = format!("The public `{name}` shows deleted rows of {tables} to every client.");
        finding.remediation =
            "Leave `includeDeleted` out, or show deleted rows in a procedure of its own for those who may see them.".to_owned();
        finding.primary_label = "deleted rows too".to_owned();
    }
    let source = if inclusion.decision == Decision::Client { "args" } else { "literal" };
    set(&mut finding, "source", json!(source));
    set(&mut finding, "table", json!(inclusion.tables.first()));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for read in &context.project.reads {
        let inclusions = read.paths.iter().filter_map(|path| inclusion(context, path));
        // What the client decides is worse than what the code says openly.
        let Some(worst) = inclusions.min_by_key(|inclusion| inclusion.decision == Decision::Code) else {
            continue;
        };
        let is_open = |procedure: &Procedure| is_public(procedure) && !procedure.asks_for_permission;
        let public = reached_by(context, &read.reached_from, is_open);
        if !public.is_empty() {
            findings.push(includes(context, read, &public, &worst));
        }
    }
}

fn inclusion(context: &RuleContext<'_>, path: &AccessPath) -> Option<Inclusion> {
    let (operand, place) = path.include_deleted.as_ref()?;
    let decision = match (&operand.origin, operand.literal.as_deref()) {
        (Origin::Argument(_), _) => Decision::Client,
        (Origin::Literal, Some("true")) => Decision::Code,
        _ => return None,
    };
    let is_soft =
        |name: &str| context.schema().table(name).is_some_and(|table| table.modifier("softDelete").is_some());
    let is_meant = METHODS.contains(&path.method.as_str())
        && path.is_table_known
        && !path.tables.is_empty()
        && path.tables.iter().all(|table| is_soft(&table.name))
        && !is_of_caller(path);
    is_meant.then(|| Inclusion {
        decision,
        place: *place,
        tables: path.tables.iter().map(|table| table.name.to_string()).collect(),
    })
}

/// Whether only rows of whoever calls are read: everybody may see their own trash.
fn is_of_caller(path: &AccessPath) -> bool {
    path.selection.conditions.iter().any(|condition| {
        condition.operator == Operator::Equal
            && !condition.is_conditional
            && condition.operand.origin == Origin::Identity
    })
}

fn is_public(procedure: &Procedure) -> bool {
    procedure.visibility == Visibility::Public
        && matches!(
            procedure.kind,
            ProcedureKind::Query
                | ProcedureKind::Mutation
                | ProcedureKind::Action
                | ProcedureKind::Stream
                | ProcedureKind::Mutator
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn deleted_rows_in_public_reads_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  notes: defineTable({ boardId: v.string(), userId: v.string() }).softDelete(),
  plain: defineTable({ boardId: v.string() }),
});

//- /lunora/notes.ts
import { mutation, query, v } from "./_generated/server";
import { listed } from "./lib/listed";
const args = { all: v.boolean(), options: v.object({ includeDeleted: v.boolean() }) };
export const flat = query.input(args).query(({ ctx, args: { all: includeDeleted } }) => ctx.db.findMany("notes", { includeDeleted }));
//                                                                                                                 ^^^ INFO soft_delete_include_deleted_from_args Any client may ask the public `notes:flat`
export const held = query.query(async ({ ctx }) => {
  const options = { limit: 5, includeDeleted: true };
//                            ^^^ soft_delete_include_deleted_from_args The public `notes:held` shows deleted rows of `notes`
  return await ctx.db.notes.findFirst(options);
});
export const computed = query.input({ view: v.string() }).query(({ ctx, args }) => ctx.db.notes.findMany({ includeDeleted: args.view === "all" }));
//                                                                                                         ^^^ soft_delete_include_deleted_from_args Any client
export const helped = query.input(args).query(({ ctx, args }) => listed(ctx, args.all));
//- /lunora/lib/listed.ts
export const listed = (ctx, includeDeleted) => ctx.db.notes.findMany({ limit: 5, includeDeleted });
//                                                                               ^^^ soft_delete_include_deleted_from_args
"#,
        );
    }

    #[test]
    fn reads_that_are_not_for_everybody_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  notes: defineTable({ boardId: v.string() }).softDelete(),
  users: defineTable({ subject: v.string(), role: v.string() }).index("by_subject", ["subject"]),
});

//- /lunora/lib/builders.ts
import { query } from "../_generated/server";
const identify = async ({ ctx, next }) => {
  if (!ctx.auth.userId) throw new Error("who?");
  const user = await ctx.db.users.findFirst({ where: { subject: ctx.auth.userId } });
  if (!user) throw new Error("unknown");
  return next({ ctx: { user } });
};
export const userQuery = query.use(identify);
export const adminQuery = userQuery.use(({ ctx, next }) => {
  if (ctx.user.role !== "admin") throw new Error("no");
  return next();
});

//- /lunora/notes.ts
import { allowed } from "@acme/permissions";
import { query, v } from "./_generated/server";
import { adminQuery, userQuery } from "./lib/builders";
const args = { boardId: v.id("notes"), all: v.boolean() };
export const byBuilder = adminQuery.input(args).query(({ ctx, args }) => ctx.db.notes.findMany({ includeDeleted: args.all }));
export const byHelper = userQuery.input(args).query(({ ctx, args }) => {
  if (!allowed(ctx, "trash")) throw new Error("no");
  return ctx.db.notes.findMany({ includeDeleted: args.all });
});
export const forUsers = userQuery.input(args).query(async ({ ctx, args }) => {
  if (args.boardId === "") throw new Error("which?");
  if ((await ctx.db.notes.get(args.boardId)) === null) throw new Error("none");
  return ctx.db.notes.findMany({ includeDeleted: args.all });
//                               ^^^ soft_delete_include_deleted_from_args
});
"#,
        );
    }

    #[test]
    fn internal_own_and_other_reads_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  notes: defineTable({ boardId: v.string(), userId: v.string() }).softDelete(),
  plain: defineTable({ boardId: v.string() }),
});

//- /lunora/notes.ts
import { internalQuery, query, v } from "./_generated/server";
const args = { all: v.boolean() };
export const inside = internalQuery.input(args).query(({ ctx, args }) => ctx.db.notes.findMany({ includeDeleted: args.all }));
export const own = query.query(({ ctx }) => ctx.db.notes.findMany({ where: { userId: ctx.auth.userId }, includeDeleted: true }));
export const hidden = query.query(({ ctx }) => ctx.db.notes.findMany({ includeDeleted: false }));
export const checked = query.input(args).query(({ ctx, args }) => ctx.db.notes.findMany({ includeDeleted: args.all && ctx.auth.userId === "admin" }));
export const hard = query.input(args).query(({ ctx, args }) => ctx.db.plain.findMany({ includeDeleted: args.all }));
export const computed = query.query(({ ctx }) => ctx.db.notes.findMany({ includeDeleted: process.env.ALL === "1" }));
const unused = (ctx) => ctx.db.notes.findMany({ includeDeleted: true });
// lunora-advisor-disable-next-line soft_delete_include_deleted_from_args -- the board is read-only for all
export const open = query.query(({ ctx }) => ctx.db.notes.findMany({ includeDeleted: true }));
"#,
        );
    }
}
