//! Names of tables that the schema does not declare.

use lunora_project::Place;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use rustc_hash::FxHashSet;
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, set};
use crate::reads::{NameError, is_unknown_table, write_name_errors};
use crate::rule::{Fact, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unknown_table",
        title: "Unknown table",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A read, a write, an id or a migration names a table that the schema does not declare.",
        docs: include_str!("../../docs/unknown_table.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures, Fact::Ids],
    check,
};

/// Where an unknown name is used, and what happens there.
fn consequence(use_of_name: &str) -> &'static str {
    match use_of_name {
        "read" => "the read throws when it runs",
        "write" => "the write throws when it runs",
        "id" => "no id can ever belong to it",
        _ => "the migration never finds a row",
    }
}

fn describe(context: &RuleContext<'_>, finding: &mut Finding, name: &str, use_of_name: &str) {
    finding.detail = format!("There is no table `{name}` in the schema: {}.", consequence(use_of_name));
    let known = context.schema().tables.iter().map(|table| table.name.as_str());
    let meant = nearest(name, known);
    finding.remediation = meant.map_or_else(
        || format!("Declare `{name}` in the schema, or name a table that it declares."),
        |meant| format!("Write `{meant}`, which the schema declares, or declare `{name}`."),
    );
    finding.primary_label = meant.map_or_else(
        || "no such table".to_owned(),
        |meant| format!("no such table; did you mean `{meant}`?"),
    );
    set(finding, "table", json!(name));
    set(finding, "use", json!(use_of_name));
    if let Some(meant) = meant {
        set(finding, "nearest", json!(meant));
    }
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    let project = context.project;
    // A name that is held in a const is wrong once, however many operations use it.
    let mut seen: FxHashSet<Place> = FxHashSet::default();
    for id in &project.id_tables {
        if let Some(place) = id.place
            && is_unknown_table(context.schema(), &id.name)
            && seen.insert(place)
        {
            let subject = format!("|{}|id", id.name);
            let mut finding = Finding::new(RULE.metadata, context.location(place), subject);
            describe(context, &mut finding, &id.name, "id");
            findings.push(finding);
        }
    }
    for procedure in &project.procedures {
        let Some((name, place)) = &procedure.table else { continue };
        let place = place.unwrap_or(procedure.place);
        if procedure.kind == lunora_project::ProcedureKind::Migration
            && is_unknown_table(context.schema(), name)
            && seen.insert(place)
        {
            let subject = format!("{}|{name}", procedure.name);
            let mut finding = Finding::new(RULE.metadata, context.location(place), subject);
            finding.export_name.clone_from(&procedure.export_name);
            describe(context, &mut finding, name, "migration");
            findings.push(finding);
        }
    }
    for (read, judgement) in context.reads() {
        for error in &judgement.errors {
            if let NameError::Table { name, place } = error
                && seen.insert(*place)
            {
                let subject = format!("{name}|read");
                let mut finding = operation_finding(context, RULE.metadata, read.into(), *place, &subject);
                describe(context, &mut finding, name, "read");
                findings.push(finding);
            }
        }
    }
    for write in &project.writes {
        for error in write_name_errors(project, write) {
            if let NameError::Table { name, place } = error
                && seen.insert(place)
            {
                let subject = format!("{name}|write");
                let mut finding = operation_finding(context, RULE.metadata, write.into(), place, &subject);
                describe(context, &mut finding, &name, "write");
                findings.push(finding);
            }
        }
    }
}
