//! Small projects in memory.

use std::path::PathBuf;

use lunora_engine::{CallOptions, CallResult, Engine, Options, Outcome, Thrown};
use lunora_source::{DiscoveryOptions, Memory, find_projects, load};
use serde_json::Value;

/// A project of a schema and one file of functions, `lunora/rows.ts`.
pub(crate) fn project(schema: &str, functions: &str, options: Options) -> Engine {
    let schema = format!(
        "import {{ defineSchema, defineTable, v }} from \"lunorash/server\";\nexport default {schema};\n"
    );
    let functions = format!(
        "import {{ LunoraError }} from \"lunorash/server\";\nimport {{ query, mutation, action, internalMutation, v }} from \"./_generated/server\";\n\
         import {{ api, internal }} from \"./_generated/api\";\n{functions}"
    );
    let memory =
        Memory::new([("/p/lunora/schema.ts", schema.as_str()), ("/p/lunora/rows.ts", functions.as_str())]);
    let discovery = DiscoveryOptions::default();
    let locations = find_projects(&memory, &[PathBuf::from("/p")], &discovery).unwrap();
    let tree = load(&memory, &locations[0], &discovery).unwrap();
    let engine = Engine::load(&memory, &tree, options).unwrap();
    assert_eq!(engine.failed_modules(), []);
    engine
}

/// Calls a function of `rows.ts` as nobody.
pub(crate) fn call(engine: &mut Engine, name: &str, args: Value) -> CallResult {
    engine.call(&format!("rows:{name}"), &args, &CallOptions::default()).unwrap()
}

/// What a function of `rows.ts` returns.
pub(crate) fn value(engine: &mut Engine, name: &str, args: Value) -> Value {
    match call(engine, name, args).outcome {
        Outcome::Returned { value } => value.to_value(),
        other => panic!("{name}: {other:?}"),
    }
}

/// What a function of `rows.ts` throws.
pub(crate) fn thrown(engine: &mut Engine, name: &str, args: Value) -> Thrown {
    match call(engine, name, args).outcome {
        Outcome::Threw(thrown) => thrown,
        other => panic!("{name}: {other:?}"),
    }
}
