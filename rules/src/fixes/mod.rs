//! What mends a finding: edits on the text of the project, in the style of the file that they change.
//!
//! A fix is safe only if it can be shown that neither the rows nor their order change; else it says what may differ. Where the text does
//! not show what to change (a table that a package makes, a reader that is passed around), there is no fix.

mod by_id;
mod calls;
mod code;
mod filter;
mod index;
mod limit;
mod names;
mod needless;
mod predicate;
mod range;
mod rewrite;
mod same_rows;
mod style;
mod table;

use lunora_project::access::Reach;
use lunora_project::schema::Table;
use lunora_report::{Applicability, Edit, Finding, Fix};

pub(crate) use by_id::get_by_id;
pub(crate) use calls::{name_table, patch_row, use_now, use_root};
pub(crate) use filter::read_by_index;
pub(crate) use limit::limit_rows;
pub(crate) use names::use_name;
pub(crate) use needless::remove_index;
pub(crate) use range::{read_by_one_run, reorder_range};
pub(crate) use style::Style;

use crate::context::RuleContext;
use crate::indexes::Proposal;

use index::add_index;

/// A fix that changes neither rows nor their order.
fn safe(title: String, edits: Vec<Edit>) -> Fix {
    Fix { title, applicability: Applicability::Safe, edits }
}

/// A fix that may change what the program does.
fn risky(title: String, edits: Vec<Edit>, reason: String) -> Fix {
    Fix { title, applicability: Applicability::Unsafe { reason }, edits }
}

/// A read that was rewritten.
pub(crate) struct Rewritten {
    fix: Fix,
    /// The table that gets an index for it.
    indexed: Option<String>,
}

/// Gives a finding the fix that rewrites its read, with what the index costs if it adds one.
pub(crate) fn offer(context: &RuleContext<'_>, finding: &mut Finding, rewritten: Option<Rewritten>) {
    let Some(Rewritten { fix, indexed }) = rewritten else { return };
    if let Some(table) = indexed {
        finding.note = Some(index::cost(context, &table));
    }
    finding.fixes.push(fix);
}

/// Gives a finding the fix that adds an index, with what the index costs. `readers` are the ways to the read that gets it; none for a
/// finding about the schema.
pub(crate) fn offer_index(
    context: &RuleContext<'_>,
    finding: &mut Finding,
    table: &Table,
    proposal: &Proposal,
    readers: &[Reach],
) {
    let Some(edit) = add_index(context, table, proposal) else { return };
    let title = index::title(&table.name, proposal);
    finding.fixes.push(match same_rows::still_loops(readers) {
        None => safe(title, vec![edit]),
        Some(reason) => risky(title, vec![edit], reason),
    });
    finding.note = Some(index::cost(context, &table.name));
}
