//! What is known of a project in words: for programs (`_key`) and for people.

use lunora_project::ProcedureKind;
use lunora_project::access::{Operator, Surface, Target};
use lunora_project::index_choice::{IndexChoice, IndexMatch};
use lunora_project::schema::{Index, IndexKind, Table, Tier};

/// Where a table lives.
pub(super) fn tier_key(tier: &Tier) -> &'static str {
    match tier {
        Tier::Root => "root",
        Tier::Sharded(_) => "sharded",
        Tier::Global => "global",
    }
}

/// Where a table lives, with its shard key.
pub(super) fn tier_words(table: &Table) -> String {
    match &table.tier {
        Tier::Sharded(Some(key)) => format!("sharded by {key}"),
        tier => tier_key(tier).to_owned(),
    }
}

/// How a read finds its rows.
pub(super) fn choice_key(choice: &IndexChoice<'_>) -> &'static str {
    match choice {
        IndexChoice::Named(_) => "named",
        IndexChoice::Implied(_) => "implied",
        IndexChoice::PrimaryKey => "primaryKey",
        IndexChoice::CreationTime => "creationTime",
        IndexChoice::Scan => "scan",
        IndexChoice::Unknown => "unknown",
    }
}

/// How a read finds its rows, with the names of the indexes.
pub(super) fn choice_words(choice: &IndexChoice<'_>) -> String {
    let names = |found: &[IndexMatch<'_>]| {
        let names: Vec<String> = found.iter().map(|found| index_name(found.index)).collect();
        names.join(" + ")
    };
    match choice {
        IndexChoice::Named(_) => names(choice.matches()),
        IndexChoice::Implied(found) => format!("{} (implied)", names(found)),
        IndexChoice::PrimaryKey => "by id".to_owned(),
        IndexChoice::CreationTime => "by creation time".to_owned(),
        IndexChoice::Scan => "scan".to_owned(),
        IndexChoice::Unknown => "unknown index".to_owned(),
    }
}

/// The name of an index; a `.unique()` column has none.
pub(super) fn index_name(index: &Index) -> String {
    match (&index.name, index.kind, index.fields.first()) {
        (Some(name), ..) => name.clone(),
        (None, IndexKind::UniqueColumn, Some(column)) => format!("unique({})", column.name),
        _ => "?".to_owned(),
    }
}

pub(super) fn index_kind_key(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Secondary => "secondary",
        IndexKind::UniqueColumn => "uniqueColumn",
        IndexKind::Search => "search",
        IndexKind::Geo => "geo",
        IndexKind::Rank => "rank",
        IndexKind::Aggregate => "aggregate",
        IndexKind::Vector => "vector",
    }
}

pub(super) fn procedure_kind_key(kind: ProcedureKind) -> &'static str {
    match kind {
        ProcedureKind::Query => "query",
        ProcedureKind::Mutation => "mutation",
        ProcedureKind::Action => "action",
        ProcedureKind::Stream => "stream",
        ProcedureKind::HttpAction => "httpAction",
        ProcedureKind::Mutator => "mutator",
        ProcedureKind::Shape => "shape",
        ProcedureKind::Migration => "migration",
        ProcedureKind::Lifecycle => "lifecycle",
        ProcedureKind::Reactor => "reactor",
        ProcedureKind::Trigger => "trigger",
        ProcedureKind::Workflow => "workflow",
        ProcedureKind::Queue => "queue",
        ProcedureKind::Agent => "agent",
        ProcedureKind::Policy => "policy",
        ProcedureKind::Module => "module",
    }
}

pub(super) fn surface_key(surface: Surface) -> &'static str {
    match surface {
        Surface::Fluent => "fluent",
        Surface::Flat => "flat",
        Surface::Facade => "facade",
        Surface::Orm => "orm",
    }
}

pub(super) fn operator_key(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "eq",
        Operator::In => "in",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "gte",
        Operator::Less => "lt",
        Operator::LessOrEqual => "lte",
    }
}

pub(super) fn operator_symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "=",
        Operator::In => "in",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
    }
}

/// A dispatch target as code writes it; `None` if it can't be told.
pub(super) fn target_name(target: &Target) -> Option<String> {
    match target {
        Target::Reference { is_internal, path, .. } => {
            let root = if *is_internal { "internal" } else { "api" };
            Some(format!("{root}.{}", path.join(".")))
        }
        Target::Key { key, .. } => Some(key.to_string()),
        Target::Unknown => None,
    }
}
