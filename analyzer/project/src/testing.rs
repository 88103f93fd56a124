//! Projects in memory, for the tests of this crate.

use std::path::PathBuf;
use std::sync::Arc;

use lunora_source::{DiscoveryOptions, Memory, find_projects, load};

use crate::project::Project;

/// A project of these files, linked. An empty schema is added if there is none.
pub(crate) fn project(files: &[(&str, &str)]) -> Project {
    let schema = "import { defineSchema } from \"@lunora/server\";\nexport default defineSchema({});\n";
    let mut memory = Memory::new([("/app/lunora/schema.ts", schema)]);
    for (path, text) in files {
        memory.insert(format!("/app/{path}"), text);
    }
    let options = DiscoveryOptions::default();
    let locations = find_projects(&memory, &[PathBuf::from("/app")], &options).expect("a project");
    let tree = load(&memory, &locations[0], &options).expect("the project loads");
    Project::link(Arc::new(tree))
}
