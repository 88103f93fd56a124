//! What differs between two versions of a project.

use std::sync::Arc;

use lunora_facts::FileId;
use lunora_project::{Project, Shared};
use lunora_source::SourceTree;
use rustc_hash::FxHashSet;

use crate::rule::Fact;

/// The files whose text differs; `None` if files came, went or play another role, so that ids mean something else.
pub(super) fn changed_files(before: &SourceTree, now: &SourceTree) -> Option<FxHashSet<FileId>> {
    before.has_same_files(now).then(|| {
        let pairs = before.files.iter().zip(&now.files);
        let changed = pairs.filter(|(before, now)| !Arc::ptr_eq(&before.text, &now.text));
        changed.map(|(file, _)| file.id).collect()
    })
}

/// Whether all facts of a kind are the same in two versions that have the same files. Versions share what is the same, so that this takes
/// no looking at the facts themselves.
pub(super) fn has_same(fact: Fact, before: &Project, now: &Project) -> bool {
    match fact {
        Fact::Files => are_read_alike(before, now),
        Fact::Schema => Arc::ptr_eq(&before.schema, &now.schema),
        Fact::Procedures => is_shared(&before.procedures, &now.procedures),
        Fact::Reads | Fact::Writes | Fact::Dispatches | Fact::Calls => do_the_same(before, now),
        // The calls that they stand in count, too.
        Fact::References => {
            Arc::ptr_eq(&before.references, &now.references) && is_shared(&before.dispatches, &now.dispatches)
        }
        Fact::Ids => Arc::ptr_eq(&before.id_tables, &now.id_tables),
        Fact::Modules => Arc::ptr_eq(&before.modules, &now.modules),
        Fact::Imports => Arc::ptr_eq(&before.imports, &now.imports),
    }
}

/// Whether the same of the files could be read.
fn are_read_alike(before: &Project, now: &Project) -> bool {
    before.unread_files == now.unread_files
        && before.sources.problems == now.sources.problems
        && Arc::ptr_eq(&before.unreadable_exports, &now.unreadable_exports)
}

/// Whether code does the same. What is said of one operation may speak of the procedures that lead there, of the cron jobs that run these,
/// and of index plans, for which all reads and writes count, and whether there may be others.
fn do_the_same(before: &Project, now: &Project) -> bool {
    are_read_alike(before, now)
        && is_shared(&before.procedures, &now.procedures)
        && is_shared(&before.reads, &now.reads)
        && is_shared(&before.writes, &now.writes)
        && is_shared(&before.dispatches, &now.dispatches)
        && is_shared(&before.ambient, &now.ambient)
        && is_shared(&before.endless_loops, &now.endless_loops)
}

fn is_shared<T>(before: &Shared<T>, now: &Shared<T>) -> bool {
    let mut pairs = before.as_arcs().iter().zip(now.as_arcs());
    before.len() == now.len() && pairs.all(|(before, now)| Arc::ptr_eq(before, now))
}
