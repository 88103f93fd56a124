//! From paths to projects.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::SCHEMA;
use crate::{
    DiscoveryOptions, Entry, FileSystem, Memory, Metadata, ProblemKind, SourceError, find_projects, load,
};

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

/// Files of which nobody may look into one folder.
#[derive(Clone)]
struct Locked {
    files: Memory,
    folder: &'static str,
}

impl Locked {
    fn unless_locked<T>(&self, is_inside: bool, look: io::Result<T>) -> io::Result<T> {
        if is_inside { Err(ErrorKind::PermissionDenied.into()) } else { look }
    }

    fn is_below(&self, path: &Path) -> bool {
        path.starts_with(self.folder) && path != Path::new(self.folder)
    }
}

impl FileSystem for Locked {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.unless_locked(self.is_below(path), self.files.read(path))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.unless_locked(self.is_below(path), self.files.metadata(path))
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.unless_locked(path.starts_with(self.folder), self.files.read_dir(path))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.unless_locked(self.is_below(path), self.files.canonicalize(path))
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.clone())
    }
}

#[test]
fn a_lunora_folder_that_nobody_may_look_into_is_a_project_that_cannot_be_read() {
    let files = Locked { files: monorepo(), folder: "/repo/backend/lunora" };
    let options = DiscoveryOptions::default();
    for (named, number) in [("/repo", 3), ("/repo/backend", 2), ("/repo/backend/lunora", 1)] {
        let projects = find_projects(&files, &[PathBuf::from(named)], &options).expect("projects");
        assert_eq!(projects.len(), number, "{named}: {projects:?}");
        for project in projects {
            let is_locked = project.root.ends_with("backend");
            match load(&files, &project, &options) {
                Err(SourceError::Path { path, source }) => {
                    assert!(is_locked);
                    assert_eq!(path, Path::new("/repo/backend/lunora"));
                    assert_eq!(source.kind(), ErrorKind::PermissionDenied);
                }
                tree => assert!(!is_locked && tree.is_ok(), "{}", project.root.display()),
            }
        }
    }
}

#[test]
fn a_folder_in_a_project_that_nobody_may_look_into_is_a_problem_of_its_own() {
    let files = Locked { files: monorepo(), folder: "/repo/apps/web/lunora/messages" };
    let options = DiscoveryOptions::default();
    let projects = find_projects(&files, &[PathBuf::from("/repo/apps/web")], &options).expect("a project");
    let tree = load(&files, &projects[0], &options).expect("a tree");
    let problem = tree.problems.iter().find(|problem| problem.path.ends_with("lunora/messages"));
    assert!(matches!(problem.map(|problem| &problem.kind), Some(ProblemKind::Unreadable(_))));
    assert_eq!(tree.files.len(), 1);
}

#[test]
fn a_folder_above_that_nobody_may_look_into_holds_no_project() {
    let files = Locked { files: monorepo(), folder: "/repo/apps" };
    let projects = find_projects(&files, &[PathBuf::from("/repo")], &DiscoveryOptions::default());
    let roots: Vec<PathBuf> = projects.expect("projects").into_iter().map(|project| project.root).collect();
    assert_eq!(roots, ["/repo/backend", "/repo/backend/examples/x"].map(PathBuf::from));
}
