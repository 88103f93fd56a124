//! Random programs: what the analyzer claims of them holds when they run.
//!
//! `LUNORA_SOUNDNESS_PROGRAMS` says how many and `LUNORA_SEED` which; `cargo xtask soundness` sets them.

use std::collections::BTreeMap;
use std::io::Write;

use lunora_tests::programs::{Program, files, program};
use lunora_tests::trial::{Tally, trial};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rayon::prelude::*;

/// How many programs share a generator.
const CHUNK: u64 = 25;

/// How many programs are tried to make a counterexample smaller.
const TRIES: usize = 300;

/// Programs that went wrong, by what went wrong.
type Counterexamples = BTreeMap<String, String>;

#[test]
fn random_programs_do_what_is_claimed() {
    let programs = setting("LUNORA_SOUNDNESS_PROGRAMS").unwrap_or_else(|| lunora_properties::cases(2_000));
    let seed = lunora_properties::seed();
    let chunks: Vec<(Tally, Counterexamples)> = (0..programs.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| run_chunk(seed, chunk, CHUNK.min(programs - chunk * CHUNK)))
        .collect();
    let mut tally = Tally::default();
    let mut counterexamples = Counterexamples::new();
    for (one, found) in chunks {
        tally.add(one);
        counterexamples.extend(found);
    }
    let Tally { calls, returned, operations, indeterminate } = tally;
    // Shown by the longer run.
    let shown = writeln!(
        std::io::stdout(),
        "{programs} programs: {returned} of {calls} calls returned; {operations} operations, {indeterminate} of them indeterminate"
    );
    assert!(shown.is_ok());
    let found: Vec<String> = counterexamples.into_values().collect();
    assert!(found.is_empty(), "{} kinds of counterexamples\n{}", found.len(), found.join("\n\n==========\n"));
    assert!(indeterminate * 10 < operations, "{indeterminate} of {operations} operations are indeterminate");
    assert!(returned * 4 > calls * 3, "only {returned} of {calls} calls return");
}

fn run_chunk(seed: u64, chunk: u64, programs: u64) -> (Tally, Counterexamples) {
    let mut runner = runner(seed, chunk);
    let mut tally = Tally::default();
    let mut counterexamples = Counterexamples::new();
    for _ in 0..programs {
        let Ok(tree) = program().new_tree(&mut runner) else { continue };
        match trial(&files(&tree.current())) {
            Ok(one) => tally.add(one),
            Err(found) if counterexamples.contains_key(&kind_of(&found)) => {}
            Err(found) => {
                let (reasons, text) = smallest(tree, found);
                counterexamples.insert(kind_of(&reasons), format!("{}\n{text}", reasons.join("\n")));
            }
        }
    }
    (tally, counterexamples)
}

/// A generator that the seed alone decides.
fn runner(seed: u64, chunk: u64) -> TestRunner {
    let mut bytes = [0; 32];
    let numbers = seed.to_le_bytes().into_iter().chain(chunk.to_le_bytes());
    for (byte, number) in bytes.iter_mut().zip(numbers) {
        *byte = number;
    }
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// The smallest program that still fails, simplified as proptest does, and what is wrong with it.
fn smallest(mut tree: impl ValueTree<Value = Program>, found: Vec<String>) -> (Vec<String>, String) {
    let kind = kind_of(&found);
    let mut smallest = (found, files(&tree.current()));
    let mut goes_on = tree.simplify();
    for _ in 0..TRIES {
        if !goes_on {
            break;
        }
        let files = files(&tree.current());
        goes_on = match trial(&files) {
            Err(found) if kind_of(&found) == kind => {
                smallest = (found, files);
                tree.simplify()
            }
            _ => tree.complicate(),
        };
    }
    let (found, files) = smallest;
    const FIXED: [&str; 4] = ["/tools.ts", "/shared.ts", "/builders.ts", "/aliases.ts"];
    let shown = files.iter().filter(|(path, _)| FIXED.iter().all(|fixed| !path.ends_with(fixed)));
    (found, shown.map(|(path, text)| format!("// {path}\n{text}")).collect())
}

/// What is wrong, without names and places.
fn kind_of(found: &[String]) -> String {
    let first = found.first().map_or("", String::as_str);
    let reason = first.rsplit_once(": ").map_or(first, |(_, reason)| reason);
    let plain = reason.split(['`', '[', '"']).next().unwrap_or(reason);
    plain.chars().filter(|character| !character.is_ascii_digit()).collect()
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
