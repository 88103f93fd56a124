//! What `--timing` and `--statistics` print to standard error.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::report::Report;

/// How long each phase took, in the order in which they ran.
#[derive(Debug, Default)]
pub(super) struct Timing {
    phases: Vec<(&'static str, Duration)>,
}

impl Timing {
    /// Adds time to a phase.
    pub(super) fn add(&mut self, phase: &'static str, time: Duration) {
        match self.phases.iter_mut().find(|(name, _)| *name == phase) {
            Some((_, total)) => *total += time,
            None => self.phases.push((phase, time)),
        }
    }

    /// One line a phase.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        for (phase, time) in &self.phases {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{phase:10} {:>9.1} ms", milliseconds(*time));
        }
        text
    }
}

/// What the rules did.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    rules: BTreeMap<&'static str, RuleStatistics>,
    indeterminate: BTreeMap<String, usize>,
}

#[derive(Debug, Default)]
struct RuleStatistics {
    shown: usize,
    suppressed: usize,
    baselined: usize,
    time: Duration,
}

impl Statistics {
    /// Adds the time that a rule took.
    pub(super) fn add_time(&mut self, rule: &'static str, time: Duration) {
        self.rules.entry(rule).or_default().time += time;
    }

    /// Adds something that could not be determined.
    pub(super) fn add_indeterminate(&mut self, reason: &str) {
        *self.indeterminate.entry(reason.to_owned()).or_default() += 1;
    }

    /// Counts the findings.
    pub(super) fn count(&mut self, report: &Report) {
        for entry in &report.findings {
            let rule = self.rules.entry(entry.finding().rule.name).or_default();
            match &entry.reported.suppressed {
                Some(suppressed) if suppressed.is_by_baseline() => rule.baselined += 1,
                Some(_) => rule.suppressed += 1,
                None => rule.shown += 1,
            }
        }
    }

    /// One line a rule, then one line a reason.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        let width = self.rules.keys().map(|name| name.len()).max().unwrap_or(0);
        for (name, rule) in &self.rules {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{name:width$} {:>6} found {:>6} suppressed {:>6} known before {:>9.2} ms",
                rule.shown,
                rule.suppressed,
                rule.baselined,
                milliseconds(rule.time),
            );
        }
        for (reason, count) in &self.indeterminate {
            let _ = writeln!(text, "indeterminate {count:>6}  {reason}");
        }
        text
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
