//! A tree after changes is the tree that a fresh load gives.

use std::path::PathBuf;
use std::sync::Arc;

use super::{app, load_at, names, relatives};
use crate::{Memory, Overlay, ProblemKind, SourceTree};

fn project() -> Memory {
    app(&[
        ("/app/lunora/a.ts", "import { b } from './b'; import { h } from '@/h'; export const a = 1;"),
        ("/app/lunora/b.ts", "export const b = 1;"),
        ("/app/src/h.ts", "export const h = 1;"),
        ("/app/tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#),
    ])
}

/// Reloads after `changed` and compares with a fresh load.
fn reloaded(tree: &SourceTree, memory: &Memory, changed: &[&str]) -> SourceTree {
    let paths: Vec<PathBuf> = changed.iter().map(PathBuf::from).collect();
    let reloaded = tree.reload(memory, &paths);
    assert_eq!(format!("{reloaded:?}"), format!("{:?}", load_at(memory, "/app")));
    reloaded
}

#[test]
fn only_a_file_that_changed_is_read_again() {
    let mut memory = project();
    let before = load_at(&memory, "/app");
    memory.insert("/app/lunora/a.ts", "import '@/h'; import './b'; export const changed = 2;");
    memory.insert("/app/lunora/b.ts", "this change is not announced");
    let paths = [PathBuf::from("/app/lunora/a.ts")];
    let after = before.reload(&memory, &paths);
    assert!(after.files[0].text.contains("changed"));
    for (old, new) in before.files.iter().zip(&after.files).skip(1) {
        assert!(Arc::ptr_eq(&old.facts.program, &new.facts.program));
    }
    assert_eq!(before.files[0].modules.len(), after.files[0].modules.len());
}

#[test]
fn new_imports_load_files_and_lost_ones_drop_them() {
    let mut memory = project();
    let mut tree = load_at(&memory, "/app");
    memory.insert("/app/src/late.ts", "");
    memory.insert("/app/lunora/a.ts", "import '@/late';");
    tree = reloaded(&tree, &memory, &["/app/lunora/a.ts"]);
    assert_eq!(relatives(&tree), ["lunora/a.ts", "lunora/b.ts", "lunora/schema.ts", "src/late.ts"]);
}

#[test]
fn files_come_and_go() {
    let mut memory = project();
    let mut tree = load_at(&memory, "/app");
    memory.insert("/app/lunora/deep/c.ts", "import '../a';");
    tree = reloaded(&tree, &memory, &["/app/lunora/deep/c.ts"]);
    assert_eq!(names(&tree, "lunora/deep/c.ts"), "lunora/a.ts");
    memory.remove("/app/lunora/deep/c.ts");
    memory.remove("/app/lunora/b.ts");
    tree = reloaded(&tree, &memory, &["/app/lunora/deep", "/app/lunora/b.ts"]);
    assert_eq!(relatives(&tree), ["lunora/a.ts", "lunora/schema.ts", "src/h.ts"]);
    memory.remove("/app/lunora/schema.ts");
    tree = reloaded_without_schema(&tree, &memory);
    memory.insert("/app/lunora/schema.ts", super::SCHEMA);
    reloaded(&tree, &memory, &["/app/lunora/schema.ts"]);
}

fn reloaded_without_schema(tree: &SourceTree, memory: &Memory) -> SourceTree {
    let tree = tree.reload(memory, &["/app/lunora/schema.ts".into()]);
    assert!(tree.schema().is_none());
    tree
}

#[test]
fn a_changed_configuration_resolves_anew() {
    let mut memory = project();
    let tree = load_at(&memory, "/app");
    memory.insert("/app/tsconfig.json", "{}");
    let tree = reloaded(&tree, &memory, &["/app/tsconfig.json"]);
    assert_eq!(relatives(&tree), ["lunora/a.ts", "lunora/b.ts", "lunora/schema.ts"]);
}

#[test]
fn problems_come_and_go_with_their_files() {
    let mut memory = project();
    let tree = load_at(&memory, "/app");
    memory.insert("/app/lunora/b.ts", "\0");
    let tree = reloaded(&tree, &memory, &["/app/lunora/b.ts"]);
    assert_eq!(tree.problems[0].kind, ProblemKind::NotText);
    memory.insert("/app/lunora/b.ts", "");
    assert!(reloaded(&tree, &memory, &["/app/lunora/b.ts"]).problems.is_empty());
}

#[test]
fn what_is_no_part_of_the_project_changes_nothing() {
    let memory = project();
    let tree = load_at(&memory, "/app");
    let after = reloaded(&tree, &memory, &["/app/README.md"]);
    assert!(Arc::ptr_eq(&tree.files[0].text, &after.files[0].text));
}

#[test]
fn a_closed_buffer_gives_the_file_back() {
    let memory = project();
    let path = PathBuf::from("/app/lunora/b.ts");
    let open = Overlay::new(&memory, [(path.clone(), "export const buffer = 1;")]);
    let tree = load_at(&open, "/app");
    assert_eq!(&*tree.files[1].text, "export const buffer = 1;");
    assert_eq!(&*tree.reload(&memory, &[path]).files[1].text, "export const b = 1;");
}
