//! What a project says of its findings: levels, rules that are off, excluded files, comments, `lunora.config.*`.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_facts::{FileFacts, FileId};
use lunora_report::{
    Finding, Location, LunoraConfig, ReportFile, Reported, SuppressionPolicy, is_accepted, settle_with,
};
use lunora_source::{FileSystem, MAX_FILE_BYTES};

use crate::analysis::{self, Analysis};
use crate::config::{Settings, Verdict};
use crate::paths;
use crate::projects::FoundProject;

/// A project with its findings as they are to be shown.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was analysed.
    pub analysis: Analysis,
    /// Every finding, suppressed ones included, in order.
    pub findings: Vec<Reported>,
    /// Its `lunora.config.*`, if that is no file of the project anyway. Its id follows those of the project's files.
    config_file: Option<ConfigFile>,
}

/// `lunora.config.*`.
#[derive(Clone, Debug)]
struct ConfigFile {
    path: PathBuf,
    relative: String,
    text: Arc<str>,
    facts: FileFacts,
}

const CONFIG_NAMES: [&str; 6] = [
    "lunora.config.ts",
    "lunora.config.mts",
    "lunora.config.cts",
    "lunora.config.js",
    "lunora.config.mjs",
    "lunora.config.cjs",
];

/// Applies what the project says of its findings.
pub fn judge(
    file_system: &dyn FileSystem,
    project: &FoundProject,
    mut analysis: Analysis,
    rules: &[&'static str],
) -> Judged {
    let root = &project.location.root;
    let found = CONFIG_NAMES.iter().map(|name| root.join(name)).find(|path| file_system.is_file(path));
    let (config, config_file) = match found {
        Some(path) => read_config(file_system, project, &analysis, &path),
        None => (LunoraConfig::default(), None),
    };
    let mut findings = std::mem::take(&mut analysis.findings);
    let mut judged = Judged { analysis, findings: Vec::new(), config_file };
    findings.extend(judged.config_error().map(Arc::new));
    let excluded: Vec<OnceCell<bool>> = judged.texts().map(|_| OnceCell::new()).collect();
    let verdict = |rule: &str, file: FileId| judged.verdict(&project.settings, &excluded, rule, file);
    findings.retain(|finding| verdict(finding.rule.name, finding.primary.file) != Verdict::Off);
    let set_level = |finding: &mut Arc<Finding>| {
        if let Verdict::At(level) = verdict(finding.rule.name, finding.primary.file) {
            Arc::make_mut(finding).level = level;
        }
    };
    findings.iter_mut().for_each(set_level);
    let policy = SuppressionPolicy {
        rule: analysis::unused_suppression(),
        known_rules: rules,
        is_checked: &|rule, file| verdict(rule, file) != Verdict::Off,
    };
    let mut settled = settle_with(findings, &judged.report_files(), &policy, config);
    settled
        .iter_mut()
        .map(|reported| &mut reported.finding)
        .filter(|finding| !is_accepted(finding))
        .for_each(set_level);
    judged.findings = settled;
    judged
}

impl Judged {
    /// Whether every file of the project parses.
    pub fn is_whole(&self) -> bool {
        let files = &self.analysis.tree().files;
        files.iter().all(|file| file.facts.errors.is_empty() && !file.is_unreadable)
    }

    /// Path relative to the root and text of each file that a finding may name, by [`FileId`]: those of the project, then what
    /// configures it.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &Arc<str>)> {
        let files = self.analysis.tree().files.iter().map(|file| (file.relative.as_str(), &file.text));
        files.chain(self.config_file.iter().map(|file| (file.relative.as_str(), &file.text)))
    }

    /// The absolute path and the text of a file.
    pub fn file(&self, id: FileId) -> Option<(&Path, &Arc<str>)> {
        let file = self.analysis.tree().files.get(id.index()).map(|file| (file.path.as_path(), &file.text));
        file.or_else(|| self.extra(id).map(|file| (file.path.as_path(), &file.text)))
    }

    /// Whether a file, by its path from the project, holds a name. Any string of it counts: a doubt must not hide what is new.
    pub fn mentions(&self, relative: &str, name: &str) -> bool {
        let mut files = self.analysis.tree().files.iter().filter(|file| file.relative == relative);
        files.any(|file| file.facts.program.strings.iter().any(|string| string == name))
    }

    /// Whether one of the files was read at a path, with this text.
    pub fn holds(&self, path: &Path, text: &str) -> bool {
        let count = self.analysis.tree().files.len() + usize::from(self.config_file.is_some());
        let ids = (0..).map(FileId).take(count);
        ids.filter_map(|id| self.file(id)).any(|file| file.0 == path && **file.1 == *text)
    }

    /// What a file says.
    pub fn facts(&self, id: FileId) -> Option<&FileFacts> {
        let file = self.analysis.tree().files.get(id.index()).map(|file| &file.facts);
        file.or_else(|| self.extra(id).map(|file| &file.facts))
    }

    /// The path of a file from the root of the project.
    pub fn relative(&self, id: FileId) -> &str {
        let file = self.analysis.tree().files.get(id.index()).map(|file| file.relative.as_str());
        file.or_else(|| self.extra(id).map(|file| file.relative.as_str())).unwrap_or_default()
    }

    /// That `lunora.config.*` does not parse. Rules see to every other file.
    fn config_error(&self) -> Option<Finding> {
        let file = self.config_file.as_ref()?;
        let error = file.facts.errors.first()?;
        let rule = analysis::rules().into_iter().find(|rule| rule.name == "parse_error")?;
        let id = FileId(u32::try_from(self.analysis.tree().files.len()).ok()?);
        let mut finding = Finding::new(rule, Location::new(id, error.span), file.relative.clone());
        finding.detail = format!("This file does not parse: {}", error.message);
        finding.remediation = error
            .help
            .clone()
            .unwrap_or_else(|| "Mend the syntax; what the file accepts cannot be read before.".to_owned());
        "here".clone_into(&mut finding.primary_label);
        Some(finding)
    }

    fn extra(&self, id: FileId) -> Option<&ConfigFile> {
        self.config_file.as_ref().filter(|_| id.index() == self.analysis.tree().files.len())
    }

    fn report_files(&self) -> Vec<ReportFile<'_>> {
        let files = self.analysis.tree().files.iter().map(|file| ReportFile {
            relative: &file.relative,
            text: &file.text,
            facts: &file.facts,
        });
        let config = self.config_file.iter().map(|file| ReportFile {
            relative: &file.relative,
            text: &file.text,
            facts: &file.facts,
        });
        files.chain(config).collect()
    }

    /// `excluded` is filled on the way: a file has many findings.
    fn verdict(&self, settings: &Settings, excluded: &[OnceCell<bool>], rule: &str, file: FileId) -> Verdict {
        let (Some((path, _)), Some(is_excluded)) = (self.file(file), excluded.get(file.index())) else {
            return Verdict::Own;
        };
        if *is_excluded.get_or_init(|| settings.excludes(path)) {
            return Verdict::Off;
        }
        settings.verdict_where_included(rule, path)
    }
}

fn read_config(
    file_system: &dyn FileSystem,
    project: &FoundProject,
    analysis: &Analysis,
    path: &Path,
) -> (LunoraConfig, Option<ConfigFile>) {
    let tree = analysis.tree();
    let lunora_dir = paths::relative(&project.location.root, &project.location.lunora_dir);
    if let Some(file) = tree.files.iter().find(|file| file.path == path) {
        return (LunoraConfig::read(file.id, &file.facts, &lunora_dir), None);
    }
    let content = file_system.read_at_most(path, MAX_FILE_BYTES).ok();
    let Some(text) = content.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return (LunoraConfig::default(), None);
    };
    let facts = lunora_extract::extract(path, &text);
    let id = FileId(u32::try_from(tree.files.len()).unwrap_or(u32::MAX));
    let config = LunoraConfig::read(id, &facts, &lunora_dir);
    let relative = paths::relative(&project.location.root, path);
    (config, Some(ConfigFile { path: path.to_owned(), relative, text: Arc::from(text), facts }))
}
