//! Linking: from evaluated code to the project's model.

mod exits;
mod groups;
mod indexes;
mod merge;
mod names;
mod operations;
mod paths;
mod plans;
mod predicates;
mod procedures;
mod recording;
mod relevance;
mod schema;
mod selection;

use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use lunora_source::SourceTree;

use self::procedures::RootOrder;
use crate::access::{Dispatch, FunctionName};
use crate::evaluate::Interpreter;
use crate::evaluate::declaration::SchemaValue;
use crate::evaluate::value::Value;
use crate::procedure::{Procedure, ProcedureId};
use crate::project::Project;

pub(crate) use recording::{Recording, record};

/// Links the files of a project.
pub(crate) fn link(sources: Arc<SourceTree>) -> Project {
    link_on(sources, rayon::current_num_threads())
}

/// Links the files of a project on so many threads.
pub(crate) fn link_on(sources: Arc<SourceTree>, threads: usize) -> Project {
    let mut groups = groups::link_groups(&sources, threads);
    let schema = groups.first_mut().map(|group| std::mem::take(&mut group.schema)).unwrap_or_default();
    let mut all: Vec<(RootOrder, usize, usize, Procedure)> = Vec::new();
    let mut operations = Vec::new();
    let mut modules = Vec::new();
    let mut unreadable_exports = Vec::new();
    let mut module_dispatches = Vec::new();
    let mut id_tables = Vec::new();
    for (group, linked) in groups.into_iter().enumerate() {
        let count = linked.procedures.len();
        all.extend(
            linked
                .procedures
                .into_iter()
                .enumerate()
                .map(|(position, (order, procedure))| (order, group, position, procedure)),
        );
        operations.push((linked.operations, vec![ProcedureId(0); count]));
        modules.extend(linked.modules);
        unreadable_exports.extend(linked.unreadable_exports);
        module_dispatches.extend(linked.dispatches);
        id_tables.extend(linked.id_tables);
    }
    all.sort_by_key(|(order, group, position, _)| (*order, *group, *position));
    let mut procedures = Vec::with_capacity(all.len());
    for (index, (_, group, position, mut procedure)) in all.into_iter().enumerate() {
        let own = ProcedureId(u32::try_from(position).unwrap_or(u32::MAX));
        procedure.uses_identity = operations[group].0.with_identity.contains(&own);
        operations[group].1[position] = ProcedureId(u32::try_from(index).unwrap_or(u32::MAX));
        procedures.push(procedure);
    }
    let mut operations = merge::merge(operations);
    module_dispatches.sort_by_key(|dispatch| dispatch.place);
    operations.dispatches.extend(module_dispatches.into_iter().map(|dispatch| Dispatch {
        place: dispatch.place,
        call: dispatch.call,
        has_shard_key: Some(false),
        method: dispatch.method,
        target: dispatch.target,
        is_conditional: true,
        reached_from: Vec::new(),
        function: FunctionName { file: dispatch.place.file, name: None },
    }));
    id_tables.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.name.cmp(&b.name)));
    id_tables.dedup();
    let unread_files = sources
        .files
        .iter()
        .filter(|file| file.is_unreadable || !file.facts.errors.is_empty())
        .map(|file| file.id)
        .collect();
    Project {
        schema,
        procedures,
        reads: operations.reads,
        writes: operations.writes,
        dispatches: operations.dispatches,
        ambient: operations.ambient,
        endless_loops: operations.endless_loops,
        modules,
        references: names::references(&sources),
        imports: names::imports(&sources),
        unreadable_exports,
        id_tables,
        unread_files,
        mentions: OnceLock::new(),
        sources,
    }
}

/// The schema: what `schema.ts` exports by default, else any schema that it declares.
fn find_schema(interpreter: &mut Interpreter<'_>, tree: &SourceTree) -> Option<Rc<SchemaValue>> {
    let file = tree.schema()?.id;
    interpreter.run_module(file);
    if let Some(Value::Schema(schema)) = interpreter.export(file, "default") {
        return Some(schema);
    }
    let exported = interpreter.own_exports(file).into_iter().map(|(_, value, _)| value);
    let exported: Vec<Value> = exported.collect();
    let bindings = interpreter.module_bindings(file);
    exported.into_iter().chain(bindings).find_map(|value| match value {
        Value::Schema(schema) => Some(schema),
        _ => None,
    })
}

/// The Lunora folder relative to the project's root, with `/` separators.
fn lunora_prefix(tree: &SourceTree) -> String {
    tree.location
        .lunora_dir
        .strip_prefix(&tree.location.root)
        .map(|prefix| {
            let parts: Vec<_> = prefix.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            format!("{}/", parts.join("/"))
        })
        .unwrap_or_default()
}
