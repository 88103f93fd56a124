//! Mutators that anybody may run for anybody.

use lunora_project::{Owner, Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};

use crate::context::RuleContext;
use crate::findings::declaration_finding;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "mutator_without_owner_scope",
        title: "Mutator without an owner",
        level: Level::Warn,
        categories: &[Category::Security],
        facing: Facing::External,
        description: "A mutator neither declares an owner nor looks at who calls it.",
        docs: include_str!("../../docs/mutator_without_owner_scope.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Procedures],
    check,
};

fn unscoped(context: &RuleContext<'_>, mutator: &Procedure) -> Finding {
    let mut finding = declaration_finding(context, RULE.metadata, mutator, None, "owner");
    finding.detail = format!(
        "Any client may run the mutator `{}` with any arguments: it declares no `owner`, and nothing that it runs asks `ctx.auth` who calls.",
        mutator.name
    );
    finding.remediation = "Name the argument that holds the caller's id as `owner`, so that Lunora sets it to the verified user, or compare `ctx.auth.userId` in the server half.".to_owned();
    finding.primary_label = "no `owner`".to_owned();
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let unscoped_ones = context.project.procedures.iter().filter(|procedure| {
        procedure.kind == ProcedureKind::Mutator
            && procedure.owner == Owner::Absent
            && !procedure.uses_identity
    });
    findings.extend(unscoped_ones.map(|mutator| unscoped(context, mutator)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn mutators_that_ask_nobody_are_reported_in_any_file() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ todos: defineTable({ text: v.string() }) });
//- /lunora/todos/sync.ts
import { defineMutator, v } from "../_generated/server";
import { ownMutator } from "../lib/mutator";
import { save } from "../lib/save";
const args = { id: v.id("todos"), text: v.string() };
export const plain = defineMutator({ args, server: (ctx, args) => save(ctx, args) } satisfies object);
//           ^^^ WARN mutator_without_owner_scope Any client may run the mutator `todos_sync:plain`
export const wrapped = ownMutator(args, (ctx, args) => save(ctx, args));
//           ^^^ mutator_without_owner_scope
//- /lunora/lib/mutator.ts
import { defineMutator } from "@lunora/server";
export const ownMutator = (args, server) => defineMutator({ args, server });
//- /lunora/lib/save.ts
export const save = (ctx, { id, text }) => ctx.db.todos.patch(id, { text });
"#,
        );
    }

    #[test]
    fn owners_checks_and_unreadable_definitions_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ todos: defineTable({ userId: v.string(), text: v.string() }) });
//- /lunora/todos.ts
import { defineMutator, mutation, v } from "./_generated/server";
import { requireOwner } from "./lib/owner";
import { defaults } from "some-package";
const OWNER = "userId" as const;
const base = { owner: OWNER };
const args = { userId: v.string(), id: v.id("todos") };
const server = (ctx, args) => ctx.db.todos.delete(args.id);
const definition = { ...base, args, server };
export const named = defineMutator({ args, owner: OWNER, server });
export const held = defineMutator(definition);
export const spread = defineMutator({ ...defaults, args, server });
export const checked = defineMutator({ args, server: async (ctx, args) => { requireOwner(ctx, args.userId); await server(ctx, args); } });
export const plain = mutation.input(args).mutation(({ ctx, args }) => server(ctx, args));
// lunora-advisor-disable-next-line mutator_without_owner_scope -- a board without accounts
export const open = defineMutator({ args, server });
//- /lunora/lib/owner.ts
export const requireOwner = ({ auth }, userId) => { if (auth.userId !== userId) throw new Error("no"); };
"#,
        );
    }
}
