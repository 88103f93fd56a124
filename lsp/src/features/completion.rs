//! Names of tables, indexes, columns, procedures and rules, where one is being typed.
//!
//! Half-written code is made whole around a marker, extracted and evaluated as any other; what the marker then stands for is what can
//! be completed. So completion works wherever the analyzer understands the code, through helpers and aliases too.

use std::sync::Arc;

use lunora_check::rules;
use lunora_facts::Span;
use lunora_project::mentions::{Mention, MentionKind, Mentions, Symbol};
use lunora_project::schema::{Index, IndexKind, Schema, Table};
use lunora_source::{SourceFile, SourceTree};
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, MarkupContent, MarkupKind, Range, TextEdit,
};

use super::config::rule_key_at;
use super::hover::describe;
use super::splice::{MARKER, hole, spliced};
use super::words::{column_words, index_words};
use crate::snapshot::{FileView, Snapshot};

/// What follows `lunora-advisor-` in comments.
const DIRECTIVES: &[&str] = &["disable-next-line", "disable-line", "disable-file"];

/// What can stand at a position.
#[must_use]
pub fn complete(snapshot: &Snapshot, parameters: &CompletionParams) -> Option<CompletionResponse> {
    let at = &parameters.text_document_position;
    if let Some(document) = snapshot.config_document(&at.text_document.uri) {
        let encoding = snapshot.client.encoding;
        let offset = encoding.offset(&document.lines, at.position);
        let span = rule_key_at(&document.text, offset)?;
        return Some(list(rule_items(), encoding.range(&document.lines, span)));
    }
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    if let Some((items, span)) = in_comment(file.text(), offset) {
        return Some(list(items, file.range(span)));
    }
    let hole = hole(file.text(), offset)?;
    let source = file.source()?;
    let found = Found::at(source, &file.project().sources, &spliced(file.text(), hole))?;
    let mut items = found.items(file);
    if !hole.is_string {
        // Outside of strings, code can be anything; only keys of objects that Lunora reads are ours.
        items.retain(|item| item.kind == Some(CompletionItemKind::FIELD));
    }
    (!items.is_empty()).then(|| list(items, file.range(hole.span)))
}

/// A name that can be chosen.
struct Item {
    name: String,
    kind: Option<CompletionItemKind>,
    detail: String,
    documentation: Option<String>,
}

impl Item {
    fn new(name: &str, kind: CompletionItemKind, detail: String) -> Self {
        Self { name: name.to_owned(), kind: Some(kind), detail, documentation: None }
    }
}

/// What the marker stands for in code that was made whole.
struct Found {
    schema: Schema,
    mentions: Mentions,
    marked: Vec<Mention>,
    file: SourceFile,
}

impl Found {
    /// Evaluates the first of the texts in which the marker stands for something.
    fn at(source: &SourceFile, sources: &SourceTree, texts: &[String]) -> Option<Self> {
        texts.iter().find_map(|text| {
            let tree = sources.with_text(source.id, text);
            let file = tree.files.get(source.id.index()).filter(|file| file.facts.errors.is_empty())?;
            let (mentions, schema) = Mentions::of_sources(&tree, Some(file.id));
            // As a rule the file itself says what is meant. Only callers say which table a helper is given.
            let mut unsaid = [Symbol::of_column("", MARKER), Symbol::of_index("", MARKER)].into_iter();
            if unsaid.any(|symbol| mentions.unclear_about(&symbol).next().is_some()) {
                let (mentions, schema) = Mentions::of_sources(&tree, None);
                return Self::of(file, mentions, schema);
            }
            Self::of(file, mentions, schema)
        })
    }

    fn of(file: &SourceFile, mentions: Mentions, schema: Schema) -> Option<Self> {
        let is_marker = |mention: &&Mention| mention.symbol.name() == MARKER;
        let marked: Vec<Mention> = mentions.in_file(file.id).iter().filter(is_marker).cloned().collect();
        (!marked.is_empty()).then(|| Self { schema, mentions, marked, file: file.clone() })
    }

