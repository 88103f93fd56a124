//! Findings made ready to be shown: suppressed or not, in order, with a name that lasts.

use std::cmp::Ordering;
use std::sync::Arc;

use lunora_facts::{FileFacts, FileId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::evidence::Evidence;
use crate::finding::Finding;
use crate::level::Level;
use crate::lunora_config::{LunoraConfig, lunora_config_rules};
use crate::suppression::{Suppressed, SuppressionPolicy, apply_comments};

/// What reporting needs to know of a file. A slice of these is indexed by [`FileId`].
#[derive(Clone, Copy, Debug)]
pub struct ReportFile<'a> {
    /// The path relative to the project, with `/`.
    pub relative: &'a str,
    /// The text.
    pub text: &'a str,
    /// What the text says.
    pub facts: &'a FileFacts,
}

/// A finding, ready to be shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Reported {
    /// The finding; shared with what is remembered of it.
    pub finding: Arc<Finding>,
    /// Names the finding across edits: `rule:file:anchor`, with an ordinal where several would share one. Unique in a project.
    pub cache_key: String,
    /// Why it is not shown, if it is not.
    pub suppressed: Option<Suppressed>,
    /// What running the code says of it, if that was asked.
    pub evidence: Option<Evidence>,
}

impl Reported {
    /// The cache key without an ordinal: what it has in common with findings that only their order tells apart.
    #[must_use]
    pub fn plain_key(&self) -> &str {
        let anchor = &self.finding.anchor;
        let is_plain = self.cache_key.strip_suffix(anchor.as_str()).is_some_and(|rest| rest.ends_with(':'));
        match self.cache_key.rsplit_once('#') {
            Some((plain, _)) if !is_plain => plain,
            _ => &self.cache_key,
        }
    }

    /// Whether it is shown: neither suppressed nor known before.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.suppressed.is_none()
    }
}

/// Applies the suppression comments, reports the useless ones, sorts by file, line, column and name, and gives out cache keys.
#[must_use]
pub fn settle<F: Into<Arc<Finding>>>(
    findings: Vec<F>,
    files: &[ReportFile<'_>],
    policy: &SuppressionPolicy<'_>,
) -> Vec<Reported> {
    let findings = findings.into_iter().map(Into::into).collect();
    settle_with(findings, files, policy, LunoraConfig::default())
}

/// As [`settle`], for a project that says something to the advisor in its `lunora.config.*`, which is then one of the files.
#[must_use]
pub fn settle_with(
    mut findings: Vec<Arc<Finding>>,
    files: &[ReportFile<'_>],
    policy: &SuppressionPolicy<'_>,
    mut config: LunoraConfig,
) -> Vec<Reported> {
    config.accept(&mut findings, files);
    findings.extend(config.problems().iter().cloned().map(Arc::new));
    // While a file does not parse, what an entry accepts may have vanished with the part that is missing.
    if files.iter().all(|file| file.facts.errors.is_empty()) {
        findings.extend(config.unused(policy).into_iter().map(Arc::new));
    }
    findings.retain(|finding| {
        !is_about_config(finding) || (policy.is_checked)(finding.rule.name, finding.primary.file)
    });

    let mut judged = apply_comments(findings, files, policy);
    for (finding, _) in judged.iter_mut().filter(|(finding, _)| finding.rule == policy.rule) {
        config.accept(std::slice::from_mut(finding), files);
    }
    judged.sort_by(|(left, _), (right, _)| order(left, right, files));
    let keys = cache_keys(&judged, files);
    let mut settled: Vec<Reported> = judged
        .into_iter()
        .zip(keys)
        .map(|((finding, suppressed), cache_key)| Reported { finding, cache_key, suppressed, evidence: None })
        .collect();
    config.hide(&mut settled);
    settled
}

fn is_about_config(finding: &Finding) -> bool {
    lunora_config_rules().contains(&finding.rule)
}

/// How many findings there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Shown, at level ERROR.
    pub error: usize,
    /// Shown, at level WARN.
    pub warn: usize,
    /// Shown, at level INFO.
    pub info: usize,
    /// Left out because the project says so.
    pub suppressed: usize,
    /// Left out because they were known before.
    pub baselined: usize,
}

impl Summary {
    /// Counts one more finding.
    pub fn add(&mut self, reported: &Reported) {
        match (&reported.suppressed, reported.finding.level) {
            (Some(suppressed), _) if suppressed.is_by_baseline() => self.baselined += 1,
            (Some(_), _) => self.suppressed += 1,
            (None, Level::Error) => self.error += 1,
            (None, Level::Warn) => self.warn += 1,
            (None, Level::Info) => self.info += 1,
        }
    }

    /// Findings that are shown, whatever their level.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.error + self.warn + self.info
    }

    /// Findings that are shown, at this level or above.
    #[must_use]
    pub fn at_or_above(&self, level: Level) -> usize {
        match level {
            Level::Error => self.error,
            Level::Warn => self.error + self.warn,
            Level::Info => self.shown(),
        }
    }
}

