//! Every feature at many places of real projects, as they are and half-written: nothing panics, and what is mentioned has answers.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lunora_project::mentions::Symbol;
use lunora_source::{DiscoveryOptions, Disk, find_projects, load};
use tower_lsp::ls_types::{
    CompletionParams, CompletionResponse, GotoDefinitionParams, HoverParams, PartialResultParams, Position,
    TextDocumentIdentifier, TextDocumentPositionParams, Uri, WorkDoneProgressParams,
};

use super::{completion, hover, navigation, rename};
use crate::testing::fixture;

/// The files of an example, as the text of a fixture.
fn example(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    let options = DiscoveryOptions::default();
    let locations = find_projects(&Disk, &[root], &options).expect("an example");
    let tree = load(&Disk, &locations[0], &options).expect("the example loads");
    let files = tree.files.iter().filter(|file| !file.relative.starts_with(".."));
    files.map(|file| format!("//- /{}\n{}\n", file.relative, file.text)).collect()
}

fn at(relative: &str, position: Position) -> TextDocumentPositionParams {
    let path: PathBuf = PathBuf::from("/app").join(relative);
    let uri = Uri::from_str(&format!("file://{}", path.display())).expect("a URI");
    TextDocumentPositionParams { text_document: TextDocumentIdentifier::new(uri), position }
}

#[test]
fn every_mention_in_an_example_has_a_hover_and_leads_to_its_declaration() {
    for name in ["chat", "blog", "workspace"] {
        let fixture = fixture(&example(name));
        let view = &fixture.snapshot.projects[0];
        let project = view.project();
        let mut answered = 0;
        for mention in project.mentions().all() {
            let is_named_only = matches!(mention.symbol, Symbol::Argument { .. } | Symbol::Output { .. })
                || super::subject::definition(project, project.mentions(), &mention.symbol).is_none();
            if is_named_only {
                continue;
            }
            let source = project.file(mention.place.file);
            let span = mention.span(source).expect("a span");
            let file = crate::FileView { snapshot: &fixture.snapshot, view, id: source.id };
            let place = at(&source.relative, file.range(span).start);
            let hovered = HoverParams {
                text_document_position_params: place.clone(),
                work_done_progress_params: WorkDoneProgressParams::default(),
            };
            let what = format!("{name}/{}: {:?}", source.relative, mention.symbol);
            assert!(hover::hover(&fixture.snapshot, &hovered).is_some(), "{what} has no hover");
            let asked = GotoDefinitionParams {
                text_document_position_params: place.clone(),
                work_done_progress_params: WorkDoneProgressParams::default(),
                partial_result_params: PartialResultParams::default(),
            };
            assert!(navigation::definition(&fixture.snapshot, &asked).is_some(), "{what} leads nowhere");
            // Whether it can be renamed or not: there is an answer.
            let _ = rename::prepare(&fixture.snapshot, &place);
            answered += 1;
        }
        assert!(answered > 100, "{name}: {answered}");
    }
}

#[test]
fn code_that_breaks_off_anywhere_can_be_completed() {
    let text = example("chat");
    let start = text.find("//- /lunora/messages.ts").expect("the file");
    let end = text[start + 1..].find("//- ").map_or(text.len(), |end| start + 1 + end);
    let (before, broken, after) = (&text[..start], &text[start..end], &text[end..]);
    let mut offered = 0;
    let quotes = broken.match_indices('"').map(|(position, _)| position + 1);
    let cuts: Vec<usize> = quotes.chain((30..broken.len()).step_by(97)).collect();
    for cut in cuts.into_iter().filter(|cut| broken.is_char_boundary(*cut)) {
        let fixture = fixture(&format!("{before}{}$0\n{after}", &broken[..cut]));
        let parameters = CompletionParams {
            text_document_position: TextDocumentPositionParams {
                text_document: TextDocumentIdentifier::new(fixture.uri.clone()),
                position: fixture.position,
            },
            work_done_progress_params: WorkDoneProgressParams::default(),
            partial_result_params: PartialResultParams::default(),
            context: None,
        };
        if let Some(CompletionResponse::List(list)) = completion::complete(&fixture.snapshot, &parameters) {
            offered += usize::from(!list.items.is_empty());
        }
    }
    assert!(offered > 10, "{offered}");
}
