//! The rules: one file each, asking the project and parsing nothing.
//!
//! A rule is a [`Rule`] in `rules/<name>.rs` with its page in `docs/<name>.md`. [`registry`] lists them all, [`run`] lets them judge a
//! project. What several rules need to know is judged once: [reads](reads) says what a read costs, [names of indexes](indexes) how one
//! would be called, [words] how costs are put, [advice] what to write instead.

mod advice;
mod context;
mod findings;
mod fixes;
mod index_steps;
mod indexes;
mod memory;
mod reads;
mod references;
mod rule;
mod rules;
mod run;
mod settings;
mod usage;
mod words;

#[cfg(test)]
mod pages;
#[cfg(test)]
mod testing;

pub use context::RuleContext;
pub use index_steps::index_steps;
pub use memory::Memory;
pub use rule::{Fact, Rule};
pub use run::{Indeterminate, RuleOutcome, run, run_again, run_unless};
pub use settings::RuleSettings;

/// Every rule, sorted by name.
#[must_use]
pub fn registry() -> &'static [&'static Rule] {
    rules::ALL
}

/// The rule that reports useless suppression comments: the one that speaks after all others.
#[must_use]
pub fn unused_suppression() -> &'static lunora_report::RuleMetadata {
    rules::UNUSED_SUPPRESSION.metadata
}
