//! Fuzz targets: whatever comes in, every part ends in good order, and what it promises holds.
//!
//! Each target takes bytes and panics if a promise is broken. `cargo fuzz` runs them under a coverage-guided fuzzer (`cargo-fuzz/`, see
//! `README.md`); `tests/corpus.rs` runs the same functions on stable Rust, over the corpus and seeded mutations of it.

mod baseline;
mod config;
mod files;
mod fixes;
mod project;
mod seeds;
mod session;

pub use seeds::{Seed, seeds};

use seeds::Examples;

/// A named target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name, which is also that of its folder in `corpus/`.
    pub name: &'static str,
    /// Runs it.
    pub run: fn(&[u8]),
    /// What of the examples is an input for it.
    pub(crate) examples: Examples,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "baseline", run: baseline::baseline, examples: Examples::None },
    Target { name: "config", run: config::config, examples: Examples::None },
    Target { name: "fixes", run: fixes::fixes, examples: Examples::Projects },
    Target { name: "function_file", run: project::function_file, examples: Examples::Functions },
    Target { name: "project", run: project::project, examples: Examples::Projects },
    Target { name: "schema", run: project::schema, examples: Examples::Schemas },
    Target { name: "session", run: session::session, examples: Examples::None },
    Target { name: "stream", run: session::stream, examples: Examples::None },
];

/// Runs the target of this name.
///
/// # Panics
/// If there is no such target, or a promise is broken.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    #[expect(clippy::expect_used, reason = "the name is written in a fuzz target")]
    let target = target.expect("a target of this name");
    (target.run)(bytes);
}
