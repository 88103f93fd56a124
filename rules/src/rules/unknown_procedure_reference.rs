//! References that name no procedure.

use lunora_project::Procedure;
use lunora_project::access::Target;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata, nearest};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, set};
use crate::references::{Named, Reference, written};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unknown_procedure_reference",
        title: "Reference to an unknown procedure",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A reference names no registered procedure, so it fails when it is dispatched.",
        docs: include_str!("../../docs/unknown_procedure_reference.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Procedures, Fact::References],
    check,
};

fn unknown(context: &RuleContext<'_>, reference: &Reference<'_>, key: &str) -> Finding {
    let mut finding = match reference.dispatch {
        Some(dispatch) => operation_finding(context, RULE.metadata, dispatch.into(), reference.place, key),
        None => Finding::new(RULE.metadata, context.location(reference.place), format!("|{key}")),
    };
    let text = context.project.text(reference.place);
    let (namespace, name) = key.split_once(':').unwrap_or(("", key));
    let registered: Vec<&Procedure> =
        context.project.procedures.iter().filter(|procedure| procedure.is_registered()).collect();
    let in_file =
        || registered.iter().filter(|procedure| procedure.name.split(':').next() == Some(namespace));
    let meant = nearest(name, in_file().filter_map(|procedure| procedure.export_name.as_deref()))
        .map(|name| format!("{namespace}:{name}"))
        .or_else(|| {
            nearest(key, registered.iter().map(|procedure| procedure.name.as_str())).map(str::to_owned)
        })
        .and_then(|name| registered.iter().find(|procedure| procedure.name == name).copied());
    let why = if in_file().next().is_some() {
        format!("`{namespace}` registers no `{name}`")
    } else {
        format!("no file registers procedures as `{namespace}`")
    };
    finding.detail = format!(
        "`{text}` names no procedure ({why}): it type-checks at most until code is generated again, and fails when it is dispatched."
    );
    finding.remediation = match meant {
        Some(meant) => format!(
            "Write `{}`, or export `{name}` from where the reference looks for it.",
            spelled(context, reference, meant)
        ),
        None => format!(
            "Name a procedure that is exported from a file of the Lunora folder, or export `{name}`; re-exports and parts of objects register nothing."
        ),
    };
    finding.primary_label = match meant {
        Some(meant) => format!("no such procedure; did you mean `{}`?", spelled(context, reference, meant)),
        None => "no such procedure".to_owned(),
    };
    if let Some(meant) = meant {
        finding.related.push(Related {
            location: context.location(meant.place),
            message: format!("`{}` is registered here", meant.name),
        });
        set(&mut finding, "nearest", json!(meant.name));
    }
    set(&mut finding, "reference", json!(text));
    set(&mut finding, "target", json!(key));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for reference in context.references() {
        if let Named::Nothing { key } = &reference.named {
            findings.push(unknown(context, reference, key));
        }
    }
}

/// How a procedure is named in the form of a reference.
fn spelled(context: &RuleContext<'_>, reference: &Reference<'_>, procedure: &Procedure) -> String {
    match reference.target {
        Target::Key { .. } => procedure.name.to_string(),
        _ => written(context.project, procedure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const PROCEDURES: &str = r#"
//- /lunora/schema.ts
export default defineSchema({});
//- /lunora/care/vet-visits.ts
export const book = mutation.mutation(() => 1);
export const sweep = internalMutation.mutation(() => 1);
const local = mutation.mutation(() => 1);
export { local as cancel };
export const helper = () => 1;
export const grouped = { inner: mutation.mutation(() => 1) };
//- /lunora/barrel.ts
export { book } from "./care/vet-visits";
"#;

    fn with_procedures(code: &str) -> String {
        format!("{PROCEDURES}{code}")
    }

    #[test]
    fn references_that_nothing_bears_are_reported_wherever_they_stand() {
        let fixture = with_procedures(
            r#"
//- /lunora/jobs.ts
import { action } from "./_generated/server";
import { api, internal } from "./_generated/api";
const TABLE = { sweep: internal.care.vet_visits.sweap };
//                     ^^^ ERROR unknown_procedure_reference `internal.care.vet_visits.sweap` names no procedure (`care_vet_visits` registers no `sweap`)
export const run = action.action(async ({ ctx }) => {
  await ctx.runMutation(api.care.vetvisits.book, {});
  //                    ^^^ unknown_procedure_reference `api.care.vetvisits.book` names no procedure (no file registers procedures as `care_vetvisits`)
  await ctx.runMutation(api.care.vet_visits.helper, {});
  //                    ^^^ unknown_procedure_reference
  await ctx.runMutation(api.care.vet_visits.grouped.inner, {});
  //                    ^^^ unknown_procedure_reference
  await ctx.runMutation(api.barrel.book, {});
  //                    ^^^ unknown_procedure_reference
  await ctx.scheduler.runAfter(0, "care_vet_visits:sweeep", {});
  //                              ^^^ unknown_procedure_reference `"care_vet_visits:sweeep"` names no procedure
  // lunora-advisor-disable-next-line unknown_procedure_reference -- another branch brings it
  await ctx.runMutation(api.care.coming, {});
});
"#,
        );
        check(&RULE, &fixture);
        let remedies: Vec<String> =
            findings_of(&RULE, &fixture).into_iter().map(|finding| finding.primary_label).collect();
        let is = |words: &str| remedies.iter().any(|remedy| remedy == words);
        assert!(is("no such procedure; did you mean `internal.care.vet_visits.sweep`?"), "{remedies:?}");
        assert!(is("no such procedure; did you mean `care_vet_visits:sweep`?"), "{remedies:?}");
    }

    #[test]
    fn every_spelling_of_a_name_is_known() {
        check(
            &RULE,
            &with_procedures(
                r#"
//- /lunora/jobs.ts
import { action } from "./_generated/server";
import { api, internal } from "./_generated/api";
import { api as other } from "other-package";
import { mount } from "some-package";
mount(internal.care);
mount(internal.care.vet_visits);
export const run = action.action(async ({ ctx }) => {
  await ctx.runMutation(api.care.vet_visits.book, {});
  await ctx.runMutation(api.care_vet_visits.book, {});
  await ctx.runMutation(api.care.vet_visits.cancel, {});
  await ctx.scheduler.runAfter(0, "care/vet-visits:sweep", {});
  await ctx.runMutation(other.care.nothing, {});
  await ctx.log.info("care_vet_visits:nothing");
});
"#,
            ),
        );
    }

    #[test]
    fn what_may_be_registered_is_silent() {
        check(
            &RULE,
            &with_procedures(
                r#"
//- /lunora/presence.ts
import { definePresence } from "some-package";
export const { heartbeat, list } = definePresence().functions;
//- /lunora/broken.ts
export const start = mutation.mutation(( => 1);
//- /lunora/jobs.ts
import { action } from "./_generated/server";
import { api, internal } from "./_generated/api";
export const run = action.input({ name: v.string() }).action(async ({ ctx, args }) => {
  await ctx.runMutation(api.presence.heartbeat, {});
  await ctx.runMutation(api.broken.start, {});
  await ctx.runMutation(api.care.vet_visits[args.name], {});
});
"#,
            ),
        );
    }
}
