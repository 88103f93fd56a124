//! The tables, columns, indexes and procedures of a file, and of all projects by name.

use lunora_facts::{BindingKind, Span};
use lunora_project::schema::{Index, Relation, Table};
use lunora_project::{Part, Place, Procedure, Visibility};
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, OneOf, SymbolInformation, SymbolKind,
    WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::words::{column_words, index_words};
use crate::snapshot::{FileView, ProjectView, Snapshot};

/// How many symbols of all projects are given at once.
const MAX_SYMBOLS: usize = 500;

/// Something with a name.
#[derive(Clone)]
struct Item {
    name: String,
    detail: Option<String>,
    kind: SymbolKind,
    /// Which of `#table`, `#column`, `#index`, `#relation`, `#proc` finds it.
    class: &'static str,
    /// The namespace of a procedure.
    namespace: Option<String>,
    place: Place,
    /// What is shown when it is chosen.
    whole: Place,
    children: Vec<Item>,
}

/// What a file declares.
#[must_use]
pub fn document_symbols(
    snapshot: &Snapshot,
    parameters: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let file = snapshot.file(&parameters.text_document.uri)?;
    let items: Vec<Item> = items(file.view, |place| place.file == file.id).collect();
    if snapshot.client.has_symbol_tree {
        return Some(DocumentSymbolResponse::Nested(items.iter().map(|item| nested(file, item)).collect()));
    }
    let uri = file.uri()?;
    let all = items.iter().flat_map(|item| {
        std::iter::once((None, item)).chain(item.children.iter().map(move |child| (Some(&item.name), child)))
    });
    let flat = all.filter(|(_, item)| item.place.file == file.id).map(|(container, item)| {
        let range = file.range(span(file, item.place));
        flat_symbol(item, tower_lsp::ls_types::Location::new(uri.clone(), range), container.cloned())
    });
    Some(DocumentSymbolResponse::Flat(flat.collect()))
}

/// What all projects declare that matches a query: letters in order, after `#table`, `#column`, `#index`, `#relation` or `#proc` if only
/// one kind is wanted.
#[must_use]
pub fn workspace_symbols(
    snapshot: &Snapshot,
    parameters: &WorkspaceSymbolParams,
) -> Option<WorkspaceSymbolResponse> {
    let (class, name) = query(&parameters.query);
    let mut found = Vec::new();
    for view in &snapshot.projects {
        for item in items(view, |_| true) {
            let children = item.children.iter().cloned().map(|child| (Some(item.name.clone()), child));
            let all: Vec<_> = std::iter::once((None, item.clone())).chain(children).collect();
            for (container, item) in all {
                let is_wanted = class.is_none_or(|class| item.class.starts_with(class));
                // Columns are many: they come when they are asked for.
                let is_asked =
                    !matches!(item.class, "column" | "relation") || class.is_some() || !name.is_empty();
                if is_wanted && is_asked && matches(&item.name, name) {
                    let file = FileView { snapshot, view, id: item.place.file };
                    let location = file.location(span(file, item.place));
                    found.extend(location.map(|location| WorkspaceSymbol {
                        name: item.name,
                        kind: item.kind,
                        tags: None,
                        container_name: container.or(item.namespace),
                        location: OneOf::Left(location),
                        data: None,
                    }));
                }
            }
        }
    }
    // The best match is the shortest.
    found.sort_by_key(|symbol: &WorkspaceSymbol| symbol.name.len());
    found.truncate(MAX_SYMBOLS);
    Some(WorkspaceSymbolResponse::Nested(found))
}

fn query(text: &str) -> (Option<&str>, &str) {
    let text = text.trim();
    match text.strip_prefix('#') {
        Some(rest) => {
            let (class, name) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            (Some(class.trim_end_matches('s')), name.trim())
        }
        None => (None, text),
    }
}

/// Whether the letters of a query stand in a name in this order.
fn matches(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}