    fn items(&self, file: FileView<'_>) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for mention in &self.marked {
            for item in self.items_for(mention, file) {
                if items.iter().all(|known| known.name != item.name) {
                    items.push(item);
                }
            }
        }
        items
    }

    fn items_for(&self, mention: &Mention, file: FileView<'_>) -> Vec<Item> {
        let project = file.project();
        let table = mention.symbol.table().and_then(|table| self.schema.table(table));
        let mut items = match (&mention.symbol, table) {
            (Symbol::Table(_), _) => self.tables(),
            (Symbol::Index { .. }, Some(table)) => indexes(table),
            (Symbol::Column { .. }, Some(table)) if mention.kind == MentionKind::Bound => {
                self.bound_columns(table, mention)
            }
            (Symbol::Column { .. }, Some(table)) => columns(table, mention.kind),
            (Symbol::Relation { .. }, Some(table)) => relations(table),
            (Symbol::Procedure(_), _) => project
                .procedures
                .iter()
                .filter(|procedure| procedure.is_registered() && procedure.export_name.is_some())
                .map(|procedure| {
                    Item::new(&procedure.name, CompletionItemKind::FUNCTION, procedure.kind.word().to_owned())
                })
                .collect(),
            _ => Vec::new(),
        };
        for item in &mut items {
            item.documentation =
                with_name(&mention.symbol, &item.name).and_then(|symbol| describe(project, &symbol));
        }
        items.retain(|item| item.name != MARKER);
        items
    }

    fn tables(&self) -> Vec<Item> {
        let tables = self.schema.tables.iter();
        tables
            .map(|table| {
                let detail = format!("table, {} columns", table.columns.len());
                Item::new(&table.name, CompletionItemKind::STRUCT, detail)
            })
            .collect()
    }

    /// The columns of the index whose range is being typed: the next one first, then the later ones, then the one before, which may be
    /// bounded from the other side.
    fn bound_columns(&self, table: &Table, mention: &Mention) -> Vec<Item> {
        let Some(start) = mention.span(&self.file).map(|span| span.start) else { return Vec::new() };
        let before: Vec<&Mention> = self
            .mentions
            .in_file(self.file.id)
            .iter()
            .filter(|other| other.symbol.table() == Some(table.name.as_str()))
            .filter(|other| other.span(&self.file).is_some_and(|span| span.start < start))
            .collect();
        let used = before.iter().rposition(|other| matches!(other.symbol, Symbol::Index { .. }));
        let index = used.and_then(|used| table.index(before.get(used)?.symbol.name()));
        let Some(index) = index else { return columns(table, MentionKind::Bound) };
        let bound: Vec<&str> = before
            .iter()
            .skip(used.unwrap_or(0))
            .filter(|other| other.kind == MentionKind::Bound)
            .map(|other| other.symbol.name())
            .collect();
        let (taken, free): (Vec<_>, Vec<_>) =
            index.fields.iter().partition(|field| bound.contains(&field.name.as_str()));
        let detail = |position: usize| match position {
            0 => format!("the next column of {}", index_words(index)),
            _ => format!("a later column of {}", index_words(index)),
        };
        let next = free
            .iter()
            .enumerate()
            .map(|(position, field)| Item::new(&field.name, CompletionItemKind::FIELD, detail(position)));
        let last = taken
            .last()
            .map(|field| Item::new(&field.name, CompletionItemKind::FIELD, "bounded already".to_owned()));
        next.chain(last).collect()
    }
}

fn indexes(table: &Table) -> Vec<Item> {
    let is_named = |index: &&Index| index.name.is_some() && index.kind != IndexKind::UniqueColumn;
    let items = table.indexes.iter().filter(is_named).map(|index| {
        let name = index.name.as_deref().unwrap_or_default();
        Item::new(name, CompletionItemKind::REFERENCE, index_words(index))
    });
    items.collect()
}

fn columns(table: &Table, kind: MentionKind) -> Vec<Item> {
    let own = table.columns.iter().filter(|column| column.name != MARKER);
    let own = own.map(|column| Item::new(&column.name, CompletionItemKind::FIELD, column_words(column)));
    let mut items: Vec<Item> = own.collect();
    if !matches!(kind, MentionKind::Write | MentionKind::Declaration) {
        let system = [("_creationTime", "milliseconds since 1970"), ("_id", "the row's id")];
        items
            .extend(system.map(|(name, words)| Item::new(name, CompletionItemKind::FIELD, words.to_owned())));
    }
    if kind == MentionKind::Condition {
        items.extend(relations(table));
    }
    items
}

fn relations(table: &Table) -> Vec<Item> {
    let relations = table.relations.iter().filter_map(|relation| {
        let (target, _) = relation.target.as_ref()?;
        Some(Item::new(&relation.name, CompletionItemKind::FIELD, format!("relation to {target}")))
    });
    relations.collect()
}

