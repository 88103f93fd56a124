//! What a rule says about itself.

use crate::level::{Category, Facing, Level};

/// What a rule says about itself. One static per rule, in the rule's own file.
#[derive(PartialEq, Eq, Debug)]
pub struct RuleMetadata {
    /// The one canonical spelling, in snake_case.
    pub name: &'static str,
    /// A few words for headings.
    pub title: &'static str,
    /// The level unless a finding or the configuration says otherwise.
    pub level: Level,
    /// What it is about; the first is the main one.
    pub categories: &'static [Category],
    /// Who feels it.
    pub facing: Facing,
    /// One sentence.
    pub description: &'static str,
    /// Its page, in Markdown.
    pub docs: &'static str,
    /// Whether findings come with a fix.
    pub fix: FixAvailability,
}

impl RuleMetadata {
    /// The address of the rule's page.
    #[must_use]
    pub fn docs_url(&self) -> String {
        format!("https://lunora-advisor.dev/rules/{}", self.name)
    }
}

/// Whether findings of a rule come with a fix.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FixAvailability {
    /// Never.
    None,
    /// Where the rule can tell what is meant.
    Sometimes,
    /// With every finding.
    Always,
}

impl FixAvailability {
    /// In a word: `none`, `sometimes`, `always`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sometimes => "sometimes",
            Self::Always => "always",
        }
    }
}
