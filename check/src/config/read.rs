//! From the text of a configuration file to settings, or to an error that says where.

use std::path::{Path, PathBuf};

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use lunora_report::canonical_rule_name;
use lunora_source::FileSystem;
use thiserror::Error;

use super::Config;
use super::deserialize::{Problem, from_document, unknown};
use super::settings::glob;
use crate::positions::line_and_column;

/// Why a configuration file cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{}: cannot read the configuration: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What it says makes no sense.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: u32,
        /// 1-based, in UTF-16 code units.
        column: u32,
        /// What is wrong, and what was probably meant.
        message: String,
    },
    /// A folder holds both spellings.
    #[error("{}: `lunora-advisor.jsonc` and `lunora-advisor.json` are both here; keep one of them", directory.display())]
    Ambiguous {
        /// The folder.
        directory: PathBuf,
    },
}

/// Reads a configuration file.
///
/// # Errors
/// If it cannot be read, is no JSON (comments and trailing commas are fine), or holds a key, rule, value or glob that means
/// nothing.
pub fn read(file_system: &dyn FileSystem, path: &Path, rules: &[&str]) -> Result<Config, ConfigError> {
    let text = file_system
        .read_text(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    parse(path, &text, rules)
}

/// Understands what stands in a configuration file.
///
/// # Errors
/// If it is no JSON (comments and trailing commas are fine), or holds a key, rule, value or glob that means nothing.
pub fn parse(path: &Path, text: &str, rules: &[&str]) -> Result<Config, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    understand(text, rules).map_err(|problem| {
        let offset = problem.range.map_or(0, |range| range.start);
        let (line, column) = line_and_column(text, offset);
        ConfigError::Invalid { path: path.to_owned(), line, column, message: problem.message }
    })
}

fn understand(text: &str, rules: &[&str]) -> Result<Config, Problem> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let document = parse_to_ast(text, &CollectOptions::default(), &options)
        .map_err(|error| Problem::at(error.range(), error.kind().to_string()))?;
    let value = match document.value {
        Some(Value::Object(object)) => Value::Object(object),
        Some(other) => return Err(Problem::at(other.range(), "expected an object")),
        None => {
            return Err(Problem::at(Range::new(0, 0), "the file is empty; expected an object"));
        }
    };
    refuse_duplicate_keys(&value)?;
    let mut config: Config = from_document(&value)?;
    if let Value::Object(root) = &value {
        check_names(root, rules)?;
    }
    canonicalize(&mut config);
    Ok(config)
}

fn refuse_duplicate_keys(value: &Value<'_>) -> Result<(), Problem> {
    match value {
        Value::Object(object) => {
            for (index, property) in object.properties.iter().enumerate() {
                let name = property.name.as_str();
                let mut earlier = object.properties.iter().take(index);
                if earlier.any(|earlier| earlier.name.as_str() == name) {
                    let message = format!("the key `{name}` is here twice; keep one of them");
                    return Err(Problem::at(property.name.range(), message));
                }
                refuse_duplicate_keys(&property.value)?;
            }
            Ok(())
        }
        Value::Array(array) => array.elements.iter().try_for_each(refuse_duplicate_keys),
        _ => Ok(()),
    }
}

/// Checks what the types cannot: rule names and globs.
fn check_names(root: &Object<'_>, rules: &[&str]) -> Result<(), Problem> {
    check_globs(root, "exclude")?;
    check_rules(root, rules)?;
    let overrides = root.get_array("overrides").map_or(&[][..], |array| &array.elements);
    for entry in overrides.iter().filter_map(Value::as_object) {
        check_globs(entry, "files")?;
        check_rules(entry, rules)?;
    }
    Ok(())
}

fn check_globs(object: &Object<'_>, key: &str) -> Result<(), Problem> {
    let patterns = object.get_array(key).map_or(&[][..], |array| &array.elements);
    for pattern in patterns.iter().filter_map(Value::as_string_lit) {
        glob(&pattern.value).map_err(|error| {
            let message = format!("`{}` is no glob: {}", pattern.value, error.kind());
            Problem::at(pattern.range, message)
        })?;
    }
    Ok(())
}

fn check_rules(object: &Object<'_>, rules: &[&str]) -> Result<(), Problem> {
    let Some(entries) = object.get_object("rules") else {
        return Ok(());
    };
    let mut seen: Vec<String> = Vec::new();
    for entry in &entries.properties {
        let typed = entry.name.as_str();
        let name = canonical_rule_name(typed);
        if !rules.contains(&name.as_str()) {
            return Err(Problem::at(entry.name.range(), unknown("rule", typed, rules)));
        }
        if seen.contains(&name) {
            let message = format!("the rule `{name}` is here twice; keep one of them");
            return Err(Problem::at(entry.name.range(), message));
        }
        if let Value::Object(options) = &entry.value {
            refuse_options(options)?;
        }
        seen.push(name);
    }
    Ok(())
}

