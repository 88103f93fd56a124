//! What a run did at a place.

use std::collections::BTreeSet;

use lunora_engine::{Action, Operation, Schema, Statement};

use crate::lab::Run;
use crate::subject::Zone;

/// What a run did at a place with some tables.
#[derive(Clone, Default, PartialEq, Debug)]
pub(crate) struct Seen {
    /// How many operations it began there.
    pub(crate) operations: usize,
    /// The rows that SQLite visited.
    pub(crate) visited: u64,
    /// The rows that the code got.
    pub(crate) returned: u64,
    /// The rows that were written or removed.
    pub(crate) written: u64,
    /// The lines of all plans, each once.
    pub(crate) plan: Vec<String>,
    /// The declared indexes that answered.
    pub(crate) indexes: BTreeSet<String>,
    /// Whether SQLite steps through a whole table or index, unless a limit on all of its rows ends that.
    pub(crate) is_scan: bool,
    /// How many tables one operation looked for an id in, at the most.
    pub(crate) probed: usize,
}

/// The operations that a run began at a place.
pub(crate) fn operations_at<'a>(run: &'a Run, zone: &'a Zone) -> impl Iterator<Item = &'a Operation> {
    run.operations
        .iter()
        .filter(move |operation| operation.sites.iter().chain(&operation.opened).any(|site| zone.holds(site)))
}

/// What a run did at a place with these tables, or with any if none is named; `None` if nothing.
pub(crate) fn look(run: &Run, zone: &Zone, tables: &[String]) -> Option<Seen> {
    let mut seen = Seen::default();
    for operation in operations_at(run, zone) {
        let statements: Vec<&Statement> = operation
            .statements
            .iter()
            .filter(|one| tables.is_empty() || tables.contains(&one.table))
            .collect();
        if statements.is_empty() {
            continue;
        }
        seen.operations += 1;
        seen.returned += operation.rows_returned;
        seen.is_scan |= statements.iter().any(|one| one.is_scan && !is_cut_off(one));
        let probes = operation.statements.iter().filter(|one| one.action == Action::Lookup);
        seen.probed = seen.probed.max(probes.count());
        for statement in statements {
            seen.visited += statement.rows_visited;
            seen.written += statement.rows_written;
            seen.indexes.extend(statement.index.clone());
            for line in &statement.plan {
                if !seen.plan.contains(line) {
                    seen.plan.push(line.clone());
                }
            }
        }
    }
    (seen.operations > 0).then_some(seen)
}

/// Whether a limit ends a statement after so many rows, whatever they hold. Soft deletes are no matter.
fn is_cut_off(statement: &Statement) -> bool {
    statement.limit.is_some() && statement.conditions.iter().all(|condition| condition.operator == "isNull")
}

impl Seen {
    /// Whether SQLite sorted all rows, rather than those that tie in the order of an index.
    pub(crate) fn sorts(&self) -> bool {
        self.plan.iter().any(|line| line == "USE TEMP B-TREE FOR ORDER BY")
    }
}

/// Whether the conditions of a statement are one run of the index that the code names: equalities of its leading columns, then bounds of
/// the next one. That is what a live query needs to depend on less than the whole table.
pub(crate) fn is_one_run(operation: &Operation, statement: &Statement, schema: &Schema) -> bool {
    let Some(table) = schema.tables.iter().find(|table| table.name == statement.table) else { return false };
    let Some(index) = table.indexes.iter().find(|index| operation.named_index.as_ref() == Some(&index.name))
    else {
        return false;
    };
    let hidden = table.soft_delete_field.as_deref();
    let mut fields = index.fields.iter().map(String::as_str).chain(["_creationTime"]);
    let mut column = fields.next();
    let (mut bounds, mut has_begun): (Vec<&str>, bool) = (Vec::new(), false);
    for condition in &statement.conditions {
        if condition.operator == "isNull" && hidden == Some(condition.column.as_str()) {
            continue;
        }
        has_begun = true;
        if column != Some(condition.column.as_str()) {
            return false;
        }
        match condition.operator {
            "eq" | "isNull" if bounds.is_empty() => column = fields.next(),
            "gt" | "gte" if !bounds.contains(&"lower") => bounds.push("lower"),
            "lt" | "lte" if !bounds.contains(&"upper") => bounds.push("upper"),
            _ => return false,
        }
    }
    has_begun
}
