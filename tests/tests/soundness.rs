//! The engine as a witness: what the code does when it runs lies within what the analyzer claims.
//!
//! Every example and labelled project is loaded by the engine, which knows nothing of the analyzer's evaluation. The tables that the code
//! builds must be those that were read, and each operation seen while procedures run on generated rows must lie inside of a claimed
//! access to that table.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_engine::{CallOptions, Engine, Operation, Options};
use lunora_project::schema::IndexKind;
use lunora_project::{Place, Project};
use lunora_source::{DiscoveryOptions, Disk, LineIndex, ProjectLocation, find_projects, load};

/// Rows a table.
const ROWS: usize = 20;
/// Runs a procedure, each with other arguments and as another user.
const RUNS: usize = 4;

fn locations() -> Vec<ProjectLocation> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = [root.join("projects"), root.join("../examples")];
    find_projects(&Disk, &paths, &DiscoveryOptions::default()).unwrap()
}

fn analysed(location: &ProjectLocation) -> Option<(Engine, Project)> {
    let tree = load(&Disk, location, &DiscoveryOptions::default()).unwrap();
    let engine = Engine::load(&tree, Options::default()).ok()?;
    Some((engine, Project::link(Arc::new(tree))))
}

#[test]
fn the_tables_that_code_builds_are_those_that_were_read() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for location in locations() {
        let Some((engine, project)) = analysed(&location) else { continue };
        for table in &engine.schema().tables {
            let Some(read) = project.schema.table(&table.name) else {
                if project.schema.is_complete {
                    differences.push(format!("{}: `{}` was not read", location.root.display(), table.name));
                }
                continue;
            };
            let mut check = |what: &str, built: BTreeSet<String>, read: BTreeSet<String>| {
                if built != read {
                    differences.push(format!(
                        "{}: {what} of `{}`: built {built:?}, read {read:?}",
                        location.root.display(),
                        table.name
                    ));
                }
            };
            if read.has_all_columns {
                // Columns that a modifier adds are listed by one side only.
                let declared = read.columns.iter().filter(|column| !column.is_implicit);
                let declared: BTreeSet<String> = declared.map(|column| column.name.clone()).collect();
                let built = table.columns.iter().map(|column| column.name.clone());
                let added = |name: &String| read.column(name).is_none_or(|column| !column.is_implicit);
                check("columns", built.filter(added).collect(), declared);
            }
            if read.has_all_indexes {
                let built = table.indexes.iter().map(|index| format!("{:?}", index.name));
                let secondary = read.indexes.iter().filter(|index| index.kind == IndexKind::Secondary);
                let named = secondary.filter_map(|index| index.name.as_ref());
                check("indexes", built.collect(), named.map(|name| format!("{name:?}")).collect());
            }
            compared += 1;
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(compared > 200, "only {compared} tables were compared");
}

#[test]
fn every_operation_that_runs_was_claimed() {
    let mut missed = BTreeSet::new();
    let mut seen = 0;
    for location in locations() {
        let Some((mut engine, project)) = analysed(&location) else { continue };
        if engine.seed(ROWS, 1).is_err() {
            continue;
        }
        let keys: Vec<String> =
            engine.procedures().iter().filter(|one| one.is_callable()).map(|one| one.key.clone()).collect();
        let identities = engine.identities();
        for key in keys {
            for (run, identity) in identities.iter().cycle().take(RUNS).enumerate() {
                let Ok(arguments) = engine.arguments(&key, Some(identity), run as u64) else { continue };
                let options = CallOptions { identity: Some(identity.clone()), shard: None };
                let Ok(result) = engine.call(&key, &arguments, &options) else { continue };
                for operation in &result.trace.operations {
                    seen += 1;
                    if !is_claimed(&project, operation) {
                        missed.insert(format!(
                            "{}: {key}: {} on {:?} at {:?}",
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
    assert!(missed.is_empty(), "{}", missed.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(seen > 1_000, "only {seen} operations were seen");
}

/// Whether an operation lies inside of an access to its table that the analyzer knows of.
fn is_claimed(project: &Project, operation: &Operation) -> bool {
    let table = operation.table.as_deref();
    let names = |is_known: bool, tables: &[lunora_project::access::TableName]| {
        !is_known || table.is_none() || tables.iter().any(|one| Some(one.name.as_str()) == table)
    };
    let is_written = operation.statements.iter().any(|statement| statement.rows_written > 0);
    let by_write = project
        .writes
        .iter()
        .any(|write| names(write.is_table_known, &write.tables) && encloses(project, write.place, operation));
    if is_written {
        return by_write;
    }
    by_write
        || project.reads.iter().any(|read| {
            read.paths.iter().any(|path| names(path.is_table_known, &path.tables))
                && encloses(project, read.place, operation)
        })
}

/// Whether one of the source positions of an operation lies within a place.
fn encloses(project: &Project, place: Place, operation: &Operation) -> bool {
    let file = project.file(place.file);
    operation.sites.iter().chain(&operation.opened).filter(|site| site.file == file.relative).any(|site| {
        let span = project.span(place);
        let lines = LineIndex::new(&file.text);
        let (start, end) = (lines.utf16(span.start), lines.utf16(span.end));
        (start.line, start.column) <= (site.line, site.column)
            && (site.line, site.column) <= (end.line, end.column)
    })
}

/// The folder of the labelled projects exists: without it the tests above would prove nothing.
#[test]
fn there_are_projects_to_run() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("projects");
    assert!(folder.is_dir());
    assert!(locations().len() > 30);
}
