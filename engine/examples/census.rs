//! Runs every procedure of every project below some folders on generated rows, and counts how they end: `census FOLDER…`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use lunora_engine::{CallOptions, Engine, Limits, Options, Outcome};
use lunora_source::{DiscoveryOptions, Disk, find_projects, load};

/// How often a procedure is called, with other users and arguments, until it returns.
const ATTEMPTS: u64 = 40;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folders: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let discovery = DiscoveryOptions::default();
    let mut out = std::io::stdout().lock();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for location in find_projects(&Disk, &folders, &discovery)? {
        let name = location.root.display().to_string();
        let limits = Limits { steps: 300, memory: 64 << 20, ..Limits::default() };
        let mut engine = match Engine::load(
            &Disk,
            &load(&Disk, &location, &discovery)?,
            Options { limits, ..Options::default() },
        ) {
            Ok(engine) => engine,
            Err(error) => {
                writeln!(out, "{name}: {error}")?;
                *ends.entry("(project does not load)".to_owned()).or_default() += 1;
                continue;
            }
        };
        for module in engine.failed_modules() {
            writeln!(out, "{name}: {} does not load: {}", module.file, module.message)?;
        }
        engine.seed(20, 1)?;
        let keys: Vec<String> =
            engine.procedures().iter().filter(|one| one.is_callable()).map(|one| one.key.clone()).collect();
        for key in keys {
            let end = end(&mut engine, &key)?;
            if end != "returned" {
                writeln!(out, "{name} {key}: {end}")?;
            }
            let kind = end.split(':').next().unwrap_or_default().to_owned();
            *ends.entry(kind).or_default() += 1;
        }
    }
    for (end, count) in ends {
        writeln!(out, "{count:5} {end}")?;
    }
    Ok(())
}

/// The best end of several calls.
fn end(engine: &mut Engine, key: &str) -> Result<String, lunora_engine::EngineError> {
    let identities = engine.identities();
    let mut best = String::new();
    for (attempt, identity) in (0..ATTEMPTS).zip(identities.iter().cycle()) {
        let args = engine.arguments(key, Some(identity), attempt)?;
        let options = CallOptions { identity: Some(identity.clone()), shard: None };
        let end = match engine.call(key, &args, &options)?.outcome {
            Outcome::Returned { .. } => return Ok("returned".to_owned()),
            Outcome::Threw(thrown) if thrown.is_lunora_error => {
                format!("threw {}: {}", thrown.code, thrown.message)
            }
            Outcome::Threw(thrown) => format!("failed: {}", thrown.message),
            Outcome::NotVerifiable { needs } => return Ok(format!("needs: {needs}")),
            Outcome::Unsupported { what } => return Ok(format!("unsupported: {what}")),
            Outcome::Exceeded { limit } => return Ok(format!("exceeded: {limit:?}")),
            Outcome::NeverSettled => return Ok("never settled".to_owned()),
        };
        if best.is_empty() || !(end.starts_with("threw UNAUTH") || end.starts_with("threw FORB")) {
            best = end;
        }
    }
    Ok(best)
}
