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
        return format!("the cost grows with {}", listed(tables));
    };
    let name = format!("`{}`", procedure.name);
    let word = procedure.kind.word();
    let home = Home::of(context, tables);
    let far = if home == Home::Global { " over the network" } else { "" };
    let is_scheduled = context.is_scheduled(reach.procedure);
    match procedure.kind {
        _ if procedure.is_live() => {
            let within = if home == Home::Shard { " in its shard" } else { "" };
            let tables = listed(tables);
            format!(
                "{name} is a live query, so every subscriber pays for that again{far} whenever {tables} changes{within}"
            )
        }
        ProcedureKind::Mutation | ProcedureKind::Mutator | ProcedureKind::Trigger => {
            let when = if is_scheduled { "at each tick" } else { "meanwhile" };
            let tick = if is_scheduled { " at each tick" } else { "" };
            match home {
                Home::Root => {
                    format!("the {word} {name} holds up everybody else on the root database {when}")
                }
                Home::Shard => format!("the {word} {name} holds up everybody else on its shard {when}"),
                Home::Global => format!(
                    "the {word} {name} waits for that over the network{tick}, and everybody else on its database waits for it"
                ),
            }
        }
        _ if is_scheduled => format!("the scheduled {word} {name} pays for that{far} at each tick"),
        ProcedureKind::Query if procedure.visibility == Visibility::Internal => {
            format!("the internal query {name} pays for that{far} on every call")
        }
        ProcedureKind::Migration => {
            format!("the migration {name} pays for that{far} for every row that it visits")
        }
        _ => format!("the {word} {name} pays for that{far} each time it runs"),
    }
}

/// A procedure that reaches an operation and feels its cost most, with the way there.
pub(crate) fn payer<'a, 'reach>(
    context: &RuleContext<'a>,
    reached_from: &'reach [Reach],
) -> Option<(&'reach Reach, &'a Procedure)> {
    reached_from
        .iter()
        .map(|reach| (reach, context.project.procedure(reach.procedure)))
        .min_by_key(|(reach, procedure)| (burden(procedure), reach.calls.len(), procedure.name.as_str()))
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

/// Where the rows live that are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Home {
    Root,
    Shard,
    Global,
}

impl Home {
    /// The most expensive place of several tables.
    fn of(context: &RuleContext<'_>, tables: &[String]) -> Self {
        let tiers = tables.iter().filter_map(|name| context.schema().table(name)).map(|table| &table.tier);
        let mut home = Self::Shard;
        for tier in tiers.clone() {
            home = match (home, tier) {
                (Self::Global, _) | (_, Tier::Global) => Self::Global,
                (_, Tier::Root) => Self::Root,
                (home, Tier::Sharded(_)) => home,
            };
        }
        if tiers.count() == 0 { Self::Root } else { home }
    }
}
