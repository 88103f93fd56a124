//! Rule names as links to their pages.

use std::str::FromStr;

use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams, Range, Uri};

use super::config::config_words;
use super::rules::{RuleWord, rule_words};
use crate::snapshot::Snapshot;

/// The rule names in a file's suppression comments, or in a configuration file.
#[must_use]
pub fn links(snapshot: &Snapshot, parameters: &DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let uri = &parameters.text_document.uri;
    if let Some((config, document)) = snapshot.config_document(uri) {
        let range = |word: &RuleWord| snapshot.client.encoding.range(&document.lines, word.span);
        return Some(
            config_words(config, &document.text).iter().filter_map(|word| link(word, range(word))).collect(),
        );
    }
    let file = snapshot.file(uri)?;
    let words = file.source()?.facts.comments.iter().flat_map(rule_words);
    Some(words.filter_map(|word| link(&word, file.range(word.span))).collect())
}

fn link(word: &RuleWord, range: Range) -> Option<DocumentLink> {
    let rule = word.rule?;
    Some(DocumentLink {
        range,
        target: Uri::from_str(&rule.docs_url()).ok(),
        tooltip: Some(rule.title.to_owned()),
        data: None,
    })
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::TextDocumentIdentifier;

    use super::*;
    use crate::features::testing::PROJECT;
    use crate::testing::fixture;

    #[test]
    fn rule_names_in_comments_lead_to_their_pages() {
        let code = "//- /lunora/a.ts\r\n// ü lunora-advisor is fine\r\n/* lunora-advisor-disable-file unused-index, nothing_such, dispatch_cycle -- unused_table */$0\r\n";
        let fixture = fixture(&format!("{PROJECT}{code}"));
        let parameters = DocumentLinkParams {
            text_document: TextDocumentIdentifier::new(fixture.uri.clone()),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        let found = links(&fixture.snapshot, &parameters).expect("links");
        let shown: Vec<(u32, String)> = found
            .iter()
            .map(|link| {
                (
                    link.range.start.character,
                    link.target.as_ref().map_or(String::new(), |uri| uri.to_string()),
                )
            })
            .collect();
        let page = |name: &str| format!("https://lunora-advisor.dev/rules/{name}");
        assert_eq!(shown, [(31, page("unused_index")), (59, page("dispatch_cycle"))]);
    }
}