/// The same kind of thing under another name.
fn with_name(symbol: &Symbol, name: &str) -> Option<Symbol> {
    Some(match symbol {
        Symbol::Table(_) => Symbol::of_table(name),
        Symbol::Column { table, .. } => Symbol::of_column(table, name),
        Symbol::Index { table, .. } => Symbol::of_index(table, name),
        Symbol::Relation { table, .. } => {
            Symbol::Relation { table: Arc::clone(table), name: Arc::from(name) }
        }
        Symbol::Procedure(_) => Symbol::Procedure(Arc::from(name)),
        Symbol::Argument { .. } | Symbol::Output { .. } => return None,
    })
}

fn rule_items() -> Vec<Item> {
    let items = rules().into_iter().map(|rule| Item {
        documentation: Some(rule.description.to_owned()),
        ..Item::new(rule.name, CompletionItemKind::CONSTANT, rule.title.to_owned())
    });
    items.collect()
}

/// In a comment of ours: the directive, or a rule's name; with the word that it takes the place of.
fn in_comment(text: &str, offset: u32) -> Option<(Vec<Item>, Span)> {
    let before = text.get(..offset as usize)?;
    let line = before.rsplit('\n').next()?;
    let comment = line.rfind("//").into_iter().chain(line.rfind("/*")).max()?;
    let comment = line.get(comment..)?;
    let directive = comment.find("lunora-advisor-")?;
    let written = comment.get(directive + "lunora-advisor-".len()..)?;
    if written.contains("--") {
        return None;
    }
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    let word = written.len() - written.trim_end_matches(is_word).len();
    let start = offset - u32::try_from(word).ok()?;
    let rest = text.get(offset as usize..)?;
    let length = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
    let span = Span::new(start, offset + u32::try_from(length).ok()?);
    let items = match written.contains(char::is_whitespace) {
        true => rule_items(),
        false => DIRECTIVES
            .iter()
            .map(|name| Item::new(name, CompletionItemKind::KEYWORD, "suppresses findings".to_owned()))
            .collect(),
    };
    Some((items, span))
}

