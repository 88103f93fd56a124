//! The advisor's part of `lunora.config.*`: findings that the project accepts, and the level below which it wants none.
//!
//! Read from the default export without running it. An entry that is at fault is reported and the others still count.

mod literal;
mod rules;

use std::sync::Arc;

use lunora_facts::{ExprId, FileFacts, FileId};
use serde_json::Value;

use crate::finding::{Finding, Location};
use crate::level::Level;
use crate::nearest::canonical_rule_name;
use crate::reported::{ReportFile, Reported};
use crate::rule_metadata::RuleMetadata;
use crate::suppression::{Suppressed, SuppressionPolicy};
use literal::{Literals, Lookup};
use rules::{ACCEPT_INVALID, ACCEPT_UNUSED, MIN_SEVERITY_INVALID};

pub use rules::lunora_config_rules;

/// The name under which the metadata of an accepted finding holds the reason.
const ACCEPTED: &str = "accepted";

/// What `lunora.config.*` says to the advisor.
#[derive(Clone, Debug, Default)]
pub struct LunoraConfig {
    entries: Vec<Entry>,
    min_severity: Option<Level>,
    problems: Vec<Finding>,
    /// The Lunora folder, relative to the project.
    lunora_dir: String,
}

/// One finding, or several of one rule at one place, that the project lives with.
#[derive(Clone, Debug)]
struct Entry {
    location: Location,
    rule: String,
    file: String,
    export_name: Option<String>,
    reason: String,
    is_used: bool,
}

impl LunoraConfig {
    /// Reads the configuration out of its file. `lunora_dir` is the Lunora folder, relative to the project.
    #[must_use]
    pub fn read(file: FileId, facts: &FileFacts, lunora_dir: &str) -> Self {
        let mut config = Self { lunora_dir: lunora_dir.to_owned(), ..Self::default() };
        let literals = Literals(&facts.program);
        let reading = Reading { literals, facts, file };
        let advisor = literals.default_export().map(|exported| literals.lookup(exported, "advisor"));
        let Some(Lookup::Found(advisor)) = advisor else { return config };
        let Some(object) = literals.object(advisor) else {
            config.problems.push(reading.cannot_read(advisor, "advisor"));
            return config;
        };
        match literals.lookup(object, "accept") {
            Lookup::Found(list) => reading.accept(list, &mut config),
            Lookup::Unreadable => config.problems.push(reading.cannot_read(advisor, "advisor.accept")),
            Lookup::Absent => {}
        }
        match literals.lookup(object, "minSeverity") {
            Lookup::Found(value) => reading.min_severity(value, &mut config),
            Lookup::Unreadable => config.problems.push(reading.bad_severity(advisor)),
            Lookup::Absent => {}
        }
        config
    }

    /// What is wrong with the configuration itself.
    pub(crate) fn problems(&self) -> &[Finding] {
        &self.problems
    }

    /// Makes a note in every finding that the project accepts, and lowers it to INFO.
    pub(crate) fn accept(&mut self, findings: &mut [Arc<Finding>], files: &[ReportFile<'_>]) {
        for finding in findings {
            let relative = files.get(finding.primary.file.index()).map_or("", |file| file.relative);
            let names = file_names(relative, &self.lunora_dir, finding);
            let mut reason = None;
            // Entries that say the same are each used, or removing one would be asked for while it changes nothing.
            for entry in self.entries.iter_mut().filter(|entry| entry.matches(finding, &names)) {
                entry.is_used = true;
                reason.get_or_insert_with(|| entry.reason.clone());
            }
            let Some(reason) = reason else { continue };
            let finding = Arc::make_mut(finding);
            finding.level = Level::Info;
            finding.detail = format!("Accepted ({reason}): {}", finding.detail);
            finding.metadata.insert(ACCEPTED.to_owned(), Value::from(reason));
        }
    }

    /// One finding for each entry that matches nothing. An entry may name a rule of Lunora's that does not exist here: of those
    /// nothing can be told.
    pub(crate) fn unused(&self, policy: &SuppressionPolicy<'_>) -> Vec<Finding> {
        let is_judged = |entry: &&Entry| {
            policy.known_rules.contains(&entry.rule.as_str())
                && entry.rule != policy.rule.name
                && (policy.is_checked)(&entry.rule, entry.location.file)
        };
        self.entries.iter().filter(|entry| !entry.is_used).filter(is_judged).map(Entry::unused).collect()
    }

    /// Hides what is below the level that the project wants; never an ERROR, nor what was accepted.
    pub(crate) fn hide(&self, settled: &mut [Reported]) {
        let Some(least) = self.min_severity else { return };
        for reported in settled.iter_mut().filter(|reported| reported.is_shown()) {
            let finding = &reported.finding;
            let is_outcome = [&ACCEPT_INVALID, &ACCEPT_UNUSED, &MIN_SEVERITY_INVALID].contains(&finding.rule);
            if finding.level < least && !is_outcome && !is_accepted(finding) {
                let reason = format!("below `advisor.minSeverity` {}", least.as_str());
                reported.suppressed = Some(Suppressed { kind: "min-severity", reason });
            }
        }
    }
}

/// Whether the project accepts a finding in `lunora.config.*`.
#[must_use]
pub fn is_accepted(finding: &Finding) -> bool {
    finding.metadata.contains_key(ACCEPTED)
}

impl Entry {
    fn matches(&self, finding: &Finding, names: &[String]) -> bool {
        let is_place = match &self.export_name {
            Some(name) => finding.export_name.as_ref().or(finding.helper.as_ref()) == Some(name),
            None => finding.export_name.is_none(),
        };
        is_place && self.rule == finding.rule.name && names.contains(&self.file)
    }

