//! Rule names in suppression comments, and what their pages say.

use lunora_check::rules;
use lunora_facts::{Comment, Span};
use lunora_report::{RuleMetadata, canonical_rule_name};

/// A word of a comment or of the configuration that stands where a rule's name does.
pub(super) struct RuleWord {
    pub(super) span: Span,
    /// `None` if there is no such rule.
    pub(super) rule: Option<&'static RuleMetadata>,
}

/// The words of a suppression comment that stand where rules' names do.
pub(super) fn rule_words(comment: &Comment) -> Vec<RuleWord> {
    let text = comment.text.as_str();
    let Some(directive) = text.find("lunora-advisor-disable") else { return Vec::new() };
    let rest = text.get(directive..).unwrap_or_default();
    let start = directive + rest.find(char::is_whitespace).unwrap_or(rest.len());
    let rest = text.get(start..).unwrap_or_default();
    let names = rest.split_once("--").map_or(rest, |(names, _)| names);
    // The delimiter `//` or `/*` is not part of the text.
    let base = comment.span.start as usize + 2 + start;
    words(names)
        .map(|(offset, word)| {
            let begin = u32::try_from(base + offset).unwrap_or(u32::MAX);
            let length = u32::try_from(word.len()).unwrap_or_default();
            RuleWord { span: Span::new(begin, begin + length), rule: rule(word) }
        })
        .collect()
}

/// A rule by its name, however it is spelled.
pub(super) fn rule(name: &str) -> Option<&'static RuleMetadata> {
    let canonical = canonical_rule_name(name);
    rules().into_iter().find(|rule| rule.name == canonical)
}

/// The first part of a rule's page: its title, level and what it finds.
pub(super) fn page_start(rule: &RuleMetadata) -> String {
    let found = rule.docs.split("\n## What it finds").nth(1).unwrap_or_default();
    let found = found.split("\n## ").next().unwrap_or_default().trim();
    format!(
        "**{}** (`{}`, {})\n\n{}\n\n[The page of the rule]({})",
        rule.title,
        rule.name,
        rule.level.as_str(),
        if found.is_empty() { rule.description } else { found },
        rule.docs_url()
    )
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    text.split(move |character| !is_word(character))
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}
