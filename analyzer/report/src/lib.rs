//! Findings, and what becomes of them before they are shown: suppression, order, names that last.
//!
//! Nothing here knows a rule, a terminal or an editor.

mod baseline;
mod edits;
mod evidence;
mod finding;
mod level;
mod lunora_config;
mod nearest;
mod reported;
mod rule_metadata;
mod suppression;
#[cfg(test)]
mod testing;

pub use baseline::{Baseline, BaselineEntry, BaselineError, BaselineOutcome};
pub use edits::{apply_edits, select_fixes};
pub use evidence::{Dataset, Evidence, EvidenceLevel, EvidenceStatus};
pub use finding::{Applicability, Edit, Finding, Fix, Location, Related};
pub use level::{Category, Facing, Level};
pub use lunora_config::{LunoraConfig, is_accepted, lunora_config_rules};
pub use nearest::{canonical_rule_name, closest, nearest};
pub use reported::{ReportFile, Reported, Summary, settle, settle_with};
pub use rule_metadata::{FixAvailability, RuleMetadata};
pub use suppression::{Suppressed, SuppressionPolicy};
