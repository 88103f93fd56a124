//! `tidy`: what no compiler checks.

use serde_json::Value;

use crate::error::TaskError;
use crate::registry;
use crate::repository::Repository;

/// Who may depend on whom. A crate that is missing here holds tests or tools and may use everything.
const EDGES: &[(&str, &[&str])] = &[
    ("lunora-facts", &[]),
    ("lunora-extract", &["lunora-facts"]),
    ("lunora-source", &["lunora-facts", "lunora-extract"]),
    ("lunora-report", &["lunora-facts"]),
    ("lunora-project", &["lunora-facts", "lunora-source"]),
    ("lunora-rules", &["lunora-facts", "lunora-source", "lunora-project", "lunora-report"]),
    ("lunora-engine", &["lunora-facts", "lunora-source"]),
    (
        "lunora-advisor",
        &[
            "lunora-facts",
            "lunora-source",
            "lunora-project",
            "lunora-report",
            "lunora-rules",
            "lunora-engine",
        ],
    ),
];

/// Crates that touch oxc: one reads code, one runs it, one measures against it.
const OXC: &[&str] = &["lunora-extract", "lunora-engine", "lunora-perf"];
const RESOLVER: &[&str] = &["lunora-source", "lunora-perf"];

/// A file with more lines than this holds more than one thing.
const MAX_LINES: usize = 700;

/// Checks the repository.
pub(crate) fn run(repository: &Repository) -> Result<String, TaskError> {
    let metadata = repository.cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"])?;
    let mut wrong = edges(&metadata);
    let names = registry::rule_names(repository)?;
    if repository.read(registry::PATH)? != registry::text(&names) {
        wrong.push(format!(
            "{}: does not list the rules beside it; see xtask/src/registry.rs",
            registry::PATH
        ));
    }
    let mut count = 0;
    for folder in ["analyzer", "rules", "engine", "lsp", "cli", "tests", "xtask"] {
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

/// Dependencies, tests' own excepted, that go against the arrows.
fn edges(metadata: &str) -> Vec<String> {
    let Ok(metadata) = serde_json::from_str::<Value>(metadata) else {
        return vec!["cargo metadata can't be read".to_owned()];
    };
    let mut wrong = Vec::new();
    for package in array(&metadata, "packages") {
        let name = text(package, "name");
        let allowed = EDGES.iter().find(|(known, _)| *known == name).map(|(_, allowed)| *allowed);
        for dependency in array(package, "dependencies") {
            if dependency.get("kind").is_some_and(|kind| !kind.is_null()) {
                continue;
            }
            let target = text(dependency, "name");
            let is_ours = EDGES.iter().any(|(known, _)| *known == target);
            let is_against_arrow = is_ours && allowed.is_some_and(|allowed| !allowed.contains(&target));
            let is_misplaced = match target {
                "oxc_resolver" => !RESOLVER.contains(&name),
                _ if target.starts_with("oxc_") => !OXC.contains(&name),
                _ => false,
            };
            if is_against_arrow || is_misplaced {
                wrong.push(format!(
                    "{name} must not depend on {target} (ARCHITECTURE.md, invariants 1 and 2)"
                ));
            }
        }
    }
    wrong
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
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
    fn an_arrow_that_goes_up_is_found() {
        let metadata = |name: &str, dependency: &str, kind: &str| {
            format!(
                r#"{{"packages":[{{"name":"{name}","dependencies":[{{"name":"{dependency}","kind":{kind}}}]}}]}}"#
            )
        };
        assert!(edges(&metadata("lunora-rules", "lunora-project", "null")).is_empty());
        assert!(edges(&metadata("lunora-project", "lunora-rules", r#""dev""#)).is_empty());
        assert_eq!(edges(&metadata("lunora-project", "lunora-rules", "null")).len(), 1);
        assert_eq!(edges(&metadata("lunora-rules", "oxc_ast", "null")).len(), 1);
        assert_eq!(edges(&metadata("lunora-extract", "oxc_resolver", "null")).len(), 1);
    }

    #[test]
    fn shortcuts_outside_of_tests_are_found() {
        let code =
            format!("fn a() {{ b(){UNWRAP} }}\n#[cfg(test)]\nmod tests {{\n fn c() {{ d(){UNWRAP} }}\n}}\n");
        assert_eq!(source("rules/src/a.rs", &code), [format!("rules/src/a.rs:1: `{UNWRAP}`")]);
        assert!(source("rules/src/reads/tests.rs", &code).is_empty());
        assert_eq!(source("rules/src/a.rs", &"\n".repeat(MAX_LINES + 1)).len(), 1);
    }
}
