//! Linking in parallel: contiguous groups of files, each with an interpreter of its own.
//!
//! An interpreter evaluates whatever module its procedures need, so groups share nothing but the facts, and what two groups find of the
//! same code is the same. Which functions no procedure reaches is known only when all groups are done with their procedures;
//! the first group then evaluates those, alone, since one of them may call another.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use lunora_facts::{FileId, FunctionId};
use lunora_source::{SourceFile, SourceTree};
use rustc_hash::FxHashSet;

use super::operations::{GroupOperations, gather};
use super::paths::PathBuilder;
use super::procedures::{self, ModuleDispatch, RootOrder};
use super::relevance::Relevance;
use super::{find_schema, lunora_prefix, schema};
use crate::access::TableName;
use crate::evaluate::Interpreter;
use crate::procedure::Procedure;
use crate::project::ModuleOwner;
use crate::schema::Schema;

/// Evaluation recurses with the nesting and the calls of the code that it reads, which have limits of their own
/// (`lunora_extract`, `evaluate::calls`); this much stack holds them with room to spare. It is reserved, not committed.
pub(super) const STACK_BYTES: usize = 512 << 20;

/// Fewer expressions than this are not worth another thread.
const EXPRESSIONS_PER_GROUP: usize = 4_000;

/// What one group found.
pub(super) struct Linked {
    pub(super) schema: Schema,
    pub(super) procedures: Vec<(RootOrder, Procedure)>,
    pub(super) dispatches: Vec<ModuleDispatch>,
    pub(super) modules: Vec<ModuleOwner>,
    pub(super) unreadable_exports: Vec<String>,
    pub(super) id_tables: Vec<TableName>,
    pub(super) operations: GroupOperations,
}

type Functions = FxHashSet<(FileId, FunctionId)>;

/// How a group talks to the others.
struct Exchange {
    /// Tells the first group which functions this one has evaluated.
    evaluated: Sender<Functions>,
    /// For the first group: what the others say.
    others: Option<(Receiver<Functions>, usize)>,
    result: Sender<(usize, Linked)>,
}

/// Links the files of a project on as many threads, in the order of the files.
pub(super) fn link_groups(sources: &Arc<SourceTree>, threads: usize) -> Vec<Linked> {
    let relevance = Arc::new(Relevance::of(sources));
    let groups = partition(sources, &relevance, threads);
    let (evaluated, others) = channel();
    let (result, results) = channel();
    let mut others = Some((others, groups.len() - 1));
    let mut handles = Vec::new();
    for (index, files) in groups.into_iter().enumerate() {
        let own = Arc::clone(sources);
        let relevance = Arc::clone(&relevance);
        let exchange =
            Exchange { evaluated: evaluated.clone(), others: others.take(), result: result.clone() };
        let builder = std::thread::Builder::new().name("link".to_owned()).stack_size(STACK_BYTES);
        handles.extend(builder.spawn(move || link_group(&own, &relevance, index, files, exchange)));
    }
    drop((evaluated, result));
    let mut linked: Vec<(usize, Linked)> = results.iter().collect();
    if linked.len() < handles.len() {
        for handle in handles {
            if let Err(panic) = handle.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
    linked.sort_by_key(|(index, _)| *index);
    linked.into_iter().map(|(_, linked)| linked).collect()
}

fn link_group(
    sources: &SourceTree,
    relevance: &Relevance,
    index: usize,
    files: Range<usize>,
    exchange: Exchange,
) {
    let mut interpreter = Interpreter::new(sources);
    let schema_value = find_schema(&mut interpreter, sources);
    let linked = schema::link_schema(&mut interpreter, schema_value.as_ref());
    let schema = linked.schema;
    note_id_columns(&mut interpreter, &schema);
    let prefix = lunora_prefix(sources);
    let roots = procedures::find_roots(&mut interpreter, sources, &prefix, relevance, files, linked.triggers);
    let mut detached = Vec::new();
    match exchange.others {
        None => {
            // The first group is gone only if it panicked, which is reported there.
            let _ = exchange.evaluated.send(interpreter.evaluated().collect());
        }
        Some((others, count)) => {
            drop(exchange.evaluated);
            let mut reached: Functions = interpreter.evaluated().collect();
            for functions in others.iter().take(count) {
                reached.extend(functions);
            }
            detached = {
                let uses_database = |file| relevance.uses_database(file);
                procedures::run_detached(&mut interpreter, sources, uses_database, &reached)
            };
        }
    }
    let builder = PathBuilder { sources, schema: &schema, interpreter: &interpreter };
    let operations = gather(&builder, &roots.roots, &detached);
    let linked = Linked {
        id_tables: id_tables(&interpreter),
        procedures: roots.roots.into_iter().map(|root| (root.order, root.procedure)).collect(),
        dispatches: roots.dispatches,
        modules: roots.modules,
        unreadable_exports: roots.unreadable_exports,
        schema,
        operations,
    };
    // Whoever waits need not wait for the values to be dropped.
    let _ = exchange.result.send((index, linked));
}

/// Contiguous groups of files with about the same number of expressions to evaluate.
fn partition(sources: &SourceTree, relevance: &Relevance, threads: usize) -> Vec<Range<usize>> {
    let size = |file: &SourceFile| {
        if relevance.registers(file.id) { file.facts.program.exprs.len() + 1 } else { 1 }
    };
    let sizes: Vec<usize> = sources.files.iter().map(size).collect();
    let total: usize = sizes.iter().sum();
    let count = threads.min(total / EXPRESSIONS_PER_GROUP).max(1);
    let mut groups = Vec::with_capacity(count);
    let (mut start, mut sum) = (0, 0);
    for (index, size) in sizes.iter().enumerate() {
        sum += size;
        if sum * count >= total * (groups.len() + 1) && groups.len() + 1 < count {
            groups.push(start..index + 1);
            start = index + 1;
        }
    }
    groups.push(start..sizes.len());
    groups
}

pub(super) fn note_id_columns(interpreter: &mut Interpreter<'_>, schema: &Schema) {
    for table in &schema.tables {
        for column in &table.columns {
            if let Some((target, _)) = &column.references {
                interpreter.id_columns.insert(
                    (Rc::from(table.name.as_str()), Rc::from(column.name.as_str())),
                    Rc::from(target.as_str()),
                );
            }
        }
    }
}

fn id_tables(interpreter: &Interpreter<'_>) -> Vec<TableName> {
    interpreter
        .id_tables
        .iter()
        .map(|name| TableName { name: name.text.to_string(), place: name.place })
        .collect()
}
