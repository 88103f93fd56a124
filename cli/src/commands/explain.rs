//! `lunora-advisor explain`: what a rule is about.

use lunora_report::{RuleMetadata, canonical_rule_name, closest};

use super::rules::category_names;
use crate::arguments::ExplainArguments;
use crate::error::CliError;
use crate::output::Outcome;

/// Prints the rule's page below the facts about it.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<Outcome, CliError> {
    let rules = lunora_check::rules();
    let rule = find(&arguments.rule, &rules)?;
    Ok(Outcome::text(page(rule)))
}

fn find(typed: &str, rules: &[&'static RuleMetadata]) -> Result<&'static RuleMetadata, CliError> {
    let name = canonical_rule_name(typed);
    rules.iter().copied().find(|rule| rule.name == name).ok_or_else(|| CliError::UnknownRule {
        typed: typed.to_owned(),
        closest: closest(&name, rules.iter().map(|rule| rule.name)),
    })
}

fn page(rule: &RuleMetadata) -> String {
    format!(
        "{}: {}\nlevel {}, {}, fix: {}\n{}\n\n{}\n",
        rule.name,
        rule.title,
        rule.level.as_str(),
        category_names(rule),
        rule.fix.as_str(),
        rule.docs_url(),
        readable(rule.docs),
    )
}

/// Markdown as plain text: without the title, which stands above already, and with code set off by indentation instead of fences.
fn readable(markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_code = false;
    for line in markdown.trim().lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            lines.push(format!("    {line}").trim_end().to_owned());
        } else if !(lines.is_empty() && (line.starts_with("# ") || line.is_empty())) {
            lines.push(line.trim_start_matches('#').trim_start_matches(' ').to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rules;

    #[test]
    fn kebab_case_is_accepted() {
        assert_eq!(find("unknown-table", &rules()).expect("the rule").name, "unknown_table");
    }

    #[test]
    fn an_unknown_rule_names_the_nearest() {
        let error = find("unknown-tabel", &rules()).expect_err("no such rule");
        assert_eq!(
            error.to_string(),
            "there is no rule `unknown-tabel`. Did you mean `unknown_table`? `lunora-advisor rules` lists them all."
        );
    }

    #[test]
    fn a_page_reads_as_plain_text() {
        let markdown = "# unknown_table\n\nWhat it says.\n\n## Example\n\n```ts\nconst a = 1;\n\nb();\n```\n";
        assert_eq!(readable(markdown), "What it says.\n\nExample\n\n    const a = 1;\n\n    b();");
    }
}
