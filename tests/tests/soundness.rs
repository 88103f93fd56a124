//! The engine as a witness: what the code does when it runs lies within what the analyzer claims.
//!
//! Every example and labelled project is loaded by the engine, which knows nothing of the analyzer's evaluation. The tables that the code
//! builds must be those that were read, and each operation seen while procedures run on generated rows must lie inside of a claimed
//! access to that table.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_engine::{CallOptions, Engine, Limits, Options};
use lunora_project::Project;
use lunora_source::{DiscoveryOptions, Disk, ProjectLocation, find_projects, load};
use lunora_tests::trial::schema_differences;
use lunora_tests::witness::{Claims, Verdict};

/// Rows a table.
const ROWS: usize = 20;
/// Runs a procedure, each with other arguments and as another user.
const RUNS: usize = 4;

fn locations() -> Vec<ProjectLocation> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = [root.join("projects"), root.join("../examples")];
    find_projects(&Disk, &paths, &DiscoveryOptions::default()).unwrap()
}

/// Some projects never end, on purpose.
fn options() -> Options {
    let limits = Limits { steps: 300, memory: 64 << 20, ..Limits::default() };
    Options { limits, ..Options::default() }
}

fn analysed(location: &ProjectLocation) -> Option<(Engine, Project)> {
    let tree = load(&Disk, location, &DiscoveryOptions::default()).unwrap();
    let engine = Engine::load(&Disk, &tree, options()).ok()?;
    Some((engine, Project::link(Arc::new(tree))))
}

#[test]
fn the_tables_that_code_builds_are_those_that_were_read() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for location in locations() {
        let Some((engine, project)) = analysed(&location) else { continue };
        compared += engine.schema().tables.len();
        let found = schema_differences(&engine, &project);
        differences
            .extend(found.into_iter().map(|difference| format!("{}: {difference}", location.root.display())));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(compared > 200, "only {compared} tables were compared");
}

#[test]
fn every_operation_that_runs_was_claimed() {
    let mut missed = BTreeSet::new();
    let (mut seen, mut indeterminate) = (0, 0);
    for location in locations() {
        let Some((mut engine, project)) = analysed(&location) else { continue };
        if engine.seed(ROWS, 1).is_err() {
            continue;
        }
        let keys: Vec<String> =
            engine.procedures().iter().filter(|one| one.is_callable()).map(|one| one.key.clone()).collect();
        let identities = engine.identities();
        let schema = engine.schema().clone();
        let claims = Claims::of(&project, &schema);
        for key in keys {
            for (run, identity) in identities.iter().cycle().take(RUNS).enumerate() {
                let Ok(arguments) = engine.arguments(&key, Some(identity), run as u64) else { continue };
                let options = CallOptions { identity: Some(identity.clone()), shard: None };
                let Ok(result) = engine.call(&key, &arguments, &options) else { continue };
                for operation in &result.trace.operations {
                    seen += 1;
                    match claims.judge(operation) {
                        Verdict::Claimed => {}
                        Verdict::Indeterminate => indeterminate += 1,
                        Verdict::Missed(why) => {
                            missed.insert(format!(
                                "{}: {key}: {} on {:?} at {:?}: {why}",
                                location.root.display(),
                                operation.method,
                                operation.table,
                                operation.sites.first()
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(seen > 1_000, "only {seen} operations were seen");
    assert!(indeterminate * 10 < seen, "{indeterminate} of {seen} operations are indeterminate");
}

/// The folder of the labelled projects exists: without it the tests above would prove nothing.
#[test]
fn there_are_projects_to_run() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("projects");
    assert!(folder.is_dir());
    assert!(locations().len() > 30);
}
