//! How costs are put into words: who pays, and why it matters where the rows live.

use lunora_project::access::Reach;
use lunora_project::schema::Tier;
use lunora_project::{Procedure, ProcedureKind, Visibility};

use crate::context::RuleContext;

/// A list as prose: `a`, `a and b`, `a, b and c`; each in backticks.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What it costs those who run it that all rows of some tables are looked at, as a clause that follows a semicolon.
pub(crate) fn scan_cost(context: &RuleContext<'_>, reached_from: &[Reach], tables: &[String]) -> String {
    let Some((reach, procedure)) = payer(context, reached_from) else {
        return format!("{} grows, and so does the cost", listed(tables));
    };
    let name = format!("`{}`", procedure.name);
    let extent = extent(context, tables);
    if procedure.is_live() {
        return format!(
            "{name} is a live query, so every subscriber looks through {extent} again whenever {} changes",
            listed(tables)
        );
    }
    let word = procedure.kind.word();
    match procedure.kind {
        ProcedureKind::Mutation | ProcedureKind::Mutator | ProcedureKind::Trigger
            if context.is_scheduled(reach.procedure) =>
        {
            format!("the scheduled {word} {name} keeps everybody else waiting at each tick while it looks through {extent}")
        }
        ProcedureKind::Mutation | ProcedureKind::Mutator | ProcedureKind::Trigger => {
            format!("the {word} {name} keeps everybody else waiting while it looks through {extent}")
        }
        _ if context.is_scheduled(reach.procedure) => {
            format!("{name} is scheduled and looks through {extent} at each tick")
        }
        ProcedureKind::Query if procedure.visibility == Visibility::Internal => {
            format!("the internal query {name} looks through {extent} on every call")
        }
        _ => format!("the {word} {name} looks through {extent} each time it runs"),
    }
}

/// A procedure that reaches an operation and feels its cost most, with the way there.
pub(crate) fn payer<'a>(
    context: &RuleContext<'a>,
    reached_from: &'a [Reach],
) -> Option<(&'a Reach, &'a Procedure)> {
    reached_from
        .iter()
        .map(|reach| (reach, context.project.procedure(reach.procedure)))
        .min_by_key(|(reach, procedure)| {
            (burden(procedure), reach.calls.len(), procedure.name.as_str())
        })
}

/// How much a scan hurts in a procedure; less is more.
fn burden(procedure: &Procedure) -> u8 {
    match procedure.kind {
        _ if procedure.is_live() => 0,
        ProcedureKind::Mutation | ProcedureKind::Mutator | ProcedureKind::Trigger => 1,
        ProcedureKind::Query | ProcedureKind::Stream | ProcedureKind::Policy => 2,
        ProcedureKind::Action | ProcedureKind::HttpAction => 3,
        _ => 4,
    }
}

/// What is looked through.
fn extent(context: &RuleContext<'_>, tables: &[String]) -> String {
    let tier = |wanted: fn(&Tier) -> bool| {
        tables
            .iter()
            .any(|name| context.schema().table(name).is_some_and(|table| wanted(&table.tier)))
    };
    if tier(|tier| matches!(tier, Tier::Global)) {
        "all of its rows in the global database".to_owned()
    } else if tier(|tier| matches!(tier, Tier::Sharded(_))) {
        "all of its rows in the shard".to_owned()
    } else {
        "all of its rows".to_owned()
    }
}