    fn unused(&self) -> Finding {
        let place = match &self.export_name {
            Some(export_name) => format!("`{export_name}` of `{}`", self.file),
            None => format!("`{}`", self.file),
        };
        let mut finding = base(
            &ACCEPT_UNUSED,
            self.location,
            format!("{}|{}|{}", self.rule, self.file, self.export_name.as_deref().unwrap_or_default()),
        );
        finding.detail =
            format!("`{}` reports nothing in {place}, so this entry accepts nothing.", self.rule);
        "Remove the entry, or name the file and the export of the finding."
            .clone_into(&mut finding.remediation);
        "matches no finding".clone_into(&mut finding.primary_label);
        for (key, value) in [("rule", &self.rule), ("acceptedFile", &self.file)] {
            finding.metadata.insert(key.to_owned(), Value::from(value.as_str()));
        }
        finding
    }
}

/// The configuration file while it is read.
struct Reading<'a> {
    literals: Literals<'a>,
    facts: &'a FileFacts,
    file: FileId,
}

impl Reading<'_> {
    fn accept(&self, list: ExprId, config: &mut LunoraConfig) {
        let Some(elements) = self.literals.array(list) else {
            config.problems.push(self.cannot_read(list, "advisor.accept"));
            return;
        };
        for element in elements {
            match self.entry(element) {
                Ok(entry) => config.entries.push(entry),
                Err(what) => config.problems.push(self.bad_entry(element, &what)),
            }
        }
    }

    fn entry(&self, element: ExprId) -> Result<Entry, String> {
        const KEYS: [&str; 4] = ["rule", "file", "exportName", "reason"];
        let object = self.literals.object(element).ok_or("It is no object literal")?;
        if let Some(unknown) =
            self.literals.keys(object).into_iter().flatten().find(|key| !KEYS.contains(key))
        {
            return Err(format!("`{unknown}` is none of its keys"));
        }
        let text = |key: &str| match self.literals.lookup(object, key) {
            Lookup::Absent => Ok(None),
            Lookup::Found(value) => match self.literals.string(value) {
                Some(text) if !text.trim().is_empty() => Ok(Some(text.to_owned())),
                _ => Err(format!("`{key}` is no string with something in it")),
            },
            Lookup::Unreadable => Err(format!("`{key}` cannot be told")),
        };
        let needed = |key: &str| text(key)?.ok_or_else(|| format!("`{key}` is missing"));
        Ok(Entry {
            location: self.location(element),
            rule: canonical_rule_name(&needed("rule")?),
            file: needed("file")?.trim_start_matches("./").to_owned(),
            export_name: text("exportName")?,
            reason: needed("reason")?,
            is_used: false,
        })
    }

    fn min_severity(&self, value: ExprId, config: &mut LunoraConfig) {
        match self.literals.string(value) {
            Some("info") => config.min_severity = Some(Level::Info),
            Some("warn") => config.min_severity = Some(Level::Warn),
            Some("error") => config.min_severity = Some(Level::Error),
            _ => config.problems.push(self.bad_severity(value)),
        }
    }

    fn cannot_read(&self, at: ExprId, what: &str) -> Finding {
        let mut finding = base(&ACCEPT_INVALID, self.location(at), what.to_owned());
        finding.detail = format!("`{what}` cannot be read without running it, so it accepts nothing.");
        "Write it as literals: an array of `{ rule, file, exportName, reason }`."
            .clone_into(&mut finding.remediation);
        "no literal".clone_into(&mut finding.primary_label);
        finding
    }

    fn bad_entry(&self, at: ExprId, what: &str) -> Finding {
        let mut finding = base(&ACCEPT_INVALID, self.location(at), format!("entry|{what}"));
        finding.detail = format!("This entry accepts nothing. {what}.");
        "Write `{ rule: \"…\", file: \"…\", exportName: \"…\", reason: \"…\" }` with literal strings; only `exportName` may be absent, for a finding outside of any export.".clone_into(&mut finding.remediation);
        "accepts nothing".clone_into(&mut finding.primary_label);
        finding
    }

    fn bad_severity(&self, at: ExprId) -> Finding {
        let mut finding = base(&MIN_SEVERITY_INVALID, self.location(at), "minSeverity".to_owned());
        "`advisor.minSeverity` is none of `info`, `warn`, `error`, so everything is reported."
            .clone_into(&mut finding.detail);
        "Write one of them as a literal string.".clone_into(&mut finding.remediation);
        "no level".clone_into(&mut finding.primary_label);
        finding
    }

    fn location(&self, expr: ExprId) -> Location {
        Location::new(self.file, self.facts.spans.expr(expr))
    }
}

fn base(rule: &'static RuleMetadata, location: Location, anchor: String) -> Finding {
    Finding::new(rule, location, anchor)
}

/// The ways to name the file of a finding: as Lunora does (below its folder, no extension), and as we do.
fn file_names(relative: &str, lunora_dir: &str, finding: &Finding) -> Vec<String> {
    let in_lunora = relative.strip_prefix(lunora_dir).and_then(|rest| rest.strip_prefix('/'));
    let paths = [Some(relative), in_lunora, finding.metadata.get("file").and_then(Value::as_str)];
    paths.into_iter().flatten().flat_map(|path| [path, without_extension(path)]).map(str::to_owned).collect()
}

fn without_extension(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    path.rfind('.').filter(|dot| *dot > name).and_then(|dot| path.get(..dot)).unwrap_or(path)
}
