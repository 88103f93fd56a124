//! A few neighbouring files, evaluated together by an interpreter of their own.
//!
//! What a unit yields depends on nothing but the files that it consulted, what it was told of the schema and which of its files matter.
//! So units can be evaluated on any thread and in any order, and one that consulted nothing that changed need not be evaluated again.

use std::ops::Range;
use std::sync::Arc;

use lunora_facts::FileId;
use lunora_source::{SourceFile, SourceTree};
use rustc_hash::FxHashSet;

use super::find_schema;
use super::operations::{GroupOperations, gather, gather_detached};
use super::paths::PathBuilder;
use super::procedures::{self, FunctionKey, ModuleDispatch, RootOrder};
use super::relevance::Relevance;
use super::schema::{self, LinkedSchema, TriggerHandler};
use crate::access::TableName;
use crate::evaluate::Interpreter;
use crate::evaluate::schema_view::SchemaView;
use crate::procedure::Procedure;
use crate::project::ModuleOwner;
use crate::schema::Schema;

/// Files of a unit. More share the evaluation of what they all import; fewer are evaluated again after an edit.
const FILES_PER_UNIT: usize = 8;

/// What units are evaluated with.
pub(super) struct Surroundings<'a> {
    pub(super) sources: &'a SourceTree,
    pub(super) relevance: &'a Relevance,
    pub(super) schema: &'a SchemaUnit,
    pub(super) lunora_prefix: &'a str,
}

/// What an evaluation looked at: as long as all of this is the same, so is its result.
#[derive(Debug, Default)]
pub(super) struct Consulted {
    /// Sorted.
    pub(super) files: Vec<FileId>,
    /// Names of tables, sorted.
    pub(super) tables: Vec<String>,
}

/// The schema, evaluated.
#[derive(Debug, Default)]
pub(super) struct SchemaUnit {
    pub(super) schema: std::sync::Arc<Schema>,
    /// Files that hold handlers of triggers, sorted.
    pub(super) trigger_files: Vec<FileId>,
    pub(super) evaluated: Vec<FunctionKey>,
    pub(super) id_tables: Vec<TableName>,
    pub(super) consulted: Consulted,
}

/// What the files of a unit declare and what that does.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) procedures: Vec<(RootOrder, Arc<Procedure>)>,
    pub(super) dispatches: Vec<ModuleDispatch>,
    pub(super) modules: Vec<ModuleOwner>,
    pub(super) unreadable_exports: Vec<String>,
    pub(super) id_tables: Vec<TableName>,
    pub(super) operations: GroupOperations,
    /// The functions that were evaluated on the way from a root, in whatever file.
    pub(super) evaluated: Vec<FunctionKey>,
    /// What functions of its files do that none of its own roots reaches. Those that another unit's reach do not count.
    pub(super) detached: Vec<DetachedOperations>,
    pub(super) consulted: Consulted,
}

/// What one function does that no root seems to reach.
#[derive(Debug)]
pub(super) struct DetachedOperations {
    /// The file that declares it.
    pub(super) file: FileId,
    /// The function, if it is one by itself.
    pub(super) function: Option<FunctionKey>,
    /// The functions that run with it, sorted.
    pub(super) evaluated: Vec<FunctionKey>,
    pub(super) operations: GroupOperations,
}

/// The files of each unit, by their positions.
pub(super) fn partition(files: usize) -> Vec<Range<usize>> {
    (0..files).step_by(FILES_PER_UNIT).map(|start| start..(start + FILES_PER_UNIT).min(files)).collect()
}

/// The unit that a file belongs to.
pub(super) fn unit_of(file: FileId) -> usize {
    file.index() / FILES_PER_UNIT
}

impl SchemaUnit {
    /// Evaluates the schema of a project.
    pub(super) fn evaluate(sources: &SourceTree) -> Self {
        let mut interpreter = Interpreter::new(sources, sources.schema().into_iter());
        let LinkedSchema { schema, triggers } = linked_schema(&mut interpreter, sources);
        let mut trigger_files: Vec<FileId> = triggers.iter().map(|trigger| trigger.place.file).collect();
        trigger_files.sort_unstable();
        trigger_files.dedup();
        Self {
            schema: std::sync::Arc::new(schema),
            trigger_files,
            evaluated: interpreter.evaluated().collect(),
            id_tables: id_tables(&interpreter),
            consulted: Consulted { files: interpreter.consulted(), tables: Vec::new() },
        }
    }
}

