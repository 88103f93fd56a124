//! Renames on whole projects: what is accepted leaves a project that says the same under another name, and can be taken back.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_engine::{CallOptions, Engine, Options};
use lunora_lsp::features::rename::{Refusal, rename_edits};
use lunora_project::Project;
use lunora_project::mentions::Symbol;
use lunora_report::{Edit, apply_edits};
use lunora_rules::RuleSettings;
use lunora_source::{DiscoveryOptions, Disk, Overlay, ProjectLocation, SourceTree, find_projects, load};
use rayon::prelude::*;

const FRESH: &str = "zzRenamed";
/// Of the columns and indexes of a project, every so many are renamed; all tables are.
const STRIDE: usize = 5;
/// Rows a table.
const ROWS: usize = 12;
/// Runs a procedure, each with other arguments and as another user.
const RUNS: usize = 2;

fn locations() -> Vec<ProjectLocation> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = [root.join("projects"), root.join("../examples")];
    find_projects(&Disk, &paths, &DiscoveryOptions::default()).unwrap()
}

fn linked(tree: SourceTree) -> Project {
    Project::link(Arc::new(tree))
}

fn symbols(project: &Project, offset: usize) -> Vec<Symbol> {
    let tables = &project.schema.tables;
    let mut parts = Vec::new();
    for table in tables {
        parts.extend(table.columns.iter().map(|column| Symbol::of_column(&table.name, &column.name)));
        let names = table.indexes.iter().filter_map(|index| index.name.as_deref());
        parts.extend(names.map(|name| Symbol::of_index(&table.name, name)));
    }
    let tables = tables.iter().map(|table| Symbol::of_table(&table.name));
    tables.chain(parts.into_iter().skip(offset % STRIDE).step_by(STRIDE)).collect()
}

fn symbol_with_name(symbol: &Symbol, name: &str) -> Symbol {
    match symbol {
        Symbol::Table(_) => Symbol::of_table(name),
        Symbol::Column { table, .. } => Symbol::of_column(table, name),
        Symbol::Index { table, .. } => Symbol::of_index(table, name),
        other => other.clone(),
    }
}

/// The project after edits, read anew.
fn edited(project: &Project, edits: &[Edit]) -> (SourceTree, BTreeMap<PathBuf, String>) {
    let mut texts = BTreeMap::new();
    for edit in edits {
        let file = project.file(edit.file);
        let own = edits.iter().filter(|other| other.file == edit.file);
        texts.insert(file.path.clone(), apply_edits(&file.text, own).unwrap());
    }
    let overlay = Overlay::over_disk(texts.clone());
    let paths: Vec<PathBuf> = texts.keys().cloned().collect();
    (project.sources.reload(&overlay, &paths), texts)
}

fn findings(project: &Project) -> Vec<String> {
    let outcome = lunora_rules::run(project, &RuleSettings::default());
    let mut found: Vec<String> = outcome
        .findings
        .iter()
        .map(|finding| {
            let file = &project.file(finding.primary.file);
            // Of several places that are at fault together, these rules choose one by name.
            if matches!(finding.rule.name, "duplicate_index" | "circular_fk") {
                return format!("{} {}", finding.rule.name, file.relative);
            }
            let line = file.text[..finding.primary.span.start as usize].lines().count();
            format!("{} {}:{line} {}", finding.rule.name, file.relative, finding.level.as_str())
        })
        .collect();
    found.sort();
    found
}

/// What became of the renames of a project.
#[derive(Default)]
struct Outcome {
    accepted: usize,
    refused: usize,
    wrong: Vec<String>,
}

#[test]
fn renames_that_are_accepted_change_names_and_nothing_else() {
    let outcomes: Vec<Outcome> = locations().par_iter().enumerate().map(|(n, at)| renamed(n, at)).collect();
    let accepted: usize = outcomes.iter().map(|outcome| outcome.accepted).sum();
    let refused: usize = outcomes.iter().map(|outcome| outcome.refused).sum();
    let wrong: Vec<&String> = outcomes.iter().flat_map(|outcome| &outcome.wrong).collect();
    assert!(wrong.is_empty(), "{} of {accepted} are wrong ({refused} refused): {wrong:#?}", wrong.len());
    assert!(accepted > 300 && refused * 3 < accepted, "{accepted} accepted, {refused} refused");
}

