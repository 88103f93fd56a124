//! The longer run of random programs, which the tests do in short.

use crate::error::TaskError;
use crate::repository::Repository;

/// Runs the test of random programs with more of them, optimised; shows what it compared.
pub(crate) fn run(repository: &Repository, programs: u64, seed: u64) -> Result<String, TaskError> {
    let arguments =
        ["test", "--release", "-p", "lunora-tests", "--test", "soundness_programs", "--", "--nocapture"];
    let (programs, seed) = (programs.to_string(), seed.to_string());
    let settings = [("LUNORA_SOUNDNESS_PROGRAMS", programs.as_str()), ("LUNORA_SEED", seed.as_str())];
    repository.run_cargo(&arguments, &settings)?;
    Ok(format!("every operation of {programs} programs of seed {seed} was claimed"))
}
