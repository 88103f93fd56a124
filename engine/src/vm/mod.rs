//! The JavaScript machine: modules, limits, and the functions that connect it to the database.

mod commonjs;
mod frames;
mod host;
mod imports;
mod machine;
mod modules;
mod packages;
mod plain;
mod platform;
mod stand_in;

pub(crate) use frames::Frames;
pub(crate) use host::{Host, Record};
pub(crate) use machine::{Ended, Machine, limit_of};
pub(crate) use modules::Modules;
