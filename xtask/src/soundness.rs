//! The longer runs of what the tests do in short: random programs, and findings checked by the code that they are about.

use crate::error::TaskError;
use crate::repository::Repository;

/// Runs the test of random programs with more of them, and that of witnesses on all projects; shows what was compared. By the profile that
/// the tests are built with anyway: an optimised build takes longer than what it saves.
pub(crate) fn run(repository: &Repository, programs: u64, seed: u64) -> Result<String, TaskError> {
    let arguments = ["test", "-p", "lunora-tests", "--test", "soundness_programs", "--", "--nocapture"];
    let (programs, seed) = (programs.to_string(), seed.to_string());
    let settings = [("LUNORA_SOUNDNESS_PROGRAMS", programs.as_str()), ("LUNORA_SEED", seed.as_str())];
    repository.run_cargo(&arguments, &settings)?;
    let witnesses = ["test", "-p", "lunora-tests", "--test", "witnesses"];
    repository.run_cargo(&witnesses, &[("LUNORA_WITNESSES", "all")])?;
    Ok(format!(
        "every operation of {programs} programs of seed {seed} was claimed, and no finding about any project was contradicted"
    ))
}
