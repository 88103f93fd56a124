//! From a name to its declaration and to everything that mentions it.

use lunora_project::mentions::{Mention, MentionKind, Symbol};
use tower_lsp::ls_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams,
    GotoDefinitionResponse, Location, ReferenceParams,
};

use super::subject::{definition as declared, mentions_at, symbol_at};
use crate::snapshot::{FileView, Snapshot};

/// Where the name at a position is declared: one place.
#[must_use]
pub fn definition(snapshot: &Snapshot, parameters: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let at = &parameters.text_document_position_params;
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    let (symbol, _) = symbol_at(file, offset)?;
    let mentions = file.mentions();
    let place = declared(file.project(), &mentions, &symbol)?;
    let named = mentions.of(&symbol).find(|mention| mention.place == place);
    let location = match named {
        Some(mention) => location(file, mention)?,
        None => file.place(place)?,
    };
    Some(GotoDefinitionResponse::Scalar(location))
}

/// Everything that mentions what is named at a position.
#[must_use]
pub fn references(snapshot: &Snapshot, parameters: &ReferenceParams) -> Option<Vec<Location>> {
    let at = &parameters.text_document_position;
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    let symbols: Vec<Symbol> = mentions_at(file, offset).into_iter().map(|mention| mention.symbol).collect();
    if symbols.is_empty() {
        return None;
    }
    let is_wanted = |mention: &&Mention| {
        symbols.contains(&mention.symbol)
            && (parameters.context.include_declaration || mention.kind != MentionKind::Definition)
    };
    let mut found: Vec<&Mention> = file.project().mentions().all().iter().filter(is_wanted).collect();
    found.dedup_by_key(|mention| mention.place);
    Some(found.into_iter().filter_map(|mention| location(file, mention)).collect())
}