fn renamed(number: usize, location: &ProjectLocation) -> Outcome {
    let mut outcome = Outcome::default();
    let project = linked(load(&Disk, location, &DiscoveryOptions::default()).unwrap());
    let before = findings(&project);
    for symbol in symbols(&project, number) {
        let edits = match rename_edits(&project, &symbol, FRESH) {
            Ok(edits) => edits,
            Err(Refusal::NotDeclared(_) | Refusal::Unread(_)) => continue,
            Err(_) => {
                outcome.refused += 1;
                continue;
            }
        };
        outcome.accepted += 1;
        let faults = faults(&project, &before, &symbol, &edits);
        let name = |fault| format!("{} {symbol:?}: {fault}", location.root.display());
        outcome.wrong.extend(faults.into_iter().map(name));
    }
    outcome
}

/// What is wrong with a rename.
fn faults(project: &Project, before: &[String], symbol: &Symbol, edits: &[Edit]) -> Vec<String> {
    let (tree, texts) = edited(project, edits);
    if tree.files.iter().any(|file| !file.facts.errors.is_empty()) {
        return vec!["it leaves code that does not parse".to_owned()];
    }
    let mut faults = Vec::new();
    let after = linked(tree);
    let now = findings(&after);
    if now != before {
        let gone: Vec<_> = before.iter().filter(|one| !now.contains(one)).collect();
        let new: Vec<_> = now.iter().filter(|one| !before.contains(one)).collect();
        faults.push(format!("findings change: {gone:?} became {new:?}"));
    }
    match rename_edits(&after, &symbol_with_name(symbol, FRESH), symbol.name()) {
        Ok(back) => {
            let (_, restored) = edited(&after, &back);
            let original = |path: &Path| project.sources.files.iter().find(|file| file.path == path);
            let is_same = |path: &PathBuf| {
                restored.get(path).map(String::as_str) == original(path).map(|file| &*file.text)
            };
            if !texts.keys().all(is_same) {
                faults.push("taking it back gives other bytes".to_owned());
            }
        }
        Err(refusal) => faults.push(format!("it can't be taken back: {refusal}")),
    }
    faults
}

#[test]
fn code_runs_as_before_under_the_new_name() {
    let mut compared = 0;
    let is_example =
        |location: &&ProjectLocation| location.root.parent().is_some_and(|root| root.ends_with("examples"));
    for location in locations().iter().filter(is_example) {
        let project = linked(load(&Disk, location, &DiscoveryOptions::default()).unwrap());
        let before = ran(&project.sources);
        for symbol in symbols(&project, 0).into_iter().step_by(5) {
            let Ok(edits) = rename_edits(&project, &symbol, FRESH) else { continue };
            let (tree, _) = edited(&project, &edits);
            assert_eq!(ran(&tree), before, "{} {symbol:?}", location.root.display());
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

/// How many calls of each procedure succeed on generated rows.
fn ran(tree: &SourceTree) -> BTreeMap<String, usize> {
    let mut engine = Engine::load(&Disk, tree, Options::default()).unwrap();
    engine.seed(ROWS, 1).unwrap();
    let callable = engine.procedures().iter().filter(|procedure| procedure.is_callable());
    let keys: Vec<String> = callable.map(|procedure| procedure.key.clone()).collect();
    let identities = engine.identities();
    let mut succeeded = BTreeMap::new();
    for key in keys {
        for (run, identity) in identities.iter().cycle().take(RUNS).enumerate() {
            let options = CallOptions { identity: Some(identity.clone()), shard: None };
            let Ok(arguments) = engine.arguments(&key, Some(identity), run as u64) else { continue };
            let count = succeeded.entry(key.clone()).or_insert(0);
            *count += usize::from(engine.call(&key, &arguments, &options).is_ok());
        }
    }
    succeeded
}