impl Unit {
    /// Evaluates what some files declare.
    pub(super) fn evaluate(surroundings: &Surroundings<'_>, files: Range<usize>) -> Self {
        let Surroundings { sources, relevance, schema, lunora_prefix } = *surroundings;
        let own = sources.files.get(files.clone()).unwrap_or_default();
        let view = SchemaView::new(&schema.schema);
        let mut interpreter = Interpreter::new(sources, own.iter().map(|file| &**file));
        let triggers = triggers(&mut interpreter, surroundings, own);
        interpreter.schema = Some(&view);
        let roots =
            procedures::find_roots(&mut interpreter, sources, lunora_prefix, relevance, files, triggers);
        let builder = PathBuilder { sources, schema: &view, interpreter: &interpreter };
        let operations = gather(&builder, &roots.roots);
        let evaluated: FxHashSet<FunctionKey> = interpreter.evaluated().collect();
        let left: Vec<&SourceFile> = own
            .iter()
            .map(|file| &**file)
            .filter(|file| is_left(relevance, file, |key| evaluated.contains(&key)))
            .collect();
        let detached =
            procedures::run_detached(&mut interpreter, &left, |function| evaluated.contains(&function));
        let builder = PathBuilder { sources, schema: &view, interpreter: &interpreter };
        let detached = detached.into_iter().map(|root| {
            let (operations, evaluated) = gather_detached(&builder, root.activation);
            DetachedOperations { file: root.file, function: root.function, evaluated, operations }
        });
        let mut unit = Self {
            detached: detached.collect(),
            procedures: roots.roots.into_iter().map(|root| (root.order, root.procedure)).collect(),
            dispatches: roots.dispatches,
            modules: roots.modules,
            unreadable_exports: roots.unreadable_exports,
            id_tables: id_tables(&interpreter),
            operations,
            evaluated: evaluated.into_iter().collect(),
            consulted: Consulted { files: interpreter.consulted(), tables: Vec::new() },
        };
        drop(interpreter);
        unit.consulted.tables = view.into_asked();
        for id in &unit.operations.with_identity {
            if let Some((_, procedure)) = unit.procedures.get_mut(id.0 as usize) {
                Arc::make_mut(procedure).uses_identity = true;
            }
        }
        for id in &unit.operations.with_permission {
            if let Some((_, procedure)) = unit.procedures.get_mut(id.0 as usize) {
                Arc::make_mut(procedure).asks_for_permission = true;
            }
        }
        unit
    }
}

/// Whether a file has functions that may use the database and that nothing seems to reach.
pub(super) fn is_left(
    relevance: &Relevance,
    file: &SourceFile,
    is_reached: impl Fn(FunctionKey) -> bool,
) -> bool {
    relevance.uses_database(file.id) && procedures::has_unreached(file, is_reached)
}

/// The handlers of triggers, if files of a unit hold some: they are values, which do not outlive an interpreter.
fn triggers(
    interpreter: &mut Interpreter<'_>,
    surroundings: &Surroundings<'_>,
    own: &[Arc<SourceFile>],
) -> Vec<TriggerHandler> {
    let trigger_files = &surroundings.schema.trigger_files;
    if own.iter().all(|file| trigger_files.binary_search(&file.id).is_err()) {
        return Vec::new();
    }
    linked_schema(interpreter, surroundings.sources).triggers
}

fn linked_schema(interpreter: &mut Interpreter<'_>, sources: &SourceTree) -> LinkedSchema {
    let value = find_schema(interpreter, sources);
    schema::link_schema(interpreter, value.as_ref())
}

fn id_tables(interpreter: &Interpreter<'_>) -> Vec<TableName> {
    let names = interpreter.id_tables.iter();
    names.map(|name| TableName { name: name.text.clone(), place: name.place }).collect()
}
