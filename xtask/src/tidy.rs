//! `tidy`: what no compiler checks. Who may depend on whom is a test of its own (`tests/tests/architecture.rs`).

use crate::error::TaskError;
use crate::registry;
use crate::repository::Repository;

/// A file with more lines than this holds more than one thing.
const MAX_LINES: usize = 700;

/// Checks the repository.
pub(crate) fn run(repository: &Repository) -> Result<String, TaskError> {
    let mut wrong = Vec::new();
    let names = registry::rule_names(repository)?;
    if repository.read(registry::PATH)? != registry::text(&names) {
        wrong.push(format!(
            "{}: does not list the rules beside it; see xtask/src/registry.rs",
            registry::PATH
        ));
    }
    let mut count = 0;
    for folder in ["analyzer", "rules", "check", "engine", "verify", "lsp", "cli", "tests", "xtask"] {
        for file in repository.files(folder, ".rs")? {
            wrong.extend(source(&file, &repository.read(&file)?));
            count += 1;
        }
    }
    if wrong.is_empty() {
        Ok(format!("{count} files and {} rules are tidy", names.len()))
    } else {
        Err(TaskError::Untidy(wrong))
    }
}

/// What is wrong with a source file.
fn source(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = text.lines().count();
    if lines > MAX_LINES {
        wrong.push(format!("{path}: {lines} lines; split it by concept (at most {MAX_LINES})"));
    }
    let is_test = path.starts_with("tests/")
        || path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("/testing.rs");
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    for (number, line) in (1..).zip(code.lines()) {
        let forbidden: &[&str] = if is_test { &[TODO, DEBUG] } else { &[TODO, DEBUG, UNWRAP] };
        if let Some(found) = forbidden.iter().find(|word| line.contains(**word)) {
            wrong.push(format!("{path}:{number}: `{found}`"));
        }
    }
    wrong
}

// In parts, so that this file does not hold what it forbids.
const TODO: &str = concat!("todo", "!(");
const DEBUG: &str = concat!("dbg", "!(");
const UNWRAP: &str = concat!(".unwrap", "()");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_outside_of_tests_are_found() {
        let code =
            format!("fn a() {{ b(){UNWRAP} }}\n#[cfg(test)]\nmod tests {{\n fn c() {{ d(){UNWRAP} }}\n}}\n");
        assert_eq!(source("rules/src/a.rs", &code), [format!("rules/src/a.rs:1: `{UNWRAP}`")]);
        assert!(source("rules/src/reads/tests.rs", &code).is_empty());
        assert_eq!(source("rules/src/a.rs", &"\n".repeat(MAX_LINES + 1)).len(), 1);
    }
}
