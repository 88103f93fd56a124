//! From paths to projects.

use std::path::{Path, PathBuf};

use super::SCHEMA;
use crate::{DiscoveryOptions, Memory, SourceError, find_projects};

fn monorepo() -> Memory {
    Memory::new([
        ("/repo/apps/web/lunora/schema.ts", SCHEMA),
        ("/repo/apps/web/lunora/messages/list.ts", ""),
        ("/repo/apps/web/src/view.ts", ""),
        ("/repo/backend/lunora/schema.ts", SCHEMA),
        ("/repo/backend/examples/x/lunora/schema.ts", SCHEMA),
        ("/repo/docs/lunora/notes.ts", ""),
        ("/repo/node_modules/x/lunora/schema.ts", SCHEMA),
        ("/repo/.cache/lunora/schema.ts", SCHEMA),
        ("/repo/old/lunora/schema.ts", SCHEMA),
        ("/repo/.gitignore", "old/\n"),
    ])
}

fn roots(paths: &[&str]) -> Result<Vec<PathBuf>, SourceError> {
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let projects = find_projects(&monorepo(), &paths, &DiscoveryOptions::default())?;
    assert!(projects.iter().all(|project| project.lunora_dir == project.root.join("lunora")));
    Ok(projects.into_iter().map(|project| project.root).collect())
}

fn found(paths: &[&str]) -> Vec<PathBuf> {
    roots(paths).expect("projects are found")
}

#[test]
fn a_folder_above_several_projects_finds_each_once() {
    let all = ["/repo/apps/web", "/repo/backend", "/repo/backend/examples/x"].map(PathBuf::from);
    assert_eq!(found(&["/repo"]), all);
    assert_eq!(found(&["/repo/backend", "/repo", "/repo/apps/web/lunora"]), all);
}

#[test]
fn a_path_in_a_project_leads_to_it() {
    let web = [PathBuf::from("/repo/apps/web")];
    assert_eq!(found(&["/repo/apps/web"]), web);
    assert_eq!(found(&["/repo/apps/web/lunora"]), web);
    assert_eq!(found(&["/repo/apps/web/lunora/messages"]), web);
    assert_eq!(found(&["/repo/apps/web/lunora/messages/list.ts"]), web);
    assert_eq!(found(&["/repo/apps/web/src/view.ts"]), web);
}

#[test]
fn paths_without_a_project_are_named() {
    let error = roots(&["/repo/backend", "/repo/docs", "/repo/node_modules/x"]).expect_err("two lack one");
    let message = "no Lunora project found in /repo/docs and /repo/node_modules/x: looked for `lunora/schema.ts` there and below";
    assert_eq!(error.to_string(), message);
    assert!(matches!(roots(&["/none"]), Err(SourceError::Path { .. })));
}

#[test]
fn an_ignored_project_is_found_if_it_is_named() {
    assert_eq!(found(&["/repo/old"]), [PathBuf::from("/repo/old")]);
}

#[test]
fn the_lunora_folder_may_have_another_name() {
    let memory = Memory::new([("/a/convex/schema.ts", SCHEMA), ("/b/server/db/schema.ts", SCHEMA)]);
    for (name, root) in [("convex", "/a"), ("server/db", "/b")] {
        let options = DiscoveryOptions { lunora_dir: name.into(), ..Default::default() };
        let projects = find_projects(&memory, &["/".into()], &options).expect("found");
        assert_eq!(projects.len(), 1);
        assert_eq!(projects[0].root, Path::new(root));
        let named = find_projects(&memory, &[projects[0].lunora_dir.clone()], &options).expect("found");
        assert_eq!(named, projects);
    }
}

#[test]
fn an_invalid_exclude_pattern_is_an_error() {
    let options = DiscoveryOptions { exclude: vec!["lunora/{a".into()], ..Default::default() };
    let error = find_projects(&monorepo(), &["/repo".into()], &options).expect_err("unclosed");
    assert!(error.to_string().starts_with("`lunora/{a` is not a valid exclude pattern"), "{error}");
}
