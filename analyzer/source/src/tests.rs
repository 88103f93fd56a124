//! Whole projects, in memory and on disk.

mod effort;
mod files;
mod imports;
mod packages;
mod projects;
mod reload;

use std::path::Path;

use crate::{DiscoveryOptions, FileRole, FileSystem, Memory, Module, SourceTree, find_projects, load};

const SCHEMA: &str = "export default defineSchema({});";

/// A file system with a project at `/app`, these files besides.
fn app(files: &[(&str, &str)]) -> Memory {
    let mut memory = Memory::new([("/app/lunora/schema.ts", SCHEMA)]);
    for (path, text) in files {
        memory.insert(path, text);
    }
    memory
}

/// The only project at or below a folder.
fn load_at(file_system: &dyn FileSystem, path: impl AsRef<Path>) -> SourceTree {
    load_with(file_system, path, &DiscoveryOptions::default())
}

fn load_with(file_system: &dyn FileSystem, path: impl AsRef<Path>, options: &DiscoveryOptions) -> SourceTree {
    let projects = find_projects(file_system, &[path.as_ref().to_path_buf()], options)
        .expect("the fixture holds a project");
    let [project] = projects.as_slice() else { panic!("not one project: {projects:?}") };
    load(file_system, project, options).expect("the project loads")
}

/// What the only specifier of a file names: the relative path of a file, or the module as Rust prints it.
fn names(tree: &SourceTree, relative: &str) -> String {
    let file = tree.files.iter().find(|file| file.relative == relative).expect("the file is loaded");
    let modules: Vec<String> = file
        .modules
        .values()
        .map(|module| match module {
            Module::File(id) => tree.file(*id).relative.clone(),
            other => format!("{other:?}"),
        })
        .collect();
    modules.join(", ")
}

fn relatives(tree: &SourceTree) -> Vec<&str> {
    tree.files.iter().map(|file| file.relative.as_str()).collect()
}

fn roles(tree: &SourceTree) -> Vec<(&str, FileRole)> {
    tree.files.iter().map(|file| (file.relative.as_str(), file.role)).collect()
}
