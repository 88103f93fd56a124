//! What is reported of the advisor's part of `lunora.config.*`.

use crate::level::{Category, Facing, Level};
use crate::rule_metadata::{FixAvailability, RuleMetadata};

/// The findings that reading `lunora.config.*` can make, sorted by name. They bear the names that Lunora's own advisor gives them.
#[must_use]
pub fn lunora_config_rules() -> [&'static RuleMetadata; 3] {
    [&ACCEPT_INVALID, &ACCEPT_UNUSED, &MIN_SEVERITY_INVALID]
}

pub(super) static ACCEPT_INVALID: RuleMetadata = RuleMetadata {
    name: "advisor_accept_invalid",
    title: "Unreadable acceptance",
    level: Level::Warn,
    categories: &[Category::Schema],
    facing: Facing::Internal,
    description: "`advisor.accept` in `lunora.config.*` holds something that cannot be read without running it.",
    docs: include_str!("../../docs/advisor_accept_invalid.md"),
    fix: FixAvailability::None,
};

pub(super) static ACCEPT_UNUSED: RuleMetadata = RuleMetadata {
    name: "advisor_accept_unused",
    title: "Unused acceptance",
    level: Level::Warn,
    categories: &[Category::Schema],
    facing: Facing::Internal,
    description: "An entry of `advisor.accept` in `lunora.config.*` matches no finding.",
    docs: include_str!("../../docs/advisor_accept_unused.md"),
    fix: FixAvailability::None,
};

pub(super) static MIN_SEVERITY_INVALID: RuleMetadata = RuleMetadata {
    name: "advisor_min_severity_invalid",
    title: "Unknown minimum severity",
    level: Level::Warn,
    categories: &[Category::Schema],
    facing: Facing::Internal,
    description: "`advisor.minSeverity` in `lunora.config.*` is none of `info`, `warn`, `error`.",
    docs: include_str!("../../docs/advisor_min_severity_invalid.md"),
    fix: FixAvailability::None,
};
