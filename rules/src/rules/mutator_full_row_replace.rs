//! Mutators that overwrite whole rows.

use lunora_project::ProcedureKind;
use lunora_project::access::{Reach, Write};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, reached_by, set};
use crate::fixes::patch_row;
use crate::rule::{Fact, Findings, Rule};
use crate::words::listed;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "mutator_full_row_replace",
        title: "Mutator replaces a whole row",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A mutator writes a whole row, so changes that others made to its other columns are lost.",
        docs: include_str!("../../docs/mutator_full_row_replace.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Procedures, Fact::Writes],
    check,
};

fn replaces(context: &RuleContext<'_>, write: &Write, mutators: &[Reach]) -> Finding {
    let operation = Operation { place: write.place, reached_from: mutators, function: &write.function };
    let tables: Vec<&str> = write.tables.iter().map(|table| table.name.as_str()).collect();
    let subject = format!("{}|replace", tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, operation, write.place, &subject);
    let names: Vec<&str> =
        mutators.iter().map(|reach| context.project.procedure(reach.procedure).name.as_str()).collect();
    let row = match tables.as_slice() {
        [] => "a whole row".to_owned(),
        tables => format!("a whole row of {}", listed(tables)),
    };
    let (subject, verb) = match names.as_slice() {
        [only] => (format!("The mutator `{only}`"), "writes"),
        [first, second] => (format!("The mutators {}", listed(&[first, second])), "write"),
        [first, others @ ..] => (format!("The mutator `{first}`, as {} others do,", others.len()), "writes"),
        [] => ("A mutator".to_owned(), "writes"),
    };
    finding.detail = format!(
        "{subject} {verb} {row}: what another client changed in a column that this one did not touch is overwritten with what this one saw last."
    );
    finding.remediation =
        "Use `patch` with the columns that change, so that changes to different columns are merged."
            .to_owned();
    finding.primary_label = "overwrites every column".to_owned();
    finding.fixes.extend(patch_row(context, write));
    if let [only] = tables.as_slice() {
        set(&mut finding, "table", json!(only));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for write in &context.project.writes {
        if write.method != "replace" || !write.is_database_certain {
            continue;
        }
        let mutators =
            reached_by(context, &write.reached_from, |procedure| procedure.kind == ProcedureKind::Mutator);
        if !mutators.is_empty() {
            findings.push(replaces(context, write, &mutators));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn replace_in_every_form_is_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ todos: defineTable({ text: v.string() }) });
//- /lunora/sync/todos.ts
import { defineMutator, mutation, v } from "../_generated/server";
import { save } from "../lib/save";
const args = { id: v.id("todos"), text: v.string() };
const server = async (ctx, { id, text }) => { await ctx.db.replace(id, { text }, "todos"); };
//                                                  ^^^ WARN mutator_full_row_replace The mutator `sync_todos:flat` writes a whole row of `todos`
export const flat = defineMutator({ args, owner: "id", server });
export const orm = defineMutator({ args, owner: "id", async server(ctx, { id, text }) { await ctx.orm.replace("todos", id).with({ text }); } });
//                                                                                            ^^^ mutator_full_row_replace
export const helped = defineMutator({ args, owner: "id", server: (ctx, a) => save(ctx.db, a) });
export const other = mutation.input(args).mutation(({ ctx, args }) => save(ctx.db, args));
//- /lunora/lib/save.ts
export const save = (db, { id, text }) => db.todos.replace(id, { text });
//                                        ^^^ mutator_full_row_replace The mutator `sync_todos:helped` writes
"#,
        );
    }

    #[test]
    fn patches_mutations_and_other_replaces_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ todos: defineTable({ text: v.string() }) });
//- /lunora/todos.ts
import { defineMutator, mutation, v } from "./_generated/server";
const args = { id: v.id("todos"), text: v.string() };
export const patched = defineMutator({ args, owner: "id", server: (ctx, a) => ctx.db.todos.patch(a.id, { text: a.text.replace("a", "b") }) });
export const client = defineMutator({ args, owner: "id", client: (tx, a) => tx.todos.replace(a.id, a), server: (ctx, a) => ctx.db.patch(a.id, { text: a.text }) });
export const plain = mutation.input(args).mutation(({ ctx, args }) => ctx.db.todos.replace(args.id, { text: args.text }));
const unused = (ctx, a) => ctx.db.todos.replace(a.id, a);
// lunora-advisor-disable-next-line mutator_full_row_replace -- merged before
export const merged = defineMutator({ args, owner: "id", server: (ctx, a) => ctx.db.todos.replace(a.id, { text: a.text }) });
"#,
        );
    }
}