/// Byte offsets order like line and column, so no line table is needed.
fn order(left: &Finding, right: &Finding, files: &[ReportFile<'_>]) -> Ordering {
    let (one, other) = (left.primary, right.primary);
    let by_path = || relative(files, one.file).cmp(relative(files, other.file));
    let by_file = if one.file == other.file { Ordering::Equal } else { by_path() };
    by_file
        .then_with(|| one.span.start.cmp(&other.span.start))
        .then_with(|| left.rule.name.cmp(right.rule.name))
        .then_with(|| left.primary.span.end.cmp(&right.primary.span.end))
        .then_with(|| left.anchor.cmp(&right.anchor))
        .then_with(|| left.detail.cmp(&right.detail))
}

/// The keys of findings that are in source order. Suppressed findings have one too, so that suppressing one renames no other.
fn cache_keys(judged: &[(Arc<Finding>, Option<Suppressed>)], files: &[ReportFile<'_>]) -> Vec<String> {
    let plain: Vec<String> = judged.iter().map(|(finding, _)| plain_key(finding, files)).collect();
    let taken: FxHashSet<&str> = plain.iter().map(String::as_str).collect();
    let mut last: FxHashMap<&str, usize> = FxHashMap::default();
    let mut keys = Vec::with_capacity(plain.len());
    for key in &plain {
        keys.push(match last.get(key.as_str()).copied() {
            None => {
                last.insert(key, 1);
                key.clone()
            }
            Some(previous) => {
                let mut ordinal = previous + 1;
                let mut candidate = format!("{key}#{ordinal}");
                while taken.contains(candidate.as_str()) {
                    ordinal += 1;
                    candidate = format!("{key}#{ordinal}");
                }
                last.insert(key, ordinal);
                candidate
            }
        });
    }
    keys
}

fn plain_key(finding: &Finding, files: &[ReportFile<'_>]) -> String {
    let file = relative(files, finding.primary.file);
    format!("{}:{file}:{}", finding.rule.name, finding.anchor)
}

fn relative<'a>(files: &[ReportFile<'a>], file: FileId) -> &'a str {
    files.get(file.index()).map_or("", |file| file.relative)
}

#[cfg(test)]
mod tests {
    use lunora_facts::Span;

    use super::*;
    use crate::testing::{UNBOUNDED, UNKNOWN, finding_at, policy};

    fn keys(findings: Vec<Finding>, files: &[ReportFile<'_>]) -> Vec<String> {
        settle(findings, files, &policy()).into_iter().map(|reported| reported.cache_key).collect()
    }

    #[test]
    fn findings_come_by_path_then_place_then_name() {
        let facts = FileFacts::default();
        let file = |relative| ReportFile { relative, text: "0123456789", facts: &facts };
        // Ids follow no particular order here: the path decides.
        let files = [file("lunora/z.ts"), file("../shared/a.ts")];
        let findings = vec![
            finding_at(&UNKNOWN, 0, Span::new(4, 5), "f|a"),
            finding_at(&UNBOUNDED, 0, Span::new(4, 5), "f|a"),
            finding_at(&UNKNOWN, 0, Span::new(2, 3), "f|b"),
            finding_at(&UNKNOWN, 1, Span::new(9, 10), "g|a"),
        ];
        assert_eq!(
            keys(findings, &files),
            [
                "unknown_table:../shared/a.ts:g|a",
                "unknown_table:lunora/z.ts:f|b",
                "unbounded_collect:lunora/z.ts:f|a",
                "unknown_table:lunora/z.ts:f|a",
            ]
        );
    }

    #[test]
    fn two_findings_never_share_a_key() {
        let facts = FileFacts::default();
        let files = [ReportFile { relative: "a.ts", text: "", facts: &facts }];
        let at = |start, anchor| finding_at(&UNKNOWN, 0, Span::new(start, start + 1), anchor);
        let findings = vec![at(9, "f"), at(3, "f#2"), at(5, "f"), at(1, "f")];
        assert_eq!(
            keys(findings, &files),
            [
                "unknown_table:a.ts:f",
                "unknown_table:a.ts:f#2",
                "unknown_table:a.ts:f#3",
                "unknown_table:a.ts:f#4",
            ]
        );
    }
}