/// Everything in the same file that mentions what is named at a position.
#[must_use]
pub fn highlights(
    snapshot: &Snapshot,
    parameters: &DocumentHighlightParams,
) -> Option<Vec<DocumentHighlight>> {
    let at = &parameters.text_document_position_params;
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    let source = file.source()?;
    let symbols: Vec<Symbol> = mentions_at(file, offset).into_iter().map(|mention| mention.symbol).collect();
    let mentions = file.mentions();
    let own = mentions.in_file(file.id).iter();
    let mut found: Vec<&Mention> = own.filter(|mention| symbols.contains(&mention.symbol)).collect();
    found.dedup_by_key(|mention| mention.place);
    let highlights: Vec<DocumentHighlight> = found
        .into_iter()
        .filter_map(|mention| {
            let is_write = matches!(mention.kind, MentionKind::Write | MentionKind::Definition);
            let kind = if is_write { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
            Some(DocumentHighlight { range: file.range(mention.span(source)?), kind: Some(kind) })
        })
        .collect();
    (!highlights.is_empty()).then_some(highlights)
}

/// Where a mention stands, the name alone.
pub(super) fn location(file: FileView<'_>, mention: &Mention) -> Option<Location> {
    let other = file.other(mention.place.file);
    other.location(mention.span(other.source()?)?)
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::{Range, ReferenceContext, TextDocumentIdentifier, TextDocumentPositionParams};

    use super::*;
    use crate::features::testing::{PROJECT, shown_at};
    use crate::testing::{Fixture, fixture};

    fn at(fixture: &Fixture) -> TextDocumentPositionParams {
        let text_document = TextDocumentIdentifier::new(fixture.uri.clone());
        TextDocumentPositionParams { text_document, position: fixture.position }
    }

    fn definition_of(code: &str) -> Option<String> {
        let fixture = fixture(&format!("{PROJECT}{code}"));
        let parameters = GotoDefinitionParams {
            text_document_position_params: at(&fixture),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        match definition(&fixture.snapshot, &parameters)? {
            GotoDefinitionResponse::Scalar(location) => Some(shown_at(&fixture, &location)),
            _ => None,
        }
    }

    fn references_to(code: &str, include_declaration: bool) -> Vec<String> {
        let fixture = fixture(&format!("{PROJECT}{code}"));
        let parameters = ReferenceParams {
            text_document_position: at(&fixture),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
            context: ReferenceContext { include_declaration },
        };
        let found = references(&fixture.snapshot, &parameters).unwrap_or_default();
        found.iter().map(|location| shown_at(&fixture, location)).collect()
    }

    #[test]
    fn a_name_leads_to_the_one_place_that_declares_it() {
        let code = "//- /lunora/a.ts\nimport { query } from \"./_generated/server\";\nexport const a = query.query(async ({ ctx, args }) => ";
        let definition = |read: &str| definition_of(&format!("{code}{read});\n"));
        let schema = |place: &str| Some(format!("lunora/schema.ts {place}"));
        assert_eq!(definition("ctx.db.query(\"mess$0ages\").first()"), schema("3:10 messages"));
        assert_eq!(definition("ctx.db.messages$0.findMany({})"), schema("3:10 messages"));
        assert_eq!(
            definition("ctx.db.query(\"messages\").withIndex(\"by_ch$0annel\").first()"),
            schema("5:21 by_channel")
        );
        assert_eq!(
            definition("ctx.db.messages.findMany({ where: { au$0thor: \"x\" } })"),
            schema("4:39 author")
        );
        assert_eq!(
            definition("(await ctx.db.messages.findFirst({ with: { roo$0m: true } }))"),
            schema("6:34 room")
        );
        assert_eq!(definition("ctx.d$0b.messages.findMany({})"), None);
        assert_eq!(definition("ctx.db.query(\"noth$0ing\").first()"), None);
    }

    #[test]
    fn references_are_found_from_the_declaration_and_through_helpers() {
        let code = "//- /lunora/lib.ts\r\nexport const newest = (ctx, table) => ctx.db.query(table).order(\"desc\").first();\r\n//- /lunora/a.ts\r\nimport { query } from \"./_generated/server\";\r\nimport { newest } from \"./lib\";\r\nexport const a = query.query(async ({ ctx }) => { const π = \"🦀\", { author } = await newest(ctx, \"mess$0ages\"); return author; });\r\n";
        assert_eq!(references_to(code, false), ["lunora/a.ts 2:98 messages"]);
        assert_eq!(
            references_to(code, true),
            ["lunora/a.ts 2:98 messages", "lunora/schema.ts 3:10 messages"]
        );
        let author = code.replace("mess$0ages", "messages").replace("{ author }", "{ auth$0or }");
        assert_eq!(
            references_to(&author, true),
            ["lunora/a.ts 2:68 author", "lunora/schema.ts 4:39 author", "lunora/schema.ts 5:47 author"]
        );
    }

    #[test]
    fn highlights_stay_in_the_file_and_tell_writes_from_reads() {
        let code = "//- /lunora/a.ts\nimport { mutation } from \"./_generated/server\";\nexport const a = mutation.mutation(async ({ ctx }) => {\n    const m = await ctx.db.messages.findFirst({});\n    await ctx.db.messages.patch(m._id, { author: m.auth$0or });\n});\n";
        let fixture = fixture(&format!("{PROJECT}{code}"));
        let parameters = DocumentHighlightParams {
            text_document_position_params: at(&fixture),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        let found = highlights(&fixture.snapshot, &parameters).unwrap_or_default();
        let found: Vec<(Range, _)> = found.into_iter().map(|one| (one.range, one.kind)).collect();
        let range = |start, end| Range::new(start, end);
        let position = |column| tower_lsp::ls_types::Position::new(3, column);
        assert_eq!(
            found,
            [
                (range(position(41), position(47)), Some(DocumentHighlightKind::WRITE)),
                (range(position(51), position(57)), Some(DocumentHighlightKind::READ)),
            ]
        );
    }
}
