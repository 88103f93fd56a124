//! `docs`: the pages that are made from the rules and from the command line, and the schema of the configuration that editors complete by.

use std::collections::BTreeMap;
use std::fmt::Write;

use lunora_report::{Category, RuleMetadata, lunora_config_rules};

use crate::error::TaskError;
use crate::repository::Repository;

/// Writes the generated pages, or checks that they are fresh.
pub(crate) fn run(repository: &Repository, is_check: bool) -> Result<String, TaskError> {
    let mut pages = rule_pages();
    pages.insert("docs/cli.md".to_owned(), command_line(repository)?);
    pages.insert(CONFIG_SCHEMA.to_owned(), config_schema(repository)?);
    let mut stale: Vec<String> = pages
        .iter()
        .filter(|(path, text)| repository.read(path).ok().as_ref() != Some(text))
        .map(|(path, _)| path.clone())
        .collect();
    let orphans: Vec<String> =
        repository.files("docs/rules", ".md")?.into_iter().filter(|path| !pages.contains_key(path)).collect();
    if is_check {
        stale.extend(orphans);
        return if stale.is_empty() {
            Ok(format!("{} pages are fresh", pages.len()))
        } else {
            Err(TaskError::Stale(stale))
        };
    }
    for path in &stale {
        repository.write(path, pages.get(path).map_or("", String::as_str))?;
    }
    for orphan in &orphans {
        let path = repository.path(orphan);
        std::fs::remove_file(&path).map_err(|source| TaskError::File { path, source })?;
    }
    Ok(format!("{} pages written, {} removed, {} in all", stale.len(), orphans.len(), pages.len()))
}

/// The schema that the VS Code extension carries.
const CONFIG_SCHEMA: &str = "editors/vscode/schemas/lunora-advisor.schema.json";

fn config_schema(repository: &Repository) -> Result<String, TaskError> {
    repository.cargo(&["run", "--quiet", "--package", "lunora-advisor", "--", "config-schema"])
}

fn rule_pages() -> BTreeMap<String, String> {
    let judged = lunora_rules::registry().iter().map(|rule| rule.metadata);
    let mut rules: Vec<&RuleMetadata> = judged.chain(lunora_config_rules()).collect();
    rules.sort_by_key(|rule| rule.name);
    let mut pages: BTreeMap<String, String> =
        rules.iter().map(|rule| (format!("docs/rules/{}.md", rule.name), rule_page(rule))).collect();
    pages.insert("docs/rules/README.md".to_owned(), index(&rules));
    pages
}

/// A rule's own page below a line of facts about it.
fn rule_page(rule: &RuleMetadata) -> String {
    let body = rule.docs.split_once('\n').map_or("", |(_, body)| body);
    format!(
        "<!-- Written by `xtask docs` from the page beside its rule. -->\n\n# {name}\n\n{description}\n\n\
         | level | category | felt by | fix |\n| --- | --- | --- | --- |\n| {level} | {categories} | {facing} | {fix} |\n{body}",
        name = rule.name,
        description = rule.description,
        level = rule.level.as_str(),
        categories = categories(rule),
        facing = rule.facing.as_str().to_lowercase(),
        fix = rule.fix.as_str(),
    )
}

fn index(rules: &[&RuleMetadata]) -> String {
    let mut text = String::from(
        "<!-- Written by `xtask docs`. -->\n\n# Rules\n\n\
         `lunora-advisor explain RULE` prints the same pages.\n",
    );
    for category in [Category::Security, Category::Schema, Category::Performance] {
        let mut of_category =
            rules.iter().filter(|rule| rule.categories.first() == Some(&category)).peekable();
        if of_category.peek().is_none() {
            continue;
        }
        let _ = write!(
            text,
            "\n## {}\n\n| rule | level | what it reports |\n| --- | --- | --- |\n",
            category.as_str()
        );
        for rule in of_category {
            let _ = writeln!(
                text,
                "| [{name}]({name}.md) | {level} | {description} |",
                name = rule.name,
                level = rule.level.as_str(),
                description = rule.description,
            );
        }
    }
    text
}

fn categories(rule: &RuleMetadata) -> String {
    let names: Vec<&str> = rule.categories.iter().map(|category| category.as_str()).collect();
    names.join(", ")
}

/// What `--help` says, of the program and of each command.
fn command_line(repository: &Repository) -> Result<String, TaskError> {
    let help = |command: &[&str]| {
        let mut arguments = vec!["run", "--quiet", "--package", "lunora-advisor", "--"];
        arguments.extend(command);
        arguments.push("--help");
        repository.cargo(&arguments).map(|text| without_trailing_space(&text))
    };
    let main = help(&[])?;
    let mut text =
        format!("<!-- Written by `xtask docs`. -->\n\n# The command line\n\n```text\n{main}\n```\n");
    for command in commands(&main) {
        let _ = write!(text, "\n## {command}\n\n```text\n{}\n```\n", help(&[command])?);
    }
    Ok(text)
}

/// The names below `Commands:`.
fn commands(help: &str) -> Vec<&str> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

fn without_trailing_space(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_the_help() {
        let help = "About\n\nCommands:\n  check    Report\n           more of it\n  rules    List\n  help     Print\n\nOptions:\n  -h";
        assert_eq!(commands(help), ["check", "rules"]);
    }

    #[test]
    fn every_rule_is_in_the_index_once() {
        let pages = rule_pages();
        let index = &pages["docs/rules/README.md"];
        for rule in lunora_rules::registry() {
            let link = format!("({}.md)", rule.metadata.name);
            assert_eq!(index.matches(&link).count(), 1, "{link}");
        }
        assert_eq!(pages.len(), lunora_rules::registry().len() + lunora_config_rules().len() + 1);
    }
}
