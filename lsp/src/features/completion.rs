//! Names of tables, indexes, columns, procedures and rules, where one is being typed.
//!
//! Half-written code is made whole around a marker, extracted and evaluated as any other; what the marker then stands for is what can
//! be completed. So completion works wherever the analyzer understands the code, through helpers and aliases too.

use std::sync::Arc;

use lunora_check::rules;
use lunora_facts::{Expr, ExprId, Span};
use lunora_project::ProcedureKind;
use lunora_project::mentions::{Mention, MentionKind, Mentions, Symbol};
use lunora_project::schema::{Index, IndexKind, Schema, Table};
use lunora_source::{SourceFile, SourceTree};
use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, MarkupContent, MarkupKind, Range, TextEdit, Uri,
};

use super::config::rule_name_at;
use super::hover::describe;
use super::splice::{MARKER, hole, spliced};
use super::words::{column_words, counted, index_words};
use crate::snapshot::{FileView, Snapshot};

/// What comments of ours begin with.
const DIRECTIVES: &[&str] =
    &["lunora-advisor-disable-next-line", "lunora-advisor-disable-line", "lunora-advisor-disable-file"];

/// What can stand at a position.
#[must_use]
pub fn complete(snapshot: &Snapshot, parameters: &CompletionParams) -> Option<CompletionResponse> {
    let at = &parameters.text_document_position;
    if let Some((config, document)) = snapshot.config_document(&at.text_document.uri) {
        let encoding = snapshot.client.encoding;
        let offset = encoding.offset(&document.lines, at.position);
        let span = rule_name_at(config, &document.text, offset)?;
        return Some(list(rule_items(), encoding.range(&document.lines, span), str::to_owned));
    }
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    if let Some((words, span)) = in_comment(file.text(), offset) {
        let items = match words {
            CommentWord::Directive => directives(),
            CommentWord::Rule => rules_to_suppress(file, offset),
        };
        return Some(list(items, file.range(span), str::to_owned));
    }
    let hole = hole(file.text(), offset)?;
    let source = file.source()?;
    let found = Found::at(source, &file.project().sources, &spliced(file.text(), hole))?;
    let mut items = found.items(file);
    if !hole.is_string() {
        // Outside of strings, code can be anything; only keys of objects that Lunora reads are ours.
        items.retain(|item| item.kind == Some(CompletionItemKind::FIELD));
        let is_member =
            file.text().get(..hole.span.start as usize).is_some_and(|before| before.ends_with('.'));
        items.retain(|item| !is_member || is_identifier(&item.name));
    }
    for item in &mut items {
        let Some(symbol) = &item.symbol else { continue };
        if snapshot.client.resolves_documentation {
            item.subject = Subject::new(&at.text_document.uri, symbol);
        } else {
            item.documentation = describe(file.view, symbol);
        }
    }
    let written = |name: &str| {
        if hole.is_string() || is_identifier(name) { name.to_owned() } else { format!("{name:?}") }
    };
    (!items.is_empty()).then(|| list(items, file.range(hole.span), written))
}

/// An item with what a person may want to read who looks at it.
#[must_use]
pub fn resolve(snapshot: &Snapshot, mut item: CompletionItem) -> CompletionItem {
    let subject = item.data.as_ref().and_then(|data| serde_json::from_value::<Subject>(data.clone()).ok());
    if let Some(subject) = subject.filter(|_| item.documentation.is_none())
        && let Some(file) = snapshot.file(&subject.uri)
    {
        item.documentation = describe(file.view, &subject.symbol()).map(documentation);
    }
    item
}

/// A name that can be chosen.
struct Item {
    name: String,
    kind: Option<CompletionItemKind>,
    detail: String,
    /// What a person may want to read; of what is a symbol, that is its hover.
    documentation: Option<String>,
    symbol: Option<Symbol>,
    /// What its documentation is made from once somebody asks for it.
    subject: Option<Subject>,
}

