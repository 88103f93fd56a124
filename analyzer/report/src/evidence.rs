//! What running the code says of a finding.

use serde::Serialize;

/// What running the code says of a finding: on generated rows, before and after its first fix.
///
/// Numbers are rows, never time. What has no meaning for the finding is absent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// What came of it.
    pub status: EvidenceStatus,
    /// How far it goes.
    pub level: EvidenceLevel,
    /// It in one line.
    pub summary: String,
    /// The rows that SQLite visited, in the run that visited most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_visited_before: Option<u64>,
    /// Those of the same run with the fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_visited_after: Option<u64>,
    /// The rows that the code got in that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_returned: Option<u64>,
    /// SQLite's plan.
    pub plan_before: Vec<String>,
    /// SQLite's plan with the fix.
    pub plan_after: Vec<String>,
    /// Whether results and their order were equal with the fix, in all runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results_equal: Option<bool>,
    /// How many runs came to the place that the finding speaks of.
    pub runs: usize,
    /// What the numbers were counted on.
    pub dataset: Dataset,
    /// Why the claim could not be checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_verifiable: Option<String>,
    /// Why the fix should not be offered: it improves nothing, or changes what it must not.
    #[serde(skip)]
    pub objection: Option<String>,
}

/// What came of running the code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EvidenceStatus {
    /// It does what the finding says.
    Proved,
    /// It does not.
    Refuted,
    /// Nothing can be said.
    NotVerifiable,
}

/// How far evidence goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EvidenceLevel {
    /// SQLite's plan, whatever the rows.
    Plan,
    /// Counted on generated rows.
    Synthetic,
    /// Seen in production.
    Observed,
}

/// Generated rows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Dataset {
    /// How many the table of the finding had.
    pub rows: usize,
    /// What they were generated from: the same seed gives the same rows.
    pub seed: u64,
}

impl Evidence {
    /// That a claim holds on generated rows; what was seen of it is still to be said.
    #[must_use]
    pub fn proved(dataset: Dataset) -> Self {
        Self {
            status: EvidenceStatus::Proved,
            level: EvidenceLevel::Synthetic,
            summary: String::new(),
            rows_visited_before: None,
            rows_visited_after: None,
            rows_returned: None,
            plan_before: Vec::new(),
            plan_after: Vec::new(),
            results_equal: None,
            runs: 0,
            dataset,
            not_verifiable: None,
            objection: None,
        }
    }

    /// That a claim was not checked, and why.
    #[must_use]
    pub fn not_verifiable(reason: impl Into<String>, dataset: Dataset) -> Self {
        let reason = reason.into();
        Self {
            status: EvidenceStatus::NotVerifiable,
            level: EvidenceLevel::Plan,
            summary: format!("not verifiable: {reason}"),
            not_verifiable: Some(reason),
            ..Self::proved(dataset)
        }
    }

    /// Whether the fix that was tried may be offered.
    #[must_use]
    pub fn allows_fix(&self) -> bool {
        self.status != EvidenceStatus::Refuted && self.objection.is_none()
    }
}
