//! What mends a finding: edits on the text of the project, in the style of the file that they change.
//!
//! A fix is safe only if it can be shown that neither the rows nor their order change; else it says what may differ. Where the text does
//! not show what to change (a table that a package makes, a reader that is passed around), there is no fix.

mod by_id;
mod calls;
mod code;
mod filter;
mod guards;
mod index;
mod limit;
mod names;
mod needless;
mod predicate;
mod range;
mod relation;
mod rewrite;
mod same_rows;
mod soft_delete;
mod sort;
mod style;
mod table;
mod walk;

use lunora_project::access::Reach;
use lunora_project::schema::Table;
use lunora_report::{Applicability, Edit, Finding, Fix};

pub(crate) use by_id::get_by_id;
pub(crate) use calls::{name_table, patch_row, use_now, use_root};
pub(crate) use filter::{read_by_index, read_by_wider_index};
pub(crate) use guards::Guards;
pub(crate) use index::cost as index_cost;
pub(crate) use limit::{limit_rows, read_in_pages};
pub(crate) use names::use_name;
pub(crate) use needless::{remove_index, remove_unused};
pub(crate) use range::{read_by_one_run, reorder_range};
pub(crate) use relation::load_relation;
pub(crate) use soft_delete::{add_soft_delete, delete_softly};
pub(crate) use sort::read_in_order;
pub(crate) use style::Style;
pub(crate) use table::{Declaration, declarations};

use crate::context::RuleContext;
use crate::indexes::Proposal;

/// A fix that changes neither rows nor their order.
fn safe(title: String, edits: Vec<Edit>) -> Fix {
    Fix { title, applicability: Applicability::Safe, edits }
}

/// A fix that may change what the program does.
fn risky(title: String, edits: Vec<Edit>, reason: String) -> Fix {
    Fix { title, applicability: Applicability::Unsafe { reason }, edits }
}

/// A fix with its reason to be unsafe, if it has one.
fn judged(title: String, edits: Vec<Edit>, reason: Option<String>) -> Fix {
    match reason {
        None => safe(title, edits),
        Some(reason) => risky(title, edits, reason),
    }
}

/// A read that was rewritten.
#[derive(Default)]
pub(crate) struct Rewritten {
    /// The ways to rewrite it, best first.
    fixes: Vec<Fix>,
    /// The table that gets an index for it.
    indexed: Option<String>,
}

/// Gives a finding the fixes that rewrite its read, with what the index costs if they add one.
pub(crate) fn offer(context: &RuleContext<'_>, finding: &mut Finding, rewritten: Option<Rewritten>) {
    let Some(Rewritten { fixes, indexed }) = rewritten else { return };
    if let Some(table) = indexed.filter(|_| !fixes.is_empty()) {
        finding.note = Some(context.index_cost(&table));
    }
    finding.fixes.extend(fixes);
}

/// The fixes that add an index to a table or let one grow, best first.
pub(crate) fn add_or_widen(context: &RuleContext<'_>, table: &Table, proposal: &Proposal) -> Vec<Fix> {
    let ways = index::ways(context, table, proposal).into_iter();
    ways.map(|way| judged(way.title, vec![way.edit], way.reason)).collect()
}

/// Gives a finding the fixes that add an index, with what the index costs. `readers` are the ways to the read that gets it; none for a
/// finding about the schema.
pub(crate) fn offer_index(
    context: &RuleContext<'_>,
    finding: &mut Finding,
    table: &Table,
    proposal: &Proposal,
    readers: &[Reach],
) {
    let ways = index::ways(context, table, proposal);
    if !ways.is_empty() {
        finding.note = Some(context.index_cost(&table.name));
    }
    finding.fixes.extend(ways.into_iter().map(|way| {
        let reason = way.reason.or_else(|| same_rows::still_loops(readers));
        judged(way.title, vec![way.edit], reason)
    }));
}
