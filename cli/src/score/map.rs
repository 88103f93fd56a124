//! `lunora.advisor.map.json`, version 1: the format that Lunora's own command reads and writes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::ser::PrettyFormatter;

/// The version that is written, and the only one that a map can be compared with.
pub(super) const VERSION: u32 = 1;

/// Stands for the time of the run, so that a map changes only when the project does.
pub(super) const EPOCH: &str = "1970-01-01T00:00:00.000Z";

/// The health of a project.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HealthMap {
    pub(crate) version: u32,
    /// Always the epoch; what another tool wrote here does not matter.
    #[serde(skip_deserializing)]
    pub(crate) generated_at: String,
    /// From 0 to 100.
    pub(crate) score: u32,
    pub(crate) grade: String,
    pub(crate) summary: Summary,
    pub(crate) project: Project,
    /// Sorted by id.
    pub(crate) procedures: Vec<MapProcedure>,
}

/// Counts of procedures by verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) procedures: usize,
    pub(crate) clean: usize,
    pub(crate) warned: usize,
    pub(crate) failing: usize,
    pub(crate) exempt: usize,
    /// How many rules have a finding.
    pub(crate) rules_fired: usize,
}

/// What belongs to no procedure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) score: u32,
    pub(crate) checks: Vec<Check>,
}

/// A rule that fired.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) name: String,
    /// The worst one seen.
    pub(crate) level: String,
    pub(crate) occurrences: usize,
    /// What it costs.
    pub(crate) weight: u32,
}

/// One procedure.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MapProcedure {
    /// `file#exportName`.
    pub(crate) id: String,
    pub(crate) file: String,
    pub(crate) export_name: String,
    pub(crate) kind: String,
    pub(crate) visibility: String,
    pub(crate) score: u32,
    pub(crate) coverage: Coverage,
    #[serde(serialize_with = "shortest")]
    pub(crate) weight: f64,
    pub(crate) sensitivity: Sensitivity,
    pub(crate) checks: Vec<Check>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) exempt_reason: Option<String>,
}

/// The verdict on a procedure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Coverage {
    Clean,
    Warned,
    Failing,
    Exempt,
}

/// Whether a procedure can do much harm.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Sensitivity {
    level: String,
    #[serde(default)]
    reasons: Vec<String>,
}

impl Sensitivity {
    /// High if there is a reason.
    pub(super) fn new(reasons: Vec<String>) -> Self {
        Self { level: if reasons.is_empty() { "none" } else { "high" }.to_owned(), reasons }
    }

    pub(super) fn is_high(&self) -> bool {
        self.level == "high"
    }
}

impl HealthMap {
    /// The file: indented by four, with a newline at the end.
    ///
    /// # Errors
    /// Never, as far as the types go.
    pub(crate) fn to_text(&self) -> serde_json::Result<String> {
        let mut out = Vec::new();
        let formatter = PrettyFormatter::with_indent(b"    ");
        self.serialize(&mut serde_json::Serializer::with_formatter(&mut out, formatter))?;
        out.push(b'\n');
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

impl Project {
    pub(super) fn occurrences(&self) -> BTreeMap<&str, usize> {
        occurrences(&self.checks)
    }
}

impl MapProcedure {
    pub(super) fn occurrences(&self) -> BTreeMap<&str, usize> {
        occurrences(&self.checks)
    }
}

/// A map that may have another version: then nothing else is read of it.
#[derive(Debug)]
pub(crate) enum Parsed {
    Map(Box<HealthMap>),
    OtherVersion,
}

/// Reads a map.
///
/// # Errors
/// If it is no JSON, or no map.
pub(crate) fn parse(text: &str) -> serde_json::Result<Parsed> {
    #[derive(Deserialize)]
    struct Version {
        version: serde_json::Value,
    }
    let text = text.trim_start_matches('\u{feff}');
    let Version { version } = serde_json::from_str(text)?;
    if version != VERSION {
        return Ok(Parsed::OtherVersion);
    }
    serde_json::from_str(text).map(|map| Parsed::Map(Box::new(map)))
}

fn occurrences(checks: &[Check]) -> BTreeMap<&str, usize> {
    checks.iter().map(|check| (check.name.as_str(), check.occurrences)).collect()
}

/// `2`, not `2.0`, as JavaScript writes it. Weights are multiples of a half.
fn shortest<S: Serializer>(weight: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    match (0..=1_000_u32).find(|whole| f64::from(*whole) == *weight) {
        Some(whole) => serializer.serialize_u32(whole),
        None => serializer.serialize_f64(*weight),
    }
}
