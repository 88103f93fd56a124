//! Linking: from evaluated code to the project's model.

mod indexes;
mod operations;
mod paths;
mod plans;
mod predicates;
mod procedures;
mod schema;
mod selection;

use std::rc::Rc;
use std::sync::Arc;

use lunora_source::SourceTree;

use self::paths::PathBuilder;
use crate::access::{Dispatch, FunctionName, TableName};
use crate::evaluate::Interpreter;
use crate::evaluate::declaration::SchemaValue;
use crate::evaluate::value::Value;
use crate::project::Project;

/// Evaluation recurses with the nesting and the calls of the code that it reads, which have limits of their own
/// (`lunora_extract`, `evaluate::calls`); this much stack holds them with room to spare. It is reserved, not committed.
const STACK_BYTES: usize = 512 << 20;

/// Links the files of a project.
pub(crate) fn link(sources: Arc<SourceTree>) -> Project {
    let (sender, receiver) = std::sync::mpsc::channel();
    let own = Arc::clone(&sources);
    let thread =
        std::thread::Builder::new().name("link".to_owned()).stack_size(STACK_BYTES).spawn(move || {
            let mut interpreter = Interpreter::new(&own);
            let project = link_with(&mut interpreter, Arc::clone(&own));
            // Whoever waits need not wait for the values to be dropped.
            let _ = sender.send(project);
        });
    let Ok(thread) = thread else {
        // Without a thread of its own, the caller's stack has to do.
        return link_with(&mut Interpreter::new(&sources), Arc::clone(&sources));
    };
    match (receiver.recv(), thread) {
        (Ok(project), _) => project,
        (Err(_), thread) => match thread.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(()) => link_with(&mut Interpreter::new(&sources), Arc::clone(&sources)),
        },
    }
}

fn link_with(interpreter: &mut Interpreter<'_>, sources: Arc<SourceTree>) -> Project {
    let tree = &*sources;
    let schema_value = find_schema(interpreter, tree);
    let linked = schema::link_schema(interpreter, schema_value.as_ref());
    let schema = linked.schema;
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
    let prefix = lunora_prefix(tree);
    let roots = procedures::find_roots(interpreter, tree, &prefix, linked.triggers);
    let builder = PathBuilder { sources: tree, schema: &schema, interpreter };
    let mut operations = operations::gather(&builder, &roots);
    for dispatch in &roots.dispatches {
        operations.dispatches.push(Dispatch {
            place: dispatch.place,
            method: dispatch.method.clone(),
            target: dispatch.target.clone(),
            is_conditional: true,
            reached_from: Vec::new(),
            function: FunctionName { file: dispatch.place.file, name: None },
        });
    }
    let id_tables = id_tables(interpreter);
    let unread_files = tree
        .files
        .iter()
        .filter(|file| file.is_unreadable || !file.facts.errors.is_empty())
        .map(|file| file.id)
        .collect();
    Project {
        schema,
        procedures: roots.roots.into_iter().map(|root| root.procedure).collect(),
        reads: operations.reads,
        writes: operations.writes,
        dispatches: operations.dispatches,
        ambient: operations.ambient,
        endless_loops: operations.endless_loops,
        modules: roots.modules,
        id_tables,
        unread_files,
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

fn id_tables(interpreter: &Interpreter<'_>) -> Vec<TableName> {
    let mut tables: Vec<TableName> = Vec::new();
    for name in &interpreter.id_tables {
        let table = TableName { name: name.text.to_string(), place: name.place() };
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    tables.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| a.name.cmp(&b.name)));
    tables
}
