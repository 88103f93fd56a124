//! Mutators that anybody may run for anybody.

use lunora_project::{Owner, Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};

use crate::context::RuleContext;
use crate::findings::declaration_finding;
use crate::rule::{Fact, Rule};

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

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    let unscoped_ones = context.project.procedures.iter().filter(|procedure| {
        procedure.kind == ProcedureKind::Mutator
            && procedure.owner == Owner::Absent
            && !procedure.uses_identity
    });
    findings.extend(unscoped_ones.map(|mutator| unscoped(context, mutator)));
}
