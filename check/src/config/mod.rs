//! The configuration file: its types, which are also its JSON Schema.

mod deserialize;
mod locate;
mod read;
mod schema;
mod settings;

use std::collections::BTreeMap;

use lunora_report::{Level, Summary};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

pub use locate::find;
pub use read::{ConfigError, parse, read};
pub use schema::json_schema;
pub use settings::{Settings, Verdict};

/// Settings of lunora-advisor, in `lunora-advisor.jsonc` or `lunora-advisor.json` beside `package.json`.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schemars(title = "lunora-advisor")]
pub struct Config {
    /// Where the JSON Schema of this file is, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The name of the Lunora folder; `lunora` by default.
    pub lunora_dir: Option<String>,
    /// Files that are not analysed, as globs relative to this file. A name without `/` matches in every folder.
    pub exclude: Vec<String>,
    /// The level from which findings make `check` fail; `error` by default.
    pub fail_on: Option<FailOn>,
    /// What to do with the findings of a rule.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Other settings for some files. Of several that match, the last one that names a rule wins.
    pub overrides: Vec<Override>,
    /// The file with the findings that are known and do not count, relative to this file.
    pub baseline: Option<String>,
    /// What is known of tables.
    pub tables: BTreeMap<String, TableSetting>,
}

/// Other settings for some files.
#[derive(Clone, PartialEq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Override {
    /// Which files, as globs relative to the configuration file.
    pub files: Vec<String>,
    /// What to do with the findings of a rule in them.
    pub rules: BTreeMap<String, RuleSetting>,
}

/// What is known of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TableSetting {
    /// How many rows the table will have at most. Scans of a table with fewer than 1,000 rows are INFO.
    pub expected_rows: Option<u64>,
}

/// A level, or an object with a level and the rule's options.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RuleSetting {
    /// The level of all its findings; the rule's own if absent.
    pub level: Option<RuleLevel>,
    /// The rule's options.
    pub options: Map<String, Value>,
}

/// The level of a rule's findings, or `off`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", expecting = "`off`, `info`, `warn` or `error`")]
pub enum RuleLevel {
    Off,
    Info,
    Warn,
    Error,
}

impl RuleLevel {
    /// `None` for `off`.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            Self::Info => Some(Level::Info),
            Self::Warn => Some(Level::Warn),
            Self::Error => Some(Level::Error),
        }
    }
}

/// The level from which findings make the run fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase", expecting = "`error`, `warn`, `info` or `never`")]
pub enum FailOn {
    /// ERROR.
    #[default]
    Error,
    /// WARN and ERROR.
    Warn,
    /// Any finding.
    Info,
    /// None.
    Never,
}

impl FailOn {
    /// Whether a run with these findings has failed.
    pub fn fails(self, summary: &Summary) -> bool {
        let level = match self {
            Self::Error => Level::Error,
            Self::Warn => Level::Warn,
            Self::Info => Level::Info,
            Self::Never => return false,
        };
        summary.at_or_above(level) > 0
    }
}
