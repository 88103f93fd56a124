//! Every procedure of every example, and of every labelled project, runs on generated rows.

use std::path::{Path, PathBuf};

use lunora_engine::{CallOptions, Engine, EngineError, Limit, Limits, Options, Outcome};
use lunora_source::{DiscoveryOptions, Disk, find_projects, load};
use serde_json::json;

/// How often a procedure is called, with other users and arguments, until it returns.
const ATTEMPTS: u64 = 30;

/// What the examples get wrong on purpose: an index, a table or a reader that isn't there.
const WRONG_ON_PURPOSE: &[&str] = &["has no index", "has no rank index", "no fluent reader", "unknown table"];

#[test]
fn every_procedure_of_every_example_runs() {
    let mut report = Vec::new();
    let (mut returned, mut total) = (0, 0);
    for (name, engine) in engines("../examples") {
        let mut engine = engine.unwrap();
        assert_eq!(engine.failed_modules(), [], "{name}");
        engine.seed(50, 1).unwrap();
        for key in callable(&engine) {
            let outcome = best(&mut engine, &key);
            total += 1;
            match &outcome {
                Outcome::Returned { .. } => returned += 1,
                Outcome::Threw(thrown) if thrown.is_lunora_error => {
                    if !WRONG_ON_PURPOSE.iter().any(|reason| thrown.message.contains(reason)) {
                        report.push(format!("{name} {key}: {}", thrown.message));
                    }
                }
                other => panic!("{name} {key}: {other:?}"),
            }
        }
    }
    assert!(
        total > 200 && returned * 20 >= total * 18 && report.len() * 20 < total,
        "{returned} of {total}\n{}",
        report.join("\n")
    );
}

#[test]
fn labelled_projects_run_as_far_as_their_packages_are_there() {
    let (mut returned, mut lost) = (0, Vec::new());
    for (name, engine) in engines("../tests/projects") {
        let mut engine = engine.unwrap();
        engine.seed(20, 1).unwrap();
        for key in callable(&engine) {
            match best(&mut engine, &key) {
                Outcome::Returned { .. } => returned += 1,
                // A mistake of the code, or what is not here.
                Outcome::Threw(thrown) if thrown.code == "INTERNAL" => {
                    assert!(!thrown.sites.is_empty(), "{name} {key}")
                }
                Outcome::NotVerifiable { .. } => {}
                // Some never end on purpose.
                Outcome::Exceeded { limit } => assert_eq!(limit, Limit::Steps, "{name} {key}"),
                other => lost.push(format!("{name} {key}: {other:?}")),
            }
        }
    }
    assert!(
        returned > 700 && lost.len() * 20 < returned,
        "{returned} returned, these did not:\n{}",
        lost.join("\n")
    );
}

fn engines(folder: &str) -> impl Iterator<Item = (String, Result<Engine, EngineError>)> {
    let discovery = DiscoveryOptions::default();
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    find_projects(&Disk, &[folder], &discovery).unwrap().into_iter().map(move |location| {
        let tree = load(&Disk, &location, &discovery).unwrap();
        let limits = Limits { steps: 200, memory: 64 << 20, ..Limits::default() };
        (
            location.root.display().to_string(),
            Engine::load(&Disk, &tree, Options { limits, ..Options::default() }),
        )
    })
}

fn callable(engine: &Engine) -> Vec<String> {
    engine
        .procedures()
        .iter()
        .filter(|procedure| procedure.is_callable())
        .map(|procedure| procedure.key.clone())
        .collect()
}

/// The first outcome that returns, else the last that got beyond signing in, else the last.
fn best(engine: &mut Engine, key: &str) -> Outcome {
    let identities = engine.identities();
    let mut best = None;
    for (attempt, identity) in (0..ATTEMPTS).zip(identities.iter().cycle()) {
        let mut identity = identity.clone();
        identity.claims.insert("role".into(), json!("staff"));
        let args = engine.arguments(key, Some(&identity), attempt).unwrap();
        let options = CallOptions { identity: Some(identity), shard: None };
        let result = engine.call(key, &args, &options).unwrap();
        for operation in &result.trace.operations {
            assert!(!operation.sites.is_empty() || !operation.opened.is_empty(), "{key}: {operation:?}");
        }
        let outcome = result.outcome;
        if matches!(
            outcome,
            Outcome::Returned { .. } | Outcome::NotVerifiable { .. } | Outcome::Exceeded { .. }
        ) {
            return outcome;
        }
        let is_refused = matches!(&outcome, Outcome::Threw(thrown) if matches!(thrown.status, 401 | 403));
        if best.is_none() || !is_refused {
            best = Some(outcome);
        }
    }
    best.unwrap()
}
