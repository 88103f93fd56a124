//! Linking: from evaluated code to the project's model.

mod assemble;
mod calls;
mod compact;
mod evaluated;
mod exits;
mod indexes;
mod linker;
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
mod threads;
mod unit;

use std::rc::Rc;
use std::sync::Arc;

use lunora_source::SourceTree;

pub use self::linker::{LinkWork, Linker};
use crate::evaluate::Interpreter;
use crate::evaluate::declaration::SchemaValue;
use crate::evaluate::value::Value;
use crate::project::Project;

pub(crate) use calls::{Callee, HeldCall, Holder};
pub(crate) use recording::{Recording, record};

/// Links the files of a project.
pub(crate) fn link(sources: Arc<SourceTree>) -> Project {
    evaluated::Evaluated::of(&sources).into_project(sources)
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