/// Items in their order, each of which takes the place of what is there.
fn list(items: Vec<Item>, range: Range) -> CompletionResponse {
    let items = items.into_iter().enumerate().map(|(position, item)| CompletionItem {
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, item.name.clone()))),
        filter_text: Some(item.name.clone()),
        label: item.name,
        kind: item.kind,
        detail: Some(item.detail),
        documentation: item
            .documentation
            .map(|value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })),
        sort_text: Some(format!("{position:05}")),
        ..CompletionItem::default()
    });
    CompletionResponse::List(CompletionList { is_incomplete: false, items: items.collect() })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tower_lsp::ls_types::{Position, TextDocumentIdentifier, TextDocumentPositionParams, Uri};

    use super::*;
    use crate::documents::{Document, Documents};
    use crate::features::testing::PROJECT;
    use crate::testing::{Fixture, fixture};

    const IMPORTS: &str = "//- /lunora/a.ts\nimport { mutation, query, v } from \"./_generated/server\";\nimport { internal } from \"./_generated/api\";\n";

    /// What is offered, and the text that it takes the place of.
    fn offered(text: &str) -> (Vec<String>, String) {
        completed(&fixture(&format!("{PROJECT}{text}")))
    }

    fn completed(fixture: &Fixture) -> (Vec<String>, String) {
        let text_document = TextDocumentIdentifier::new(fixture.uri.clone());
        let parameters = CompletionParams {
            text_document_position: TextDocumentPositionParams { text_document, position: fixture.position },
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
            context: None,
        };
        let Some(CompletionResponse::List(list)) = complete(&fixture.snapshot, &parameters) else {
            return (Vec::new(), String::new());
        };
        let file = fixture.snapshot.file(&fixture.uri);
        let replaced = list.items.first().zip(file).and_then(|(item, file)| match &item.text_edit {
            Some(CompletionTextEdit::Edit(edit)) => file.text().get(file.span(edit.range).range()),
            _ => None,
        });
        (list.items.iter().map(|item| item.label.clone()).collect(), replaced.unwrap_or_default().to_owned())
    }

    fn names(code: &str) -> Vec<String> {
        offered(&format!(
            "{IMPORTS}export const a = query.query(async ({{ ctx, args }}) => {{\n    {code}\n}});\n"
        ))
        .0
    }

    const TABLES: [&str; 2] = ["messages", "rooms"];

    #[test]
    fn tables_are_offered_wherever_one_is_named() {
        assert_eq!(names("await ctx.db.query(\"$0\").collect();"), TABLES);
        assert_eq!(names("await ctx.db.insert('me$0', {});"), TABLES);
        assert_eq!(names("ctx.db.query(\"$0"), TABLES);
        assert_eq!(names("const πü = \"🦀\"; const db = ctx.db; db.get(args.id, \"$0\");"), TABLES);
        assert_eq!(names("v.id(\"$0\");"), TABLES);
        assert_eq!(names("console.log(\"$0\");"), Vec::<String>::new());
    }

    #[test]
    fn a_string_is_replaced_whole_and_helpers_are_followed() {
        let code = format!(
            "{IMPORTS}const rows = (ctx, table) => ctx.db.query(table);\r\nexport const a = query.query(async ({{ ctx }}) => rows(ctx, \"mes$0sag\").collect());\r\n"
        );
        let (names, replaced) = offered(&code);
        assert_eq!(names, TABLES);
        assert_eq!(replaced, "messag");
    }

    #[test]
    fn a_helper_is_told_by_its_callers_which_table_it_reads() {
        let code = "//- /lunora/lib.ts\nexport const by = (ctx, table, value) => ctx.db.query(table).withIndex(\"$0\").collect();\n//- /lunora/a.ts\nimport { query } from \"./_generated/server\";\nimport { by } from \"./lib\";\nexport const a = query.query(async ({ ctx }) => by(ctx, \"rooms\", 1));\n";
        assert_eq!(offered(code).0, ["by_name"]);
    }

    #[test]
    fn rules_are_completed_in_the_configuration() {
        let mut fixture = fixture(PROJECT);
        let uri: Uri = "file:///app/lunora-advisor.jsonc".parse().expect("a URI");
        let text = "{\n  // ü\n  \"rules\": { \"unused_\" }\n}";
        let document = Document::new(uri.clone(), 1, text);
        let mut documents = Documents::default();
        documents.insert(PathBuf::from("/app/lunora-advisor.jsonc"), document);
        fixture.snapshot.documents = Arc::new(documents);
        fixture.uri = uri;
        fixture.position = Position::new(2, 20);
        assert!(completed(&fixture).0.iter().any(|name| name == "unused_index"));
        fixture.position = Position::new(2, 5);
        assert!(completed(&fixture).0.is_empty());
    }

    #[test]
    fn indexes_and_the_columns_of_their_ranges_come_in_order() {
        assert_eq!(names("await ctx.db.query(\"messages\").withIndex(\"$0\").collect();"), ["by_channel"]);
        assert_eq!(names("ctx.db.query(\"messages\").withIndex(\"by_$0"), ["by_channel"]);
        let range = "await ctx.db.query(\"messages\").withIndex(\"by_channel\", (q) => q";
        assert_eq!(names(&format!("{range}.eq(\"$0\")).collect();")), ["channel", "author"]);
        assert_eq!(names(&format!("{range}.eq(\"channel\", args.channel).gt(\"$0")), ["author", "channel"]);
    }

    #[test]
    fn keys_of_objects_are_columns() {
        let columns = ["channel", "author", "likes", "_creationTime", "_id", "room"];
        assert_eq!(names("await ctx.db.messages.findMany({ where: { $0 } });"), columns);
        assert_eq!(names("await ctx.db.messages.findMany({ where: { author: \"x\", l$0"), columns);
        assert_eq!(names("await ctx.db.messages.findMany({ orderBy: [{ $0 }] });"), columns[..5]);
        assert_eq!(names("await ctx.db.messages.findMany({ select: [\"author\", \"$0\"] });"), columns[..5]);
        assert_eq!(names("await ctx.db.messages.findMany({ with: { $0 } });"), ["room"]);
        assert_eq!(names("await ctx.db.insert(\"rooms\", { $0 });"), ["name"]);
        assert_eq!(names("const x = { $0 };"), Vec::<String>::new());
    }

    #[test]
    fn procedures_schemas_and_rules_are_completed_too() {
        assert_eq!(names("await ctx.scheduler.runAfter(0, \"$0\", {});"), ["a:a"]);
        let schema = |from: &str, to: &str| {
            let fixture = fixture(&PROJECT.replace(from, to));
            completed(&fixture).0
        };
        assert_eq!(schema("r.one(\"rooms\"", "r.one(\"$0\""), TABLES);
        assert_eq!(schema("[\"name\"]", "[\"$0\"]"), ["name"]);
        assert_eq!(schema("{ field: \"channel\" }", "{ field: \"$0\" }"), ["channel", "author", "likes"]);
        assert_eq!(offered("//- /lunora/a.ts\n// lunora-advisor-$0\n").0, DIRECTIVES);
        let (rules, replaced) =
            offered("//- /lunora/a.ts\n// lunora-advisor-disable-next-line unused_index, un$0x -- why\n");
        assert!(rules.iter().any(|name| name == "unbounded_collect"), "{rules:?}");
        assert_eq!(replaced, "unx");
    }
}
