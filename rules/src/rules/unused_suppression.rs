//! Suppression comments that hide nothing.

use lunora_report::{Category, Facing, FixAvailability, Level, RuleMetadata};

use crate::rule::{Fact, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unused_suppression",
        title: "Unused suppression",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A suppression comment lacks a reason, names an unknown rule, or suppresses nothing.",
        docs: include_str!("../../docs/unused_suppression.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files],
    // What a comment hides is known only when all rules have spoken: `lunora_report::settle` reports it.
    check: |_, _| {},
};