/// No rule has options yet: whatever stands beside `level` is a mistake.
fn refuse_options(setting: &Object<'_>) -> Result<(), Problem> {
    match setting.properties.iter().find(|property| property.name.as_str() != "level") {
        Some(option) => {
            let message = unknown("key", option.name.as_str(), &["level"]);
            Err(Problem::at(option.name.range(), message))
        }
        None => Ok(()),
    }
}

fn canonicalize(config: &mut Config) {
    let maps = config.overrides.iter_mut().map(|entry| &mut entry.rules);
    for rules in maps.chain(std::iter::once(&mut config.rules)) {
        let settings = std::mem::take(rules);
        rules.extend(settings.into_iter().map(|(name, setting)| (canonical_rule_name(&name), setting)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{FailOn, RuleLevel};

    const RULES: &[&str] = &["filter_without_index", "unbounded_collect"];

    fn error(text: &str) -> String {
        let problem = understand(text, RULES).expect_err("an error");
        let (line, column) = line_and_column(text, problem.range.expect("a place").start);
        format!("{line}:{column} {}", problem.message)
    }

    #[test]
    fn comments_trailing_commas_and_kebab_case_are_fine() {
        let text = "{\n// why\n\"$schema\": \"x\", \"failOn\": \"warn\", \"rules\": { \"unbounded-collect\": \"off\", \
                    \"filter_without_index\": { \"level\": \"error\" }, },\n\"tables\": { \"settings\": { \"expectedRows\": 20 } } }";
        // Some editors begin each file with a byte order mark.
        let config = parse(Path::new("x"), &format!("\u{feff}{text}"), RULES).expect("a config");
        assert_eq!(config.fail_on, Some(FailOn::Warn));
        assert_eq!(config.rules["unbounded_collect"].level, Some(RuleLevel::Off));
        assert_eq!(config.rules["filter_without_index"].level, Some(RuleLevel::Error));
        assert_eq!(config.tables["settings"].expected_rows, Some(20));
    }

    #[test]
    fn an_unknown_name_is_an_error_with_its_place_and_the_nearest() {
        assert_eq!(error("{\n  \"rulez\": {}\n}"), "2:3 unknown key `rulez`. Did you mean `rules`?");
        assert_eq!(
            error("{ \"rules\": { \"unbounded_colect\": \"off\" } }"),
            "1:14 unknown rule `unbounded_colect`. Did you mean `unbounded_collect`?"
        );
        assert_eq!(
            error(
                "{ \"overrides\": [{ \"files\": [\"a\"], \"rules\": { \"filter-without-indx\": \"off\" } }] }"
            ),
            "1:46 unknown rule `filter-without-indx`. Did you mean `filter_without_index`?"
        );
        assert_eq!(
            error("{ \"rules\": { \"unbounded_collect\": { \"lvl\": \"off\" } } }"),
            "1:37 unknown key `lvl`. Known are `level`."
        );
        assert_eq!(
            error("{ \"tables\": { \"t\": { \"expectedrows\": 1 } } }"),
            "1:22 unknown key `expectedrows`. Did you mean `expectedRows`?"
        );
    }

    #[test]
    fn an_invalid_value_is_an_error_with_its_place() {
        assert_eq!(
            error("{ \"rules\": { \"unbounded_collect\": \"warning\" } }"),
            "1:35 unknown value `warning`. Known are `off`, `info`, `warn`, `error`."
        );
        assert_eq!(error("{ \"lunoraDir\": 5 }"), "1:16 invalid type: integer `5`, expected a string");
        assert_eq!(
            error("{ \"exclude\": [\"a/[\"] }"),
            "1:15 `a/[` is no glob: unclosed character class; missing ']'"
        );
        assert_eq!(
            error("{ \"failOn\": null }"),
            "1:13 invalid type: null, expected `error`, `warn`, `info` or `never`"
        );
        assert!(
            error("{ \"tables\": { \"t\": { \"expectedRows\": -1 } } }").starts_with("1:38 invalid value")
        );
    }

    #[test]
    fn a_key_that_is_there_twice_is_an_error() {
        assert_eq!(
            error("{ \"failOn\": \"info\",\n \"failOn\": \"warn\" }"),
            "2:2 the key `failOn` is here twice; keep one of them"
        );
        assert!(
            error("{ \"rules\": { \"unbounded_collect\": \"off\", \"unbounded-collect\": \"off\" } }")
                .contains("twice")
        );
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        assert_eq!(error("[]"), "1:1 expected an object");
        assert_eq!(error(""), "1:1 the file is empty; expected an object");
        assert!(error("{ failOn: 1 }").starts_with("1:3"));
    }
}
