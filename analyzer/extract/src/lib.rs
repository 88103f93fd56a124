//! Text to facts: the only place that touches oxc_parser and oxc_semantic.
//!
//! [`extract`] parses one file, resolves its names, lowers the syntax tree to an owned [`lunora_facts::Program`] and drops the
//! tree. No lifetime of the parser leaves this crate.

mod buffers;
mod classes;
mod expressions;
mod functions;
mod lowering;
mod members;
mod modules;
mod nesting;
mod objects;
mod parse;
mod patterns;
mod statements;
mod strings;
mod targets;
mod types;

#[cfg(test)]
mod tests;

pub use parse::extract;