impl Item {
    fn new(name: &str, kind: CompletionItemKind, detail: String) -> Self {
        let (documentation, symbol, subject) = (None, None, None);
        Self { name: name.to_owned(), kind: Some(kind), detail, documentation, symbol, subject }
    }
}

/// What an item is about, as the client sends it back when somebody looks at the item.
#[derive(Serialize, Deserialize)]
struct Subject {
    /// The file that is being typed in.
    uri: Uri,
    kind: SubjectKind,
    table: Option<String>,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum SubjectKind {
    Table,
    Column,
    Index,
    Relation,
    Procedure,
}

impl Subject {
    fn new(uri: &Uri, symbol: &Symbol) -> Option<Self> {
        let kind = match symbol {
            Symbol::Table(_) => SubjectKind::Table,
            Symbol::Column { .. } => SubjectKind::Column,
            Symbol::Index { .. } => SubjectKind::Index,
            Symbol::Relation { .. } => SubjectKind::Relation,
            Symbol::Procedure(_) => SubjectKind::Procedure,
            Symbol::Argument { .. } | Symbol::Output { .. } => return None,
        };
        let name = match symbol {
            Symbol::Procedure(name) => name.to_string(),
            symbol => symbol.name().to_owned(),
        };
        Some(Self { uri: uri.clone(), kind, table: symbol.table().map(str::to_owned), name })
    }

    fn symbol(&self) -> Symbol {
        let table = self.table.as_deref().unwrap_or_default();
        match self.kind {
            SubjectKind::Table => Symbol::of_table(&self.name),
            SubjectKind::Column => Symbol::of_column(table, &self.name),
            SubjectKind::Index => Symbol::of_index(table, &self.name),
            SubjectKind::Relation => {
                Symbol::Relation { table: Arc::from(table), name: Arc::from(self.name.as_str()) }
            }
            SubjectKind::Procedure => Symbol::Procedure(Arc::from(self.name.as_str())),
        }
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
            (Symbol::Index { .. }, Some(table)) => indexes(table, self.method()),
            (Symbol::Column { .. }, Some(table)) if mention.kind == MentionKind::Bound => {
                self.bound_columns(table, mention)
            }
            (Symbol::Column { .. }, Some(table)) => columns(table, mention.kind),
            (Symbol::Relation { .. }, Some(table)) => relations(table),
            (Symbol::Procedure(_), _) => project
                .procedures
                .iter()
                .filter(|procedure| procedure.is_registered() && procedure.export_name.is_some())
                .filter(|procedure| runs(self.method(), procedure.kind))
                .map(|procedure| {
                    Item::new(&procedure.name, CompletionItemKind::FUNCTION, procedure.kind.word().to_owned())
                })
                .collect(),
            _ => Vec::new(),
        };
        for item in &mut items {
            item.symbol = with_name(&mention.symbol, &item.name);
        }
        items.retain(|item| item.name != MARKER);
        items
    }

    /// The method that is given what is being typed, if it stands in the call itself.
    fn method(&self) -> Option<&str> {
        let program = &self.file.facts.program;
        let is_marker = |argument: &ExprId| match program.expr(*argument) {
            Expr::String(text) => program.text(*text) == MARKER,
            _ => false,
        };
        program.exprs.iter().find_map(|expr| {
            let Expr::Call { callee, arguments, .. } = expr else { return None };
            let Expr::Member { property, .. } = program.expr(*callee) else { return None };
            program.expr_list(*arguments).iter().any(is_marker).then(|| program.text(*property))
        })
    }