/// Everything that a project declares at places that are asked for.
fn items(view: &ProjectView, is_asked: impl Fn(Place) -> bool + Clone) -> impl Iterator<Item = Item> {
    let project = view.project();
    let is_asked_too = is_asked.clone();
    let tables = project.schema.tables.iter().filter(move |table| is_asked(table.place)).map(table);
    let procedures = project.procedures.iter().filter(|procedure| procedure.export_name.is_some());
    let procedures = procedures.filter(move |procedure| is_asked_too(procedure.place));
    tables.chain(procedures.map(move |one| procedure(view, one)))
}

fn table(table: &Table) -> Item {
    let columns = table.columns.iter().map(|column| Item {
        name: column.name.clone(),
        detail: Some(column_words(column)),
        kind: SymbolKind::FIELD,
        class: "column",
        namespace: None,
        place: key_of(column.place),
        whole: column.place,
        children: Vec::new(),
    });
    let indexes = table.indexes.iter().filter(|index| index.name.is_some()).map(index);
    Item {
        name: table.name.clone(),
        detail: Some("table".to_owned()),
        kind: SymbolKind::STRUCT,
        class: "table",
        namespace: None,
        place: table.place,
        whole: property_of(table.place),
        children: columns.chain(indexes).chain(table.relations.iter().map(relation)).collect(),
    }
}

fn index(index: &Index) -> Item {
    Item {
        name: index.name.clone().unwrap_or_default(),
        detail: Some(index_words(index)),
        kind: SymbolKind::KEY,
        class: "index",
        namespace: None,
        place: index.name_place.unwrap_or(index.place),
        whole: index.place,
        children: Vec::new(),
    }
}

fn relation(relation: &Relation) -> Item {
    let target = relation.target.as_ref().map_or("a table that can't be told", |(name, _)| name.as_str());
    Item {
        name: relation.name.clone(),
        detail: Some(format!("relation to {target}")),
        kind: SymbolKind::PROPERTY,
        class: "relation",
        namespace: None,
        place: key_of(relation.place),
        whole: relation.place,
        children: Vec::new(),
    }
}

fn procedure(view: &ProjectView, procedure: &Procedure) -> Item {
    let visibility = match procedure.visibility {
        Visibility::Public => "",
        Visibility::Internal => "internal ",
    };
    Item {
        name: procedure.export_name.as_deref().unwrap_or_default().to_owned(),
        detail: Some(format!("{visibility}{}", procedure.kind.word())),
        kind: SymbolKind::FUNCTION,
        class: "procedure",
        namespace: procedure.name.rsplit_once(':').map(|(namespace, _)| namespace.to_owned()),
        place: procedure.place,
        whole: statement_of(view, procedure.place),
        children: Vec::new(),
    }
}

fn key_of(place: Place) -> Place {
    match place.part {
        Part::Prop(prop) => Place { part: Part::PropKey(prop), ..place },
        _ => place,
    }
}

fn property_of(place: Place) -> Place {
    match place.part {
        Part::PropKey(prop) => Place { part: Part::Prop(prop), ..place },
        _ => place,
    }
}

/// The statement that declares a name.
fn statement_of(view: &ProjectView, place: Place) -> Place {
    let Part::Binding(binding) = place.part else { return place };
    match view.project().file(place.file).facts.program.binding(binding).kind {
        BindingKind::Variable(Some(stmt)) => Place { part: Part::Stmt(stmt), ..place },
        _ => place,
    }
}

/// Where the name of something stands.
fn span(file: FileView<'_>, place: Place) -> Span {
    let span = file.project().span(place);
    let text = file.project().text(place);
    let is_quoted = text.len() > 1 && text.starts_with(['"', '\'', '`']);
    if is_quoted { Span::new(span.start + 1, span.end - 1) } else { span }
}

