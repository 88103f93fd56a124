//! Rule names in `lunora-advisor.jsonc`, and in what `lunora.config.*` accepts.

use lunora_facts::Span;
use tower_lsp::ls_types::Uri;

use super::rules::{RuleWord, rule};
use crate::documents::Document;
use crate::snapshot::{Snapshot, canonical, path_of};

/// A file that names rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Config {
    /// `lunora-advisor.jsonc` or `.json`: the keys within `rules`.
    Advisor,
    /// `lunora.config.ts` and its kin: what is `rule` in the entries of `accept`.
    Lunora,
}

impl Snapshot {
    /// The open document of a configuration file.
    pub(super) fn config_document(&self, uri: &Uri) -> Option<(Config, &Document)> {
        let path = path_of(uri)?;
        let config = match path.file_name()?.to_str()? {
            "lunora-advisor.jsonc" | "lunora-advisor.json" => Config::Advisor,
            name if name.starts_with("lunora.config.") => Config::Lunora,
            _ => return None,
        };
        Some((config, self.documents.get(&canonical(&path))?))
    }
}

/// The names of rules in a configuration file.
pub(super) fn config_words(config: Config, text: &str) -> Vec<RuleWord> {
    let names = strings(config, text).into_iter().filter(|string| string.names_rule);
    names
        .filter_map(|string| {
            let known = rule(text.get(string.span.range())?)?;
            Some(RuleWord { span: string.span, rule: Some(known) })
        })
        .collect()
}

/// The string at an offset, without its quotes, if it stands where a rule's name is expected.
pub(super) fn rule_name_at(config: Config, text: &str, offset: u32) -> Option<Span> {
    let strings = strings(config, text);
    let string = strings.iter().find(|string| string.span.start <= offset && offset <= string.span.end)?;
    string.names_rule.then_some(string.span)
}

/// A string of a configuration file.
struct Text {
    /// Without the quotes.
    span: Span,
    /// Whether it is, or may become, the name of a rule.
    names_rule: bool,
}

/// Every string of a text that may be half-written.
fn strings(config: Config, text: &str) -> Vec<Text> {
    let bytes = text.as_bytes();
    let mut found: Vec<Text> = Vec::new();
    let mut place = Place::default();
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        match byte {
            b'/' if bytes.get(position + 1) == Some(&b'/') => {
                position += text.get(position..).and_then(|rest| rest.find('\n')).unwrap_or(text.len());
            }
            b'/' if bytes.get(position + 1) == Some(&b'*') => {
                position += text.get(position..).and_then(|rest| rest.find("*/")).unwrap_or(text.len()) + 1;
            }
            b'"' | b'\'' => {
                let start = position + 1;
                let rest = bytes.get(start..).unwrap_or_default();
                let length = rest.iter().position(|end| end == byte || matches!(end, b'\n' | b'\r'));
                let end = start + length.unwrap_or(rest.len());
                let offset = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
                let span = Span::new(offset(start), offset(end));
                found.push(Text { span, names_rule: place.takes_rule(config) });
                place.see(text.get(start..end));
                position = end;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let rest = text.get(position..).unwrap_or_default();
                let is_word = |character: char| character.is_alphanumeric() || character == '_';
                let length = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
                place.see(rest.get(..length));
                position += length - 1;
            }
            b':' => place.is_value = true,
            b',' => (place.is_value, place.last) = (false, None),
            b'{' | b'[' => {
                place.open.push(place.last.take());
                place.is_value = false;
            }
            b'}' | b']' => {
                place.open.pop();
                place.is_value = false;
            }
            _ => {}
        }
        position += 1;
    }
    found
}

/// Where one is in a text.
#[derive(Default)]
struct Place {
    /// For each open bracket, the key that leads to it.
    open: Vec<Option<String>>,
    /// The last word or string, which may be a key.
    last: Option<String>,
    /// Whether a colon follows that.
    is_value: bool,
}

impl Place {
    /// A word or a string; a value does not become a key.
    fn see(&mut self, word: Option<&str>) {
        self.last = word.map(str::to_owned).filter(|_| !self.is_value);
        self.is_value = false;
    }

    /// Whether a string here is the name of a rule.
    fn takes_rule(&self, config: Config) -> bool {
        let leads = |bracket: Option<&Option<String>>, key: &str| {
            bracket.is_some_and(|known| known.as_deref() == Some(key))
        };
        match config {
            Config::Advisor => !self.is_value && leads(self.open.last(), "rules"),
            Config::Lunora => {
                let around = self.open.len().checked_sub(2).and_then(|position| self.open.get(position));
                self.is_value && self.last.as_deref() == Some("rule") && leads(around, "accept")
            }
        }
    }
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
        let named: Vec<&str> = config_words(Config::Advisor, text)
            .iter()
            .filter_map(|word| word.rule)
            .map(|rule| rule.name)
            .collect();
        assert_eq!(named, ["unbounded_collect", "dispatch_cycle", "unused_index"]);
        let half = text.find("\"un\n").expect("it") as u32;
        assert_eq!(rule_name_at(Config::Advisor, text, half + 3), Some(Span::new(half + 1, half + 3)));
        assert_eq!(rule_name_at(Config::Advisor, text, text.find("off").expect("it") as u32), None);
    }

    #[test]
    fn only_what_is_accepted_names_rules_in_lunoras_own_configuration() {
        let text = "import { defineConfig } from 'lunora';\n// rule: \"unused_index\"\nexport default defineConfig({ rules: { 'unused_index': 'x' }, advisor: { minSeverity: \"warn\",\n  accept: [{ rule: 'unbounded_collect', file: \"unused_index\" }, { file: \"a\", rule: \"disp";
        let named: Vec<&str> = config_words(Config::Lunora, text)
            .iter()
            .filter_map(|word| word.rule)
            .map(|rule| rule.name)
            .collect();
        assert_eq!(named, ["unbounded_collect"]);
        let end = text.len() as u32;
        assert_eq!(rule_name_at(Config::Lunora, text, end), Some(Span::new(end - 4, end)));
    }
}
