//! What every property test and every seeded loop runs with, so that a run says the same each time and a failure can be repeated.
//!
//! Two variables ask for something else, of all of them at once: `LUNORA_SEED` for another seed, `LUNORA_CASES` for so many times the
//! cases. A failure shows the seed that it had.
//!
//! ```sh
//! LUNORA_SEED=7 LUNORA_CASES=20 cargo test -p lunora-engine
//! ```

use proptest::test_runner::{Config, RngSeed};

/// The configuration of a property test that tries so many cases in an ordinary run.
pub fn config(cases: u32) -> Config {
    let cases = u32::try_from(self::cases(cases.into())).unwrap_or(u32::MAX);
    Config { cases, rng_seed: RngSeed::Fixed(seed()), failure_persistence: None, ..Config::default() }
}

/// The seed of this run: 1, or what `LUNORA_SEED` says. It is printed, which a test runner shows where a test fails.
///
/// # Panics
/// If the variable is no number: a run with another seed than was asked for would prove something else.
#[expect(clippy::print_stderr, reason = "test runners hold this back unless the test fails")]
pub fn seed() -> u64 {
    let seed = number("LUNORA_SEED").unwrap_or(1);
    eprintln!("LUNORA_SEED={seed}");
    seed
}

/// How many cases are tried: as many as in an ordinary run, or `LUNORA_CASES` times that.
///
/// # Panics
/// If the variable is no number.
pub fn cases(ordinary: u64) -> u64 {
    ordinary.saturating_mul(number("LUNORA_CASES").unwrap_or(1))
}

#[expect(clippy::panic, reason = "only tests call this, and there a wrong variable should be seen")]
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} should be a whole number, not `{text}`")))
}
