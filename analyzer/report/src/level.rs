//! How grave a finding is, what it is about, and who feels it.

use serde::Serialize;

/// How grave a finding is. Ordered: `Info < Warn < Error`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// Worth knowing; nothing is wrong yet.
    Info,
    /// Costs time, money or correctness under load.
    Warn,
    /// Fails or harms when it runs.
    Error,
}

impl Level {
    /// The level as every format spells it: `ERROR`, `WARN`, `INFO`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
        }
    }
}

/// What a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    /// Who may see or do what.
    Security,
    /// What a read or a write costs.
    Performance,
    /// Whether schema and code agree.
    Schema,
}

impl Category {
    /// The category as every format spells it: `SECURITY`, `PERFORMANCE`, `SCHEMA`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Security => "SECURITY",
            Self::Performance => "PERFORMANCE",
            Self::Schema => "SCHEMA",
        }
    }
}

/// Who feels it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Facing {
    /// The users of the application.
    External,
    /// Those who maintain it.
    Internal,
}

impl Facing {
    /// The facing as every format spells it: `EXTERNAL`, `INTERNAL`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::External => "EXTERNAL",
            Self::Internal => "INTERNAL",
        }
    }
}
