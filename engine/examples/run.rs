//! Runs one function of a project on generated rows and prints what came of it: `run PROJECT namespace:name [ARGS] [ROWS] [SHARD]`.
//! Without a function, prints what the project registers.

use std::io::Write as _;
use std::path::PathBuf;

use lunora_engine::{CallOptions, Engine, Options, ROOT_SHARD};
use lunora_source::{DiscoveryOptions, Disk, find_projects, load};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut given = std::env::args().skip(1);
    let path = PathBuf::from(given.next().ok_or("name a project")?);
    let discovery = DiscoveryOptions::default();
    let location =
        find_projects(&Disk, &[path], &discovery)?.into_iter().next().ok_or("there is no project")?;
    let mut engine = Engine::load(&Disk, &load(&Disk, &location, &discovery)?, Options::default())?;
    let mut out = std::io::stdout().lock();
    for module in engine.failed_modules() {
        writeln!(out, "{} does not load: {}", module.file, module.message)?;
    }
    let Some(name) = given.next() else {
        for procedure in engine.procedures() {
            writeln!(
                out,
                "{} {:?} {:?} {}",
                procedure.key, procedure.kind, procedure.visibility, procedure.form
            )?;
        }
        return Ok(());
    };
    let args = given.next().map(|text| serde_json::from_str(&text)).transpose()?;
    let rows = given.next().map_or(Ok(50), |rows| rows.parse())?;
    let shard = given.next().unwrap_or_else(|| ROOT_SHARD.to_owned());
    let seeded = engine.seed_shard(&shard, rows, 1)?;
    for problem in seeded.problems {
        writeln!(out, "{problem}")?;
    }
    let identity = engine.identities().into_iter().next();
    let args = match args {
        Some(args) => args,
        None => engine.arguments(&name, identity.as_ref(), 1)?,
    };
    writeln!(out, "{args}")?;
    let result = engine.call(&name, &args, &CallOptions { identity, shard: Some(shard) })?;
    writeln!(out, "{}", serde_json::to_string_pretty(&result)?)?;
    Ok(())
}
