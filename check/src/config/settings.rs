//! What the configuration says about one rule in one file.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use lunora_report::Level;

use super::{Config, RuleLevel};

/// A configuration, ready to be asked.
#[derive(Debug)]
pub struct Settings {
    /// What the file says.
    pub config: Config,
    /// The configuration file, if there is one.
    file: Option<PathBuf>,
    /// The folder that globs are relative to.
    directory: PathBuf,
    exclude: GlobSet,
    overrides: Vec<GlobSet>,
}

/// What becomes of the findings of a rule in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// They are dropped.
    Off,
    /// They stand, at the rule's own level.
    Own,
    /// They stand, at this level.
    At(Level),
}

impl Settings {
    /// Settings by a configuration whose globs are relative to `directory`.
    /// [Reading](super::read) refuses invalid globs, so here they match nothing.
    pub fn new(config: Config, file: Option<PathBuf>, directory: PathBuf) -> Self {
        Self {
            exclude: glob_set(&config.exclude),
            overrides: config.overrides.iter().map(|entry| glob_set(&entry.files)).collect(),
            config,
            file,
            directory,
        }
    }

    /// The configuration file, if there is one.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The baseline that the configuration names.
    pub fn baseline(&self) -> Option<PathBuf> {
        self.config.baseline.as_ref().map(|file| self.directory.join(file))
    }

    /// Whether findings in a file are not wanted. The path is absolute.
    pub fn excludes(&self, file: &Path) -> bool {
        self.exclude.is_match(self.relative(file))
    }

    /// What becomes of the findings of `rule` in a file. The path is absolute.
    pub fn verdict(&self, rule: &str, file: &Path) -> Verdict {
        if self.excludes(file) { Verdict::Off } else { self.verdict_where_included(rule, file) }
    }

    /// The same for a file of which it is known that findings in it are wanted.
    pub(crate) fn verdict_where_included(&self, rule: &str, file: &Path) -> Verdict {
        let matching = self.config.overrides.iter().zip(&self.overrides).rev();
        let level = matching
            .filter(|(_, globs)| globs.is_match(self.relative(file)))
            .filter_map(|(entry, _)| entry.rules.get(rule)?.level)
            .chain(self.config.rules.get(rule).and_then(|setting| setting.level))
            .next();
        match level.map(RuleLevel::level) {
            None => Verdict::Own,
            Some(None) => Verdict::Off,
            Some(Some(level)) => Verdict::At(level),
        }
    }

    fn relative<'a>(&self, file: &'a Path) -> &'a Path {
        file.strip_prefix(&self.directory).unwrap_or(file)
    }
}

/// Compiles one pattern: `/` is matched by `**` only, a pattern without `/` matches in every folder.
pub(super) fn glob(pattern: &str) -> Result<globset::Glob, globset::Error> {
    let anchored = pattern.trim_start_matches("./");
    let trimmed = anchored.trim_end_matches('/');
    let whole = if trimmed.contains('/') {
        trimmed.trim_start_matches('/').to_owned()
    } else {
        format!("**/{trimmed}")
    };
    GlobBuilder::new(&whole).literal_separator(true).build()
}

/// Compiles patterns. A pattern that names a folder stands for everything below it.
fn glob_set(patterns: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for whole in patterns.iter().filter_map(|pattern| glob(pattern).ok()) {
        let below = GlobBuilder::new(&format!("{}/**", whole.glob())).literal_separator(true).build();
        builder.add(whole);
        if let Ok(below) = below {
            builder.add(below);
        }
    }
    builder.build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::{Override, RuleSetting};

    fn setting(level: RuleLevel) -> RuleSetting {
        RuleSetting { level: Some(level), ..RuleSetting::default() }
    }

    fn settings(exclude: &[&str]) -> Settings {
        let entry = |file: &str, level| Override {
            files: vec![file.to_owned()],
            rules: BTreeMap::from([("r".to_owned(), setting(level))]),
        };
        let config = Config {
            exclude: exclude.iter().map(|pattern| (*pattern).to_owned()).collect(),
            rules: BTreeMap::from([("r".to_owned(), setting(RuleLevel::Warn))]),
            overrides: vec![
                entry("lunora/admin", RuleLevel::Off),
                entry("lunora/admin/*.gen.ts", RuleLevel::Error),
            ],
            ..Config::default()
        };
        Settings::new(config, None, PathBuf::from("/p"))
    }

    #[test]
    fn the_last_override_that_matches_wins() {
        let settings = settings(&[]);
        assert_eq!(settings.verdict("r", Path::new("/p/lunora/a.ts")), Verdict::At(Level::Warn));
        assert_eq!(settings.verdict("r", Path::new("/p/lunora/admin/x/a.ts")), Verdict::Off);
        assert_eq!(settings.verdict("r", Path::new("/p/lunora/admin/a.gen.ts")), Verdict::At(Level::Error));
        assert_eq!(settings.verdict("other", Path::new("/p/lunora/admin/a.ts")), Verdict::Own);
    }

    #[test]
    fn globs_match_files_folders_and_bare_names() {
        let settings = settings(&["./lunora/seed/", "*.gen.ts", "lunora/*/old.ts"]);
        for excluded in ["lunora/seed/a/b.ts", "lunora/x/y.gen.ts", "lunora/x/old.ts"] {
            assert!(settings.excludes(&Path::new("/p").join(excluded)), "{excluded}");
        }
        for kept in ["lunora/seeds.ts", "other/lunora/seed/a.ts", "lunora/x/y/old.ts"] {
            assert!(!settings.excludes(&Path::new("/p").join(kept)), "{kept}");
        }
    }
}
