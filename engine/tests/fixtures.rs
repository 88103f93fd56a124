//! The labelled projects of the repository load, as far as they are meant to.

use std::path::PathBuf;

use lunora_engine::{CallOptions, Engine, Options, Outcome};
use lunora_source::{DiscoveryOptions, Disk, find_projects, load};

#[test]
fn labelled_projects_load_and_run() {
    let discovery = DiscoveryOptions::default();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/projects");
    let mut report = String::new();
    for location in find_projects(&Disk, &[folder], &discovery).unwrap() {
        let tree = load(&Disk, &location, &discovery).unwrap();
        let name = location.root.file_name().unwrap().to_string_lossy().into_owned();
        let mut engine = match Engine::load(&tree, Options::default()) {
            Ok(engine) => engine,
            Err(error) => {
                report.push_str(&format!("{name}: {error}\n"));
                continue;
            }
        };
        for module in engine.failed_modules() {
            report.push_str(&format!("{name}: {}: {}\n", module.file, module.message));
        }
        let seeded = engine.seed(20, 1).unwrap();
        for problem in seeded.problems {
            report.push_str(&format!("{name}: {problem}\n"));
        }
        let keys: Vec<String> = engine.procedures().iter().filter(|one| one.is_callable()).map(|one| one.key.clone()).collect();
        for key in keys {
            let identities = engine.identities();
            let mut best: Option<Outcome> = None;
            for (attempt, identity) in identities.iter().map(Some).chain([None]).cycle().take(12).enumerate() {
                let args = engine.arguments(&key, identity, attempt as u64).unwrap();
                let options = CallOptions { identity: identity.cloned(), shard: None };
                let outcome = engine.call(&key, &args, &options).unwrap().outcome;
                let is_done = matches!(outcome, Outcome::Returned { .. });
                if is_done || best.is_none() {
                    best = Some(outcome);
                }
                if is_done {
                    break;
                }
            }
            if let Some(outcome) = best.filter(|outcome| !matches!(outcome, Outcome::Returned { .. })) {
                report.push_str(&format!("{name}: {key}: {}\n", serde_json::to_string(&outcome).unwrap()));
            }
        }
    }
    panic!("{report}");
}
