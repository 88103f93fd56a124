//! Random Lunora projects: tables in many shapes, procedures by many builders, helpers over several files, and every way to get from
//! what a function is given to a read or a write.

mod bodies;
mod files;
mod grammar;
mod operations;
mod selections;
mod writer;

pub use files::files;
pub use grammar::{Program, program};
