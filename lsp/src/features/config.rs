//! Rule names in `lunora-advisor.jsonc`.

use lunora_facts::Span;
use tower_lsp::ls_types::Uri;

use super::rules::{RuleWord, rule};
use crate::documents::Document;
use crate::snapshot::{Snapshot, canonical, path_of};

/// The names of the configuration file.
const NAMES: &[&str] = &["lunora-advisor.jsonc", "lunora-advisor.json"];

impl Snapshot {
    /// The open document of a configuration file.
    pub(super) fn config_document(&self, uri: &Uri) -> Option<&Document> {
        let path = path_of(uri)?;
        let is_config =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name));
        is_config.then(|| self.documents.get(&canonical(&path))).flatten()
    }
}

/// The keys of a configuration file that are rules' names.
pub(super) fn config_words(text: &str) -> Vec<RuleWord> {
    let keys = strings(text).into_iter().filter(|string| string.is_rule_key);
    keys.filter_map(|string| {
        let known = rule(text.get(string.span.range())?)?;
        Some(RuleWord { span: string.span, rule: Some(known) })
    })
    .collect()
}

/// The string at an offset, without its quotes, if it stands where a rule's name is expected.
pub(super) fn rule_key_at(text: &str, offset: u32) -> Option<Span> {
    let strings = strings(text);
    let string = strings.iter().find(|string| string.span.start <= offset && offset <= string.span.end)?;
    string.is_rule_key.then_some(string.span)
}

/// A string of a configuration file.
struct Text {
    /// Without the quotes.
    span: Span,
    /// Whether it is, or may become, a key directly within an object under the key `rules`.
    is_rule_key: bool,
}

/// Every string of a text that may be half-written JSON with comments.
fn strings(text: &str) -> Vec<Text> {
    let bytes = text.as_bytes();
    let mut found: Vec<Text> = Vec::new();
    // For each open bracket, the key that leads to it; and the last string seen, which may be a key.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut last: Option<String> = None;
    let mut is_after_colon = false;
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        match byte {
            b'/' if bytes.get(position + 1) == Some(&b'/') => {
                position += text.get(position..).and_then(|rest| rest.find('\n')).unwrap_or(text.len());
            }
            b'/' if bytes.get(position + 1) == Some(&b'*') => {
                position += text.get(position..).and_then(|rest| rest.find("*/")).unwrap_or(text.len()) + 1;
            }
            b'"' => {
                let start = position + 1;
                let rest = bytes.get(start..).unwrap_or_default();
                let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\n' | b'\r'));
                let end = start + length.unwrap_or(rest.len());
                let is_rule_key = !is_after_colon && matches!(open.last(), Some(Some(key)) if key == "rules");
                let offset = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
                found.push(Text { span: Span::new(offset(start), offset(end)), is_rule_key });
                last = text.get(start..end).map(str::to_owned);
                is_after_colon = false;
                position = end;
            }
            b':' => is_after_colon = true,
            b',' => (is_after_colon, last) = (false, None),
            b'{' | b'[' => {
                open.push(last.take());
                is_after_colon = false;
            }
            b'}' | b']' => {
                open.pop();
                is_after_colon = false;
            }
            _ => {}
        }
        position += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_directly_within_rules_are_names_of_rules() {
        let text = r#"{ // "rules"
            "exclude": ["unbounded_collect"],
            "rules": { "unbounded_collect": "off", "dispatch-cycle": { "level": "warn" }, "un
            "overrides": [{ "files": [], "rules": { "unused_index": "off" } }] }"#;
        let named: Vec<&str> =
            config_words(text).iter().filter_map(|word| word.rule).map(|rule| rule.name).collect();
        assert_eq!(named, ["unbounded_collect", "dispatch_cycle", "unused_index"]);
        let half = text.find("\"un\n").expect("it") as u32;
        assert_eq!(rule_key_at(text, half + 3), Some(Span::new(half + 1, half + 3)));
        assert_eq!(rule_key_at(text, text.find("off").expect("it") as u32), None);
    }
}
