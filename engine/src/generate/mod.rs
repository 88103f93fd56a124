//! Rows and arguments from validators.

mod arguments;
mod constants;
mod draft;
mod identities;
mod pattern;
mod samples;
mod tables;
mod values;

pub(crate) use arguments::arguments;
pub(crate) use constants::{Comparisons, Constants};
pub(crate) use draft::Draft;
pub(crate) use identities::{IdentityColumns, PROBE, is_identity_name, probe};
pub(crate) use samples::Samples;
pub(crate) use tables::{Drafts, Plan, is_opaque, remember, rows};

use std::collections::BTreeMap;

use serde::Serialize;

/// How many rows tables get at most.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Sizes {
    /// Every table that is not named.
    pub rows: usize,
    /// Tables by name.
    pub tables: BTreeMap<String, usize>,
}

impl Sizes {
    /// The same for every table.
    #[must_use]
    pub fn all(rows: usize) -> Self {
        Self { rows, tables: BTreeMap::new() }
    }

    /// How many rows a table gets.
    #[must_use]
    pub fn of(&self, table: &str) -> usize {
        self.tables.get(table).copied().unwrap_or(self.rows)
    }
}

/// What was generated.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Seeded {
    /// Each table, with how many rows it got.
    pub tables: Vec<(String, usize)>,
    /// Why some tables got fewer rows than were asked for, or rows that their validators would refuse.
    pub problems: Vec<String>,
}
