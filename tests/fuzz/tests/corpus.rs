//! Every fuzz target over its corpus, over the examples, and over seeded mutations of both, on stable Rust. `LUNORA_SEED` and `LUNORA_CASES` ask for others and
//! for more; without them a run is the same each time.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops where the corpus is not as it expects")]

use std::fs;
use std::panic::catch_unwind;

use fastrand::Rng;
use lunora_fuzz::{TARGETS, Target, seeds};

/// What the inputs are made of, so that mutations stay near what means something.
const WORDS: &[&str] = &[
    "defineTable(",
    "defineSchema({",
    ".index(\"by_a\", [\"a\"])",
    ".global()",
    ".shardBy(\"a\")",
    "v.id(\"messages\")",
    "v.optional(",
    "ctx.db.query(\"messages\")",
    ".withIndex(\"by_channel\", (q) => q.eq(\"channelId\", ",
    ".filter((m) => ",
    ".collect()",
    "await ",
    "async ",
    "...",
    "=> {",
    "as any",
    "`${",
    "\u{1F600}",
    "\r\n",
    "\0",
    "/*",
    "//",
    "\"",
    "({[",
    ")]}",
    "//// lunora/a.ts\n",
    "{ \"rules\": ",
    "null",
    "1e999",
    "\u{FEFF}",
    "\u{2028}",
];

#[test]
fn every_target_keeps_its_promises() {
    let runs = lunora_properties::cases(150);
    let seed = lunora_properties::seed();
    for target in TARGETS {
        let seeds: Vec<Vec<u8>> =
            seeds(target).expect("the corpus and the examples").into_iter().map(|(_, bytes)| bytes).collect();
        assert!(seeds.len() >= 3, "{} has a corpus", target.name);
        for bytes in &seeds {
            run(target, bytes);
        }
        let mut random = Rng::with_seed(seed);
        for _ in 0..runs {
            let mut bytes = seeds[random.usize(..seeds.len())].clone();
            for _ in 0..random.usize(1..6) {
                mutate(&mut bytes, &seeds, &mut random);
            }
            run(target, &bytes);
        }
    }
}

/// Runs a target, and keeps the input that breaks it.
fn run(target: &Target, bytes: &[u8]) {
    if catch_unwind(|| (target.run)(bytes)).is_err() {
        let path = std::env::temp_dir().join(format!("lunora-fuzz-{}", target.name));
        fs::write(&path, bytes).expect("a place for the input");
        panic!("{} broke its promise on {}", target.name, path.display());
    }
}

/// One change: a piece goes, comes twice, comes from elsewhere; a word appears; a byte flips.
fn mutate(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Rng) {
    let start = random.usize(..=bytes.len());
    let end = (start + random.usize(..80)).min(bytes.len());
    match random.u8(..5) {
        0 => drop(bytes.drain(start..end)),
        1 => {
            let piece = bytes[start..end].to_vec();
            let target = random.usize(..=bytes.len());
            bytes.splice(target..target, piece);
        }
        2 => {
            let other = &seeds[random.usize(..seeds.len())];
            let from = random.usize(..=other.len());
            let to = (from + random.usize(..200)).min(other.len());
            bytes.splice(start..start, other[from..to].iter().copied());
        }
        3 => {
            let word = WORDS[random.usize(..WORDS.len())];
            bytes.splice(start..start, word.bytes());
        }
        _ if start < bytes.len() => bytes[start] ^= 1 << random.u8(..8),
        _ => {}
    }
}
