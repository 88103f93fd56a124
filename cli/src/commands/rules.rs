//! `lunora-advisor rules`: every rule there is.

use std::fmt::Write;

use lunora_report::{Category, Facing, Level, RuleMetadata};
use serde::Serialize;

use super::json;
use crate::arguments::{ListFormat, RulesArguments};
use crate::error::CliError;
use crate::output::Outcome;

/// Prints the rules, sorted by name.
pub(crate) fn run(arguments: &RulesArguments) -> Result<Outcome, CliError> {
    let rules = lunora_check::rules();
    match arguments.format {
        ListFormat::Pretty => Ok(Outcome::text(table(&rules))),
        ListFormat::Json => {
            let wire: Vec<_> = rules.iter().map(|rule| Rule::new(rule)).collect();
            json(&wire)
        }
    }
}

/// The categories of a rule, as one word or several.
pub(super) fn category_names(rule: &RuleMetadata) -> String {
    let names: Vec<_> = rule.categories.iter().map(|category| category.as_str()).collect();
    names.join(", ")
}

fn table(rules: &[&RuleMetadata]) -> String {
    let mut text = String::new();
    let name_width = rules.iter().map(|rule| rule.name.len()).chain([4]).max().unwrap_or(4);
    let category_width = rules.iter().map(|rule| category_names(rule).len()).chain([8]).max().unwrap_or(8);
    let mut row = |name: &str, level: &str, category: &str, fix: &str, description: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{name:name_width$}  {level:5}  {category:category_width$}  {fix:9}  {description}"
        );
    };
    row("RULE", "LEVEL", "CATEGORY", "FIX", "WHAT IT REPORTS");
    for rule in rules {
        row(rule.name, rule.level.as_str(), &category_names(rule), rule.fix.as_str(), rule.description);
    }
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    name: &'a str,
    title: &'a str,
    level: Level,
    categories: &'a [Category],
    facing: Facing,
    description: &'a str,
    fix: &'a str,
    docs_url: String,
}

impl<'a> Rule<'a> {
    fn new(rule: &'a RuleMetadata) -> Self {
        Self {
            name: rule.name,
            title: rule.title,
            level: rule.level,
            categories: rule.categories,
            facing: rule.facing,
            description: rule.description,
            fix: rule.fix.as_str(),
            docs_url: rule.docs_url(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rules;

    #[test]
    fn columns_are_aligned() {
        let table = table(&rules());
        let column = |line: &str| line.find("Says something").or_else(|| line.find("WHAT"));
        let mut columns: Vec<_> = table.lines().map(column).collect();
        columns.dedup();
        assert_eq!(columns.len(), 1, "{table}");
    }
}
