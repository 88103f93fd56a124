//! What a project says about itself that no code shows.

use rustc_hash::FxHashMap;

/// A table of fewer rows is scanned faster than anybody notices.
const SMALL_TABLE: u64 = 1_000;

/// What a project says about itself that no code shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RuleSettings {
    /// How many rows a table is known to have at most, by its name.
    pub expected_rows: FxHashMap<String, u64>,
}

impl RuleSettings {
    /// Whether a table is known to stay small.
    pub(crate) fn is_small(&self, table: &str) -> bool {
        self.expected_rows.get(table).is_some_and(|rows| *rows < SMALL_TABLE)
    }
}
