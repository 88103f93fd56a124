//! Rules and findings made by hand, for the tests of this crate.

use lunora_facts::{FileId, Span};

use crate::finding::{Finding, Location};
use crate::level::{Category, Facing, Level};
use crate::rule_metadata::{FixAvailability, RuleMetadata};
use crate::suppression::SuppressionPolicy;

pub(crate) static UNKNOWN: RuleMetadata = rule("unknown_table", Level::Error);
pub(crate) static UNBOUNDED: RuleMetadata = rule("unbounded_collect", Level::Warn);
pub(crate) static UNUSED: RuleMetadata = rule("unused_suppression", Level::Warn);

const fn rule(name: &'static str, level: Level) -> RuleMetadata {
    RuleMetadata {
        name,
        title: "A rule",
        level,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "Says something.",
        docs: "",
        fix: FixAvailability::None,
    }
}

pub(crate) fn policy() -> SuppressionPolicy<'static> {
    SuppressionPolicy {
        rule: &UNUSED,
        known_rules: &["unbounded_collect", "unknown_table", "unused_suppression"],
        is_checked: &|_, _| true,
    }
}

pub(crate) fn finding_at(rule: &'static RuleMetadata, file: u32, span: Span, anchor: &str) -> Finding {
    Finding::new(rule, Location::new(FileId(file), span), anchor)
}
