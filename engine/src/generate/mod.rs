//! Rows and arguments from validators.

mod arguments;
mod identities;
mod pattern;
mod samples;
mod tables;
mod values;

pub(crate) use arguments::arguments;
pub(crate) use identities::{IdentityColumns, PROBE, is_identity_name, probe};
pub(crate) use samples::Samples;
pub(crate) use tables::{Plan, rows, store};

use serde::Serialize;

/// What was generated.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Seeded {
    /// Each table, with how many rows it got.
    pub tables: Vec<(String, usize)>,
    /// Why some tables got fewer rows than were asked for, or rows that their validators would refuse.
    pub problems: Vec<String>,
}
