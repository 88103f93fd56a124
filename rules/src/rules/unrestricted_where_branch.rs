//! Shapes and policies that show everything to those whom they turn away.

use lunora_project::{ExitForm, Owner, PredicateExit, Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{declaration_finding, set};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unrestricted_where_branch",
        title: "Unrestricted branch of a predicate",
        level: Level::Error,
        categories: &[Category::Security],
        facing: Facing::External,
        description: "A shape or policy matches every row in the branch that is meant to refuse.",
        docs: include_str!("../../docs/unrestricted_where_branch.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Procedures],
    check,
};

fn unrestricted(
    context: &RuleContext<'_>,
    predicate: &Procedure,
    exit: &PredicateExit,
    position: usize,
) -> Option<Finding> {
    let (form, returned) = match exit.form {
        ExitForm::EmptyObject => ("{}", "returns `{}`"),
        ExitForm::Undefined => ("undefined", "returns `undefined`"),
        ExitForm::Null => ("null", "returns `null`"),
        ExitForm::Nothing => ("nothing", "returns nothing"),
        ExitForm::Other => return None,
    };
    let (factory, key) = match predicate.kind {
        ProcedureKind::Shape => ("defineShape", "where"),
        _ => ("definePolicy", "when"),
    };
    let subject = format!("{key}|{form}|{position}");
    let mut finding = declaration_finding(context, RULE.metadata, predicate, Some(exit.place), &subject);
    let rows = predicate
        .table
        .as_ref()
        .map_or_else(|| "every row".to_owned(), |(table, _)| format!("every row of `{table}`"));
    finding.detail = format!(
        "The {} `{}` {returned} where its condition fails, which restricts nothing: whoever should be refused gets {rows}.",
        predicate.kind.word(),
        predicate.name
    );
    finding.remediation =
        "Return `deny()` there, and the condition that restricts the rows otherwise.".to_owned();
    finding.primary_label = "matches every row".to_owned();
    set(&mut finding, "owner", json!(factory));
    set(&mut finding, "key", json!(key));
    set(&mut finding, "form", json!(form));
    Some(finding)
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let predicates = context.project.procedures.iter().filter(|procedure| {
        let is_predicate = matches!(procedure.kind, ProcedureKind::Shape | ProcedureKind::Policy);
        // An owner restricts the rows whatever the predicate returns.
        is_predicate && procedure.owner == Owner::Absent && procedure.exits.len() > 1
    });
    for predicate in predicates {
        let refusals = predicate.exits.iter().filter(|exit| exit.guard == Some(false)).enumerate();
        findings
            .extend(refusals.filter_map(|(position, exit)| unrestricted(context, predicate, exit, position)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn branches_that_refuse_and_match_everything_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ notes: defineTable({ userId: v.string(), team: v.string() }) });

//- /lunora/shapes.ts
import { defineShape } from "@lunora/server";
import { ownShape } from "./lib/shape";
const EMPTY = {};
export const ternary = defineShape({ table: "notes", where: (ctx) => ctx.auth.userId === null ? EMPTY : { userId: ctx.auth.userId } });
//                                                                                              ^^^ ERROR unrestricted_where_branch The shape `shapes:ternary` returns `{}`
export const method = defineShape({
  table: "notes",
  where(ctx) {
    if (ctx.auth.userId) return { userId: ctx.auth.userId };
    return;
//  ^^^ unrestricted_where_branch The shape `shapes:method` returns nothing
  },
});
export const role = defineShape({
  table: "notes",
  where: (ctx) => {
    if (ctx.role !== "admin") {
      return { OR: [{}] };
//           ^^^ unrestricted_where_branch
    }
    return { team: ctx.team };
  },
});
export const wrapped = ownShape((ctx) => { if (!ctx.auth.userId) return void 0; return { userId: ctx.auth.userId }; });
//                                                                      ^^^ unrestricted_where_branch
//- /lunora/lib/shape.ts
import { defineShape } from "@lunora/server";
export const ownShape = (where) => defineShape({ table: "notes", where });
//- /lunora/lib/policies.ts
import { definePolicies, definePolicy } from "@lunora/server";
const when = ({ auth }) => (auth.userId ? { userId: auth.userId } : {});
//                                                                  ^^^ unrestricted_where_branch
export const policies = definePolicies([definePolicy({ table: "notes", on: "read", when })]);
"#,
        );
    }

    #[test]
    fn refusals_allowances_and_single_ways_out_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ notes: defineTable({ userId: v.string(), team: v.string() }) });

//- /lunora/shapes.ts
import { allowAll, definePolicy, defineShape, deny } from "@lunora/server";
export const denied = defineShape({ table: "notes", where: (ctx) => (ctx.auth.userId ? { userId: ctx.auth.userId } : deny()) });
export const allowed = defineShape({ table: "notes", where: (ctx) => (ctx.isAdmin ? {} : { userId: ctx.auth.userId }) });
export const spread = defineShape({ table: "notes", where: (ctx, args) => ({ userId: ctx.auth.userId, ...(args.team ? { team: args.team } : {}) }) });
export const valued = defineShape({ table: "notes", where: (ctx, args) => ({ userId: ctx.auth.userId, team: args.team ? args.team : undefined }) });
export const all = defineShape({ table: "notes", where: () => ({}) });
export const owned = defineShape({ table: "notes", owner: "userId", where: (ctx, args) => (args.team ? { team: args.team } : {}) });
export const nested = defineShape({ table: "notes", where: (ctx) => { const pick = () => { if (!ctx.x) return {}; return { team: "a" }; }; pick(); return { team: "b" }; } });
export const no = definePolicy({ table: "notes", on: "read", when: ({ auth }) => (auth.userId ? { userId: auth.userId } : false) });
export const yes = definePolicy({ table: "notes", on: "read", when: allowAll });
// lunora-advisor-disable-next-line unrestricted_where_branch -- visitors may read the board
export const open = defineShape({ table: "notes", where: (ctx) => (ctx.auth.userId ? { userId: ctx.auth.userId } : {}) });
"#,
        );
    }
}
