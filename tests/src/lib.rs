//! Whole projects, the command line, architecture, and speed; and what the tests of soundness share.

pub mod programs;
pub mod trial;
pub mod witness;