    fn tables(&self) -> Vec<Item> {
        let tables = self.schema.tables.iter();
        tables
            .map(|table| {
                let detail = format!("table, {}", counted(table.columns.len(), "column"));
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
        if index.kind == IndexKind::Search {
            return search_columns(index, self.method());
        }
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

/// The indexes of a table that a method can be given.
fn indexes(table: &Table, method: Option<&str>) -> Vec<Item> {
    let fits = |index: &&Index| match method {
        Some("withIndex") => index.kind == IndexKind::Secondary,
        Some("withSearchIndex") => index.kind == IndexKind::Search,
        Some("withGeoIndex") => index.kind == IndexKind::Geo,
        Some("rank" | "rankPage") => index.kind == IndexKind::Rank,
        _ => index.kind != IndexKind::UniqueColumn,
    };
    let named = table.indexes.iter().filter(|index| index.name.is_some()).filter(fits);
    let items = named.map(|index| {
        let name = index.name.as_deref().unwrap_or_default();
        Item::new(name, CompletionItemKind::REFERENCE, index_words(index))
    });
    items.collect()
}

/// The text column of a search index for `search`, its other columns for everything else.
fn search_columns(index: &Index, method: Option<&str>) -> Vec<Item> {
    let is_text = method == Some("search");
    let detail = if is_text { "the text of" } else { "a filter of" };
    let fields = index.fields.iter().enumerate().filter(|(position, _)| (*position == 0) == is_text);
    let items = fields.map(|(_, field)| {
        Item::new(&field.name, CompletionItemKind::FIELD, format!("{detail} {}", index_words(index)))
    });
    items.collect()
}

/// Whether a method can run procedures of a kind.
fn runs(method: Option<&str>, kind: ProcedureKind) -> bool {
    match method {
        Some("runQuery") => kind == ProcedureKind::Query,
        Some("runMutation") => kind == ProcedureKind::Mutation,
        Some("runAction") => kind == ProcedureKind::Action,
        Some("runAfter" | "runAt" | "cron" | "interval" | "daily" | "hourly" | "weekly" | "monthly") => {
            kind != ProcedureKind::Query
        }
        _ => true,
    }
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

/// What is being typed in a comment of ours.
enum CommentWord {
    Directive,
    Rule,
}

/// In a comment of ours, or one that may become one: what is being typed, and what it takes the place of.
fn in_comment(text: &str, offset: u32) -> Option<(CommentWord, Span)> {
    let before = text.get(..offset as usize)?;
    let line = before.rsplit('\n').next()?;
    let comment = line.rfind("//").into_iter().chain(line.rfind("/*")).max()?;
    let comment = line.get(comment + "//".len()..)?;
    let written = comment.trim_start_matches('*').trim_start();
    let rest = text.get(offset as usize..)?;
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    let word = written.get(written.trim_end_matches(is_word).len()..)?;
    let start = offset - u32::try_from(word.len()).ok()?;
    let length = rest.find(|character| !is_word(character)).unwrap_or(rest.len());
    let span = Span::new(start, offset + u32::try_from(length).ok()?);
    // Whoever has typed so much of it means it.
    let is_begun =
        word == written && word.starts_with("lunora") && DIRECTIVES.iter().any(|name| name.starts_with(word));
    if is_begun {
        return Some((CommentWord::Directive, span));
    }
    let is_ours = written.starts_with("lunora-advisor-disable") && !written.contains("--");
    is_ours.then_some((CommentWord::Rule, span))
}

fn directives() -> Vec<Item> {
    let items = DIRECTIVES.iter();
    items.map(|name| Item::new(name, CompletionItemKind::KEYWORD, "suppresses findings".to_owned())).collect()
}

/// The rules, first those that report something on the line of a comment or the next one.
fn rules_to_suppress(file: FileView<'_>, offset: u32) -> Vec<Item> {
    let line = file.range(Span::new(offset, offset)).start.line;
    let near = file.view.shown().map(|reported| &reported.finding).filter(|finding| {
        let start = file.range(finding.primary.span).start.line;
        finding.primary.file == file.id && (start == line || start == line + 1)
    });
    let near: Vec<&str> = near.map(|finding| finding.rule.name).collect();
    let mut items = rule_items();
    // What says that a comment or the code itself makes no sense cannot be suppressed.
    items.retain(|item| !matches!(item.name.as_str(), "parse_error" | "unused_suppression"));
    items.sort_by_key(|item| !near.contains(&item.name.as_str()));
    items
}

/// Whether a name can stand in code without quotes.
fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let is_start = |character: char| character.is_alphabetic() || matches!(character, '_' | '$');
    characters.next().is_some_and(is_start)
        && characters.all(|character| is_start(character) || character.is_alphanumeric())
}

/// Items in their order, each of which takes the place of what is there, written as the place wants it.
fn list(items: Vec<Item>, range: Range, written: impl Fn(&str) -> String) -> CompletionResponse {
    let items = items.into_iter().enumerate().map(|(position, item)| CompletionItem {
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, written(&item.name)))),
        filter_text: Some(item.name.clone()),
        label: item.name,
        kind: item.kind,
        detail: Some(item.detail),
        documentation: item.documentation.map(documentation),
        data: item.subject.and_then(|subject| serde_json::to_value(subject).ok()),
        sort_text: Some(format!("{position:05}")),
        ..CompletionItem::default()
    });
    CompletionResponse::List(CompletionList { is_incomplete: false, items: items.collect() })
}

fn documentation(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tower_lsp::ls_types::{Position, TextDocumentIdentifier, TextDocumentPositionParams};

    use super::*;
    use crate::client::Client;
    use crate::documents::{Document, Documents};
    use crate::features::testing::PROJECT;
    use crate::testing::{Fixture, fixture, fixture_for};

    const IMPORTS: &str = "//- /lunora/a.ts\nimport { mutation, query, v } from \"./_generated/server\";\nimport { internal } from \"./_generated/api\";\n";

    /// What is offered, and the text that it takes the place of.
    fn offered(text: &str) -> (Vec<String>, String) {
        completed(&fixture(&format!("{PROJECT}{text}")))
    }

    fn listed(fixture: &Fixture) -> Option<CompletionList> {
        let text_document = TextDocumentIdentifier::new(fixture.uri.clone());
        let parameters = CompletionParams {
            text_document_position: TextDocumentPositionParams { text_document, position: fixture.position },
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
            context: None,
        };
        match complete(&fixture.snapshot, &parameters)? {
            CompletionResponse::List(list) => Some(list),
            CompletionResponse::Array(_) => None,
        }
    }

    fn completed(fixture: &Fixture) -> (Vec<String>, String) {
        let Some(list) = listed(fixture) else { return (Vec::new(), String::new()) };
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
        for end in ["", "\"", "\")", "\")).collect()"] {
            let typed = format!("{range}.eq(\"channel\", args.channel).gt(\"$0{end}");
            assert_eq!(names(&typed), ["author", "channel"], "{typed}");
        }
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
        assert_eq!(names("await ctx.db.patch(args.id, { $0 }, \"rooms\""), ["name"]);
        assert_eq!(names("const x = { $0 };"), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_needs_quotes_gets_them_as_a_key_and_is_no_member() {
        let project = PROJECT.replace("name: v.string()", "\"full name\": v.string(), age: v.number()");
        let code = |typed: &str| {
            let code = format!(
                "{project}{IMPORTS}export const a = query.query(async ({{ ctx }}) => {{\n    {typed}\n}});\n"
            );
            let items = listed(&fixture(&code)).map(|list| list.items).unwrap_or_default();
            let texts = items.into_iter().filter_map(|item| match item.text_edit {
                Some(CompletionTextEdit::Edit(edit)) => Some(edit.new_text),
                _ => None,
            });
            texts.collect::<Vec<_>>()
        };
        assert_eq!(code("await ctx.db.insert(\"rooms\", { $0 });"), ["\"full name\"", "age"]);
        assert_eq!(code("ctx.db.rooms.findMany({ orderBy: [{ \"$0\": 'asc' }] });")[0], "full name");
        assert_eq!(code("const room = await ctx.db.rooms.findFirst({}); return room.$0;")[0], "age");
    }

    #[test]
    fn procedures_schemas_and_rules_are_completed_too() {
        assert_eq!(names("await ctx.runQuery(\"$0\", {});"), ["a:a"]);
        assert!(
            names("await ctx.scheduler.runAfter(0, \"$0\", {});").is_empty(),
            "no query can be scheduled"
        );
        let schema = |from: &str, to: &str| {
            let fixture = fixture(&PROJECT.replace(from, to));
            completed(&fixture).0
        };
        assert_eq!(schema("r.one(\"rooms\"", "r.one(\"$0\""), TABLES);
        assert_eq!(schema("[\"name\"]", "[\"$0\"]"), ["name"]);
        assert_eq!(schema("{ field: \"channel\" }", "{ field: \"$0\" }"), ["channel", "author", "likes"]);
        for begun in
            ["// lunora-advisor-$0", "//lunora$0", "/* lunora-advisor-disable$0 */", "/** lunora-a$0"]
        {
            assert_eq!(offered(&format!("//- /lunora/a.ts\n{begun}\n")).0, DIRECTIVES, "{begun}");
        }
        assert!(offered("//- /lunora/a.ts\n// about lunora$0\n").0.is_empty());
        let (rules, replaced) =
            offered("//- /lunora/a.ts\n// lunora-advisor-disable-next-line unused_index, un$0x -- why\n");
        assert!(rules.iter().any(|name| name == "unbounded_collect"), "{rules:?}");
        assert_eq!(replaced, "unx");
    }

    #[test]
    fn what_a_name_stands_for_is_told_with_the_list_or_when_somebody_looks() {
        let code =
            format!("{PROJECT}{IMPORTS}export const a = query.query(({{ ctx }}) => ctx.db.query(\"$0\"));\n");
        let items = |client: Client| {
            let fixture = fixture_for(client, &code);
            let list = listed(&fixture).map(|list| list.items).unwrap_or_default();
            let found = list.into_iter().find(|item| item.label == "rooms").expect("the table");
            (found.clone(), resolve(&fixture.snapshot, found))
        };
        let (eager, again) = items(Client::default());
        assert_eq!(eager, again);
        let (lazy, resolved) = items(Client { resolves_documentation: true, ..Client::default() });
        assert_eq!((lazy.documentation, eager.documentation.is_some()), (None, true));
        assert_eq!(resolved.documentation, eager.documentation);
    }

    #[test]
    fn what_is_reported_on_the_next_line_is_offered_first() {
        let code = "//- /lunora/a.ts\nimport { query } from \"./_generated/server\";\n// lunora-advisor-disable-next-line $0\nexport const a = query.query(async ({ ctx }) => ctx.db.query(\"rooms\").collect());\n";
        let (rules, _) = offered(code);
        assert_eq!(rules.first().map(String::as_str), Some("unbounded_collect"));
        assert!(!rules.iter().any(|name| name == "unused_suppression"));
    }

    #[test]
    fn a_method_is_offered_what_it_can_take() {
        let search = PROJECT.replace(
            ".index(\"by_name\", [\"name\"])",
            ".index(\"by_name\", [\"name\"]).searchIndex(\"by_text\", { field: \"name\", filterFields: [\"_id\"] })",
        );
        let code = "//- /lunora/b.ts\nimport { mutation } from \"./_generated/server\";\nexport const b = mutation.mutation(async ({ ctx }) => null);\n";
        let names = |line: &str| {
            let text = format!(
                "{search}{code}{IMPORTS}export const a = query.query(async ({{ ctx }}) => {{\n    {line}\n}});\n"
            );
            completed(&fixture(&text)).0
        };
        assert_eq!(names("ctx.db.query(\"rooms\").withIndex(\"$0"), ["by_name"]);
        assert_eq!(names("ctx.db.query(\"rooms\").withSearchIndex(\"$0\")"), ["by_text"]);
        let range = "ctx.db.query(\"rooms\").withSearchIndex(\"by_text\", (q) => q";
        assert_eq!(names(&format!("{range}.search(\"$0")), ["name"]);
        assert_eq!(names(&format!("{range}.search(\"name\", \"x\").eq(\"$0")), ["_id"]);
        assert_eq!(names("await ctx.runMutation(\"$0\");"), ["b:b"]);
        assert_eq!(names("await ctx.runQuery(\"$0\");"), ["a:a"]);
    }
}
