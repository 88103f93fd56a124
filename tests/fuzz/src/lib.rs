//! Fuzz targets: whatever comes in, every part ends in good order, and what it promises holds.
//!
//! Each target takes bytes and panics if a promise is broken. `cargo fuzz` runs them under a coverage-guided fuzzer (`cargo-fuzz/`, see
//! `README.md`); `tests/corpus.rs` runs the same functions on stable Rust, over the corpus and seeded mutations of it.

mod baseline;
mod config;
mod files;
mod fixes;
mod project;

/// A named target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name, which is also that of its folder in `corpus/`.
    pub name: &'static str,
    /// Runs it.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "baseline", run: baseline::baseline },
    Target { name: "config", run: config::config },
    Target { name: "fixes", run: fixes::fixes },
    Target { name: "function_file", run: project::function_file },
    Target { name: "project", run: project::project },
    Target { name: "schema", run: project::schema },
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