#[expect(deprecated, reason = "the protocol's type has a field that nobody may fill any more")]
fn nested(file: FileView<'_>, item: &Item) -> DocumentSymbol {
    let own = item.children.iter().filter(|child| child.place.file == file.id);
    let selection = span(file, item.place);
    let whole = file.project().span(item.whole).to(selection);
    DocumentSymbol {
        name: item.name.clone(),
        detail: item.detail.clone(),
        kind: item.kind,
        tags: None,
        deprecated: None,
        range: file.range(whole),
        selection_range: file.range(selection),
        children: Some(own.map(|child| nested(file, child)).collect()),
    }
}

#[expect(deprecated, reason = "the protocol's type has a field that nobody may fill any more")]
fn flat_symbol(
    item: &Item,
    location: tower_lsp::ls_types::Location,
    container_name: Option<String>,
) -> SymbolInformation {
    SymbolInformation {
        name: item.name.clone(),
        kind: item.kind,
        tags: None,
        deprecated: None,
        location,
        container_name,
    }
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::TextDocumentIdentifier;

    use super::*;
    use crate::client::Client;
    use crate::features::testing::PROJECT;
    use crate::testing::{fixture, fixture_for};

    const CODE: &str = "//- /lunora/chat.ts\nimport { query } from \"./_generated/server\";\nexport const list$0 = query.query(async ({ ctx }) => ctx.db.query(\"rooms\").collect());\n";

    #[test]
    fn a_schema_is_a_tree_of_tables_and_a_module_a_list_of_procedures() {
        let client = Client { has_symbol_tree: true, ..Client::default() };
        let fixture = fixture_for(client, &format!("{PROJECT}{CODE}"));
        let mut parameters = DocumentSymbolParams {
            text_document: TextDocumentIdentifier::new(fixture.uri.clone()),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        let tree = |parameters: &DocumentSymbolParams| match document_symbols(&fixture.snapshot, parameters) {
            Some(DocumentSymbolResponse::Nested(symbols)) => symbols,
            _ => Vec::new(),
        };
        let procedures = tree(&parameters);
        assert_eq!(procedures.len(), 1);
        assert_eq!((procedures[0].name.as_str(), procedures[0].range.start.character), ("list", 7));
        let schema = fixture.uri.as_str().replace("chat.ts", "schema.ts");
        parameters.text_document.uri = schema.parse().expect("a URI");
        let tables = tree(&parameters);
        let names: Vec<(&str, Vec<&str>)> = tables
            .iter()
            .map(|table| {
                let children = table.children.iter().flatten();
                (table.name.as_str(), children.map(|child| child.name.as_str()).collect())
            })
            .collect();
        assert_eq!(
            names,
            [
                ("messages", vec!["channel", "author", "likes", "by_channel", "room"]),
                ("rooms", vec!["name", "by_name"])
            ]
        );
    }

    #[test]
    fn symbols_of_the_workspace_are_found_by_letters_and_kind() {
        let fixture = fixture(&format!("{PROJECT}{CODE}"));
        let contained = |query: &str| {
            let parameters = WorkspaceSymbolParams {
                query: query.to_owned(),
                work_done_progress_params: Default::default(),
                partial_result_params: Default::default(),
            };
            match workspace_symbols(&fixture.snapshot, &parameters) {
                Some(WorkspaceSymbolResponse::Nested(symbols)) => {
                    symbols.into_iter().map(|symbol| (symbol.name, symbol.container_name)).collect::<Vec<_>>()
                }
                _ => Vec::new(),
            }
        };
        let found = |query: &str| contained(query).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(contained("list"), [("list".to_owned(), Some("chat".to_owned()))]);
        assert_eq!(found("nnel_by"), Vec::<String>::new());
        assert_eq!(found("byChan"), ["by_channel"]);
        assert_eq!(found("#table"), ["rooms", "messages"]);
        assert_eq!(found("#proc"), ["list"]);
        assert_eq!(found("#column au"), ["author"]);
        assert_eq!(found("#relation"), ["room"]);
    }
}
