//! The JavaScript machine: modules, limits, and the functions that connect it to the database.

mod frames;
mod host;
mod imports;
mod machine;
mod modules;

pub(crate) use frames::Frames;
pub(crate) use host::{Host, Record};
pub(crate) use machine::{Ended, Machine, limit_of};
pub(crate) use modules::Modules;
