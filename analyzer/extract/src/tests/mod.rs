//! Tests of the whole way from text to facts.

mod lowering;
mod modules;
mod printer;
mod robustness;
mod spans;

use std::path::Path;

use lunora_facts::FileFacts;

/// The facts of a text that must parse.
fn facts(text: &str) -> FileFacts {
    let facts = crate::extract(Path::new("file.ts"), text);
    assert!(facts.errors.is_empty(), "{:?} in {text}", facts.errors);
    facts
}

/// The program of a text that must parse, as a list.
fn printed(text: &str) -> String {
    printer::print(&facts(text).program)
}
