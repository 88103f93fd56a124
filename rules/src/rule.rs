//! What a rule is.

use std::sync::Arc;

use lunora_report::{Finding, RuleMetadata};

use crate::context::RuleContext;

/// A rule: what it says about itself, what it asks about, and how it judges.
#[derive(Debug)]
pub struct Rule {
    /// What it says about itself.
    pub metadata: &'static RuleMetadata,
    /// The facts that it asks about: while none of them changes, neither do its findings.
    pub needs: &'static [Fact],
    /// Adds what it finds.
    pub(crate) check: fn(&RuleContext<'_>, &mut Findings),
}

/// What rules find. What is known from before is shared.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Arc<Finding>>);

impl Findings {
    pub(crate) fn push(&mut self, finding: Finding) {
        self.0.push(Arc::new(finding));
    }

    pub(crate) fn into_vec(self) -> Vec<Arc<Finding>> {
        self.0
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        self.0.extend(findings.into_iter().map(Arc::new));
    }
}

impl Extend<Arc<Finding>> for Findings {
    fn extend<I: IntoIterator<Item = Arc<Finding>>>(&mut self, findings: I) {
        self.0.extend(findings);
    }
}

/// The kinds of fact that rules ask about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fact {
    /// Which files there are, and whether they could be read.
    Files,
    /// Tables, columns, indexes, relations.
    Schema,
    /// What runs.
    Procedures,
    /// Reads, with what leads to them.
    Reads,
    /// Writes, with what leads to them.
    Writes,
    /// Calls and schedules of other procedures.
    Dispatches,
    /// Names of procedures in code.
    References,
    /// The tables of id validators.
    Ids,
    /// Dispatches, endless loops, and calls to the clock, to chance and to the network, with what leads to them.
    Calls,
    /// Which folders own which tables.
    Modules,
    /// What files import.
    Imports,
}
