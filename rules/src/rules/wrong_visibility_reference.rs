//! References that look for a procedure on the wrong side.

use lunora_project::access::Target;
use lunora_project::{Procedure, Visibility};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, set};
use crate::fixes::use_root;
use crate::references::{Named, Reference};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "wrong_visibility_reference",
        title: "Reference of the wrong visibility",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "`api` names an internal procedure, or `internal` a public one.",
        docs: include_str!("../../docs/wrong_visibility_reference.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Procedures, Fact::References],
    check,
};

fn wrong(
    context: &RuleContext<'_>,
    reference: &Reference<'_>,
    procedure: &Procedure,
    is_internal: bool,
) -> Finding {
    let mut finding = match reference.dispatch {
        Some(dispatch) => {
            operation_finding(context, RULE.metadata, dispatch.into(), reference.place, &procedure.name)
        }
        None => {
            Finding::new(RULE.metadata, context.location(reference.place), format!("|{}", procedure.name))
        }
    };
    let text = context.project.text(reference.place);
    let (is, root) = if is_internal { ("public", "api") } else { ("internal", "internal") };
    let right = text.split_once('.').map_or_else(|| root.to_owned(), |(_, path)| format!("{root}.{path}"));
    finding.detail = format!(
        "`{}` is {is}, so `{text}` does not lead to it: the generated types lack the name, and a call by it is refused.",
        procedure.name
    );
    finding.remediation = if is_internal {
        format!(
            "Write `{right}`, or declare the procedure with an internal builder if clients should not call it."
        )
    } else {
        format!(
            "Write `{right}` if the server calls it; make the procedure public only if clients may call it, with the checks that this takes."
        )
    };
    finding.primary_label = format!("is {is}: `{right}`");
    finding.related.push(Related {
        location: context.location(procedure.place),
        message: format!("`{}` is declared {is} here", procedure.name),
    });
    let (root, other) = if is_internal { ("internal", "api") } else { ("api", "internal") };
    finding.fixes.extend(use_root(context, reference.place, root, other));
    set(&mut finding, "reference", json!(text));
    set(&mut finding, "target", json!(procedure.name));
    set(&mut finding, "visibility", json!(is));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for reference in context.references() {
        let (Named::Procedure(id), Target::Reference { is_internal, .. }) =
            (&reference.named, reference.target)
        else {
            continue;
        };
        let procedure = context.project.procedure(*id);
        if *is_internal != (procedure.visibility == Visibility::Internal) {
            findings.push(wrong(context, reference, procedure, *is_internal));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const PROCEDURES: &str = r#"
//- /lunora/schema.ts
export default defineSchema({});
//- /lunora/builders.ts
import { mutation, internalMutation } from "./_generated/server";
export const staff = internalMutation.use(async ({ next }) => next());
export const member = mutation.use(async ({ next }) => next());
//- /lunora/tasks.ts
import { staff, member } from "./builders";
export const sweep = staff.mutation(() => 1);
export const add = member.mutation(() => 1);
//- /lunora/mutators.ts
import { defineMutator } from "@lunora/server";
export const move = defineMutator({ server: () => 1 });
"#;

    fn with_procedures(code: &str) -> String {
        format!("{PROCEDURES}{code}")
    }

    #[test]
    fn the_wrong_side_is_reported_through_builders_and_helpers() {
        let fixture = with_procedures(
            r#"
//- /lunora/jobs.ts
import { action } from "./_generated/server";
import { api, internal } from "./_generated/api";
const run = (ctx, reference) => ctx.runMutation(reference, {});
export const start = action.action(async ({ ctx }) => {
  await ctx.runMutation(api.tasks.sweep, {});
  //                    ^^^ ERROR wrong_visibility_reference `tasks:sweep` is internal, so `api.tasks.sweep` does not lead to it
  await run(ctx, internal.tasks.add);
  //             ^^^ wrong_visibility_reference `tasks:add` is public
  await ctx.runMutation(internal.mutators.move, {});
  //                    ^^^ wrong_visibility_reference
  // lunora-advisor-disable-next-line wrong_visibility_reference -- becomes internal next week
  await run(ctx, internal.tasks.add);
});
"#,
        );
        check(&RULE, &fixture);
        let label = findings_of(&RULE, &fixture).first().map(|finding| finding.primary_label.clone());
        assert_eq!(label.as_deref(), Some("is internal: `internal.tasks.sweep`"));
    }

    #[test]
    fn the_right_side_and_what_cannot_be_told_are_silent() {
        check(
            &RULE,
            &with_procedures(
                r#"
//- /lunora/dynamic.ts
import { make } from "some-package";
export const made = make();
//- /lunora/jobs.ts
import { action } from "./_generated/server";
import { api, internal } from "./_generated/api";
export const start = action.action(async ({ ctx }) => {
  await ctx.runMutation(internal.tasks.sweep, {});
  await ctx.runMutation(api.tasks.add, {});
  await ctx.runMutation(api.mutators.move, {});
  await ctx.runMutation(internal.dynamic.made, {});
  await ctx.scheduler.runAfter(0, "tasks:sweep");
});
"#,
            ),
        );
    }
}
