//! What something is and does, in a few lines of Markdown.

use lunora_facts::{Expr, ExprId, Span};
use lunora_project::access::{Read, Write};
use lunora_project::index_choice::{IndexChoice, index_for_selection};
use lunora_project::mentions::{Mention, MentionKind, Symbol};
use lunora_project::schema::{Index, Table, is_system_column};
use lunora_project::{Part, ProcedureId, Project, Visibility};
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use super::config::config_words;
use super::rules::{page_start, rule_words};
use super::subject::mentions_at;
use super::usage::names;
use super::validators::validator_at;
use super::words::{
    choice_sentence, choices, code_list, column_words, counted, index_words, limit_words, loop_words,
    order_words, tables_of, tier_words, wakes_on,
};
use crate::snapshot::{FileView, ProjectView, Snapshot};

/// What stands at a position.
#[must_use]
pub fn hover(snapshot: &Snapshot, parameters: &HoverParams) -> Option<Hover> {
    let at = &parameters.text_document_position_params;
    if let Some(hover) = config_hover(snapshot, parameters) {
        return Some(hover);
    }
    let (file, offset) = snapshot.at(&at.text_document.uri, at.position)?;
    let (span, text) = rule_at(file, offset)
        .or_else(|| symbol_at(file, offset))
        .or_else(|| read_at(file, offset))
        .or_else(|| write_at(file, offset))
        .or_else(|| validator_at(file, offset))?;
    Some(markdown(text, file.range(span)))
}

/// What a table, column, index, relation or procedure is; empty for anything else.
pub(super) fn describe(view: &ProjectView, symbol: &Symbol) -> Option<String> {
    let project = view.project();
    let table = symbol.table().and_then(|table| project.schema.table(table));
    match symbol {
        Symbol::Table(_) => Some(describe_table(view, table?)),
        Symbol::Column { name, .. } => describe_column(view, table?, name),
        Symbol::Index { name, .. } => Some(describe_index(view, table?, table?.index(name)?)),
        Symbol::Relation { name, .. } => {
            let table = table?;
            let relation = table.relations.iter().find(|relation| *relation.name == **name)?;
            let (target, _) = relation.target.as_ref()?;
            let many = if relation.is_many { "many rows" } else { "one row" };
            let field =
                relation.field.as_ref().map(|(field, _)| format!(", by `{field}`")).unwrap_or_default();
            Some(format!("**relation** `{}.{name}`\n\nLeads to {many} of `{target}`{field}.", table.name))
        }
        Symbol::Procedure(name) => {
            let position = project.procedures.iter().position(|procedure| *procedure.name == **name)?;
            Some(describe_procedure(project, ProcedureId(u32::try_from(position).ok()?)))
        }
        Symbol::Argument { .. } | Symbol::Output { .. } => None,
    }
}

/// What a read does, in words.
pub(super) fn describe_read(project: &Project, read: &Read) -> String {
    let mut lines: Vec<String> = Vec::new();
    for path in &read.paths {
        let tables: Vec<&str> = path.tables.iter().map(|table| table.name.as_str()).collect();
        let reads =
            if tables.is_empty() { "a table that can't be told".to_owned() } else { code_list(&tables) };
        let mut words = vec![format!("`{}` on {reads}.", path.method)];
        words.extend(choices(project, path).map(|(table, choice)| choice_sentence(table, &choice, path)));
        let details: Vec<String> = [
            order_words(path),
            limit_words(path),
            (!path.filters.is_empty()).then(|| "filters the rows after they are read".to_owned()),
            loop_words(path).map(str::to_owned),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !details.is_empty() {
            words.push(format!("{}.", capitalized(&details.join("; "))));
        }
        words.extend(path.unknown.iter().map(|reason| format!("Not all can be told: {}.", reason.reason())));
        let line = words.join(" ");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let mut text = format!("**read**\n\n{}", lines.join("\n\n"));
    let live: Vec<String> = read
        .reached_from
        .iter()
        .filter(|reach| project.procedure(reach.procedure).is_live())
        .map(|reach| {
            let name = &project.procedure(reach.procedure).name;
            format!("`{name}` (wakes on {})", code_list(&wakes_on(project, reach.procedure)))
        })
        .collect();
    match (live.as_slice(), read.reached_from.as_slice()) {
        ([], []) => text.push_str("\n\nNothing reaches it."),
        ([], _) => {}
        ([first, rest @ ..], _) => {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            text.push_str(&format!("\n\nLive in {first}{more}."));
        }
    }
    text
}

fn rule_at(file: FileView<'_>, offset: u32) -> Option<(Span, String)> {
    let comments = &file.source()?.facts.comments;
    let comment = comments.iter().find(|one| one.span.start <= offset && offset <= one.span.end)?;
    let words = rule_words(comment);
    let word = words.into_iter().find(|word| word.span.start <= offset && offset <= word.span.end)?;
    Some((word.span, page_start(word.rule?)))
}

fn config_hover(snapshot: &Snapshot, parameters: &HoverParams) -> Option<Hover> {
    let at = &parameters.text_document_position_params;
    let (config, document) = snapshot.config_document(&at.text_document.uri)?;
    let encoding = snapshot.client.encoding;
    let offset = encoding.offset(&document.lines, at.position);
    let words = config_words(config, &document.text);
    let word = words.into_iter().find(|word| word.span.start <= offset && offset <= word.span.end)?;
    Some(markdown(page_start(word.rule?), encoding.range(&document.lines, word.span)))
}

fn symbol_at(file: FileView<'_>, offset: u32) -> Option<(Span, String)> {
    let mentions = mentions_at(file, offset);
    let span = mentions.first()?.span(file.source()?)?;
    let mut parts: Vec<String> = mentions.iter().filter_map(|one| describe(file.view, &one.symbol)).collect();
    parts.dedup();
    let beside = mentions.first().and_then(|mention| beside(file, mention));
    parts.extend(beside);
    (!parts.is_empty()).then(|| (span, parts.join("\n\n---\n\n")))
}

/// What the read around a mention does with what is named.
fn beside(file: FileView<'_>, mention: &Mention) -> Option<String> {
    let is_asked = matches!(mention.kind, MentionKind::Bound | MentionKind::Condition)
        || matches!((&mention.symbol, mention.kind), (Symbol::Index { .. }, MentionKind::Read));
    let span = mention.span(file.source()?)?;
    let read = is_asked.then(|| innermost_read(file, span.start)).flatten()?;
    Some(describe_read(file.project(), read))
}

/// The read around an offset on whose chain of calls it stands.
fn read_at(file: FileView<'_>, offset: u32) -> Option<(Span, String)> {
    let read = innermost_read(file, offset)?;
    let span = link_at(file, read, offset)?;
    Some((span, describe_read(file.project(), read)))
}

/// The write whose method stands at an offset.
fn write_at(file: FileView<'_>, offset: u32) -> Option<(Span, String)> {
    let project = file.project();
    let own = project.writes.iter().filter(|write| write.call.file == file.id);
    own.filter_map(|write| {
        let start = project.span(write.call).start;
        let span = Span::new(start, start + u32::try_from(write.method.len()).ok()?);
        (span.start <= offset && offset <= span.end).then(|| (span, describe_write(file.view, write)))
    })
    .next()
}

/// What a write does, and who hears of it.
fn describe_write(view: &ProjectView, write: &Write) -> String {
    let project = view.project();
    let names: Vec<&str> = write.tables.iter().map(|table| table.name.as_str()).collect();
    let written = if names.is_empty() { "a table that can't be told".to_owned() } else { code_list(&names) };
    let mut text = format!("**write**\n\n`{}` on {written}.", write.method);
    let tables: Vec<&Table> = names.iter().filter_map(|name| project.schema.table(name)).collect();
    if write.selection.is_present {
        for table in &tables {
            let words = selection_sentence(table, &index_for_selection(table, &write.selection));
            text.push_str(&format!(" {words}"));
        }
    }
    let readers =
        tables.iter().filter_map(|table| view.usage().of_table(table)).flat_map(|usage| &usage.readers);
    let live: Vec<ProcedureId> = readers.copied().filter(|id| project.procedure(*id).is_live()).collect();
    if !live.is_empty() {
        text.push_str(&format!(
            "\n\nMay wake the subscribers of {}.",
            code_list(&super::usage::names(project, &live))
        ));
    }
    text
}

/// How the rows of a write in bulk are found.
fn selection_sentence(table: &Table, choice: &IndexChoice<'_>) -> String {
    match choice {
        IndexChoice::Named(_) | IndexChoice::Implied(_) => {
            let indexes: Vec<String> =
                choice.matches().iter().map(|found| index_words(found.index)).collect();
            format!("Finds the rows by {}.", code_list(&indexes))
        }
        IndexChoice::PrimaryKey => "Finds the row by its id.".to_owned(),
        IndexChoice::CreationTime => "Finds the rows by their creation time.".to_owned(),
        IndexChoice::Scan => format!("**Looks at every row** of `{}`: no index serves it.", table.name),
        IndexChoice::Unknown => "What serves it can't be told.".to_owned(),
    }
}

/// The smallest read around an offset.
pub(super) fn innermost_read<'a>(file: FileView<'a>, offset: u32) -> Option<&'a Read> {
    let project = file.project();
    let around = project.reads.iter().filter(|read| {
        let span = project.span(read.place);
        read.place.file == file.id && span.start <= offset && offset < span.end
    });
    around.min_by_key(|read| {
        let span = project.span(read.place);
        span.end - span.start
    })
}

/// The link of a read's chain at an offset: a method's name, or the database that it begins with.
pub(super) fn link_at(file: FileView<'_>, read: &Read, offset: u32) -> Option<Span> {
    let facts = &file.source()?.facts;
    let Part::Chain { from, to } = read.place.part else { return None };
    let covers = |span: Span| span.start <= offset && offset <= span.end;
    let mut current: ExprId = to;
    while current != from {
        current = match facts.program.expr(current) {
            Expr::Call { callee, .. } => *callee,
            Expr::Member { object, .. } | Expr::Index { object, .. } => {
                let name = facts.spans.member(current);
                if covers(name) {
                    return Some(name);
                }
                *object
            }
            Expr::Await(inner) | Expr::Cast { value: inner, .. } => *inner,
            _ => return None,
        };
    }
    let start = facts.spans.expr(from);
    covers(start).then_some(start)
}

fn describe_table(view: &ProjectView, table: &Table) -> String {
    let mut text = format!("**table** `{}`, {}", table.name, tier_words(table));
    if table.is_opaque {
        text.push_str("\n\nIts columns can't be told.");
    }
    if !table.columns.is_empty() {
        let columns = table.columns.iter().map(|column| format!("{}: {}", column.name, column_words(column)));
        text.push_str(&format!("\n\n```yaml\n{}\n```", columns.collect::<Vec<_>>().join("\n")));
    }
    let indexes: Vec<String> = table.indexes.iter().map(index_words).collect();
    if !indexes.is_empty() {
        text.push_str(&format!("\n\nIndexes: {}", code_list(&indexes)));
    }
    let Some(usage) = view.usage().of_table(table) else { return text };
    for (verb, users) in [("Read by", &usage.readers), ("Written by", &usage.writers)] {
        let names = names(view.project(), users);
        let names = if names.is_empty() { "nothing".to_owned() } else { code_list(&names) };
        text.push_str(&format!("\n\n{verb} {names}"));
    }
    text
}

fn describe_column(view: &ProjectView, table: &Table, name: &str) -> Option<String> {
    if is_system_column(name) {
        return Some(format!("**column** `{}.{name}`\n\nOn every row, set by Lunora.", table.name));
    }
    let column = table.column(name)?;
    let mut text = format!("**column** `{}.{name}`: {}", table.name, column_words(column));
    let indexes: Vec<String> = table
        .indexes
        .iter()
        .filter(|index| index.fields.iter().any(|field| field.name == name))
        .map(index_words)
        .collect();
    match indexes.as_slice() {
        [] if view.usage().of_table(table).is_some_and(|usage| !usage.findings.is_empty()) => {
            text.push_str("\n\nNo index holds it.");
        }
        [] => {}
        indexes => text.push_str(&format!("\n\nHeld by {}", code_list(indexes))),
    }
    Some(text)
}

fn describe_index(view: &ProjectView, table: &Table, index: &Index) -> String {
    let mut text = format!("**index** `{}` of `{}`", index_words(index), table.name);
    let position = table.indexes.iter().position(|known| std::ptr::eq(known, index));
    let usage = view.usage().of_table(table);
    let Some(users) = position.and_then(|position| usage?.indexes.get(position)) else { return text };
    if users.places.is_empty() {
        text.push_str("\n\nNothing uses it.");
    } else {
        let names = names(view.project(), &users.procedures);
        let by = if names.is_empty() { String::new() } else { format!(", for {}", code_list(&names)) };
        text.push_str(&format!("\n\nServes {}{by}", counted(users.places.len(), "operation")));
    }
    text
}

fn describe_procedure(project: &Project, id: ProcedureId) -> String {
    let procedure = project.procedure(id);
    let visibility = match procedure.visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
    };
    let mut text = format!("**{visibility} {}** `{}`", procedure.kind.word(), procedure.name);
    if let Some((table, _)) = &procedure.table {
        let columns: Vec<&str> = procedure.fields.iter().map(|field| field.name.as_str()).collect();
        let columns =
            if columns.is_empty() { String::new() } else { format!(", by {}", code_list(&columns)) };
        text.push_str(&format!("\n\nAbout `{table}`{columns}"));
    }
    let (read, written) = tables_of(project, id);
    let called: Vec<String> = super::calls::called_by(project, id)
        .into_iter()
        .map(|target| project.procedure(target).name.to_string())
        .collect();
    for (verb, names) in [
        ("Reads", read),
        ("Writes", written),
        ("Runs", called),
        ("Subscribers wake on", wakes_on(project, id)),
    ] {
        if !names.is_empty() {
            text.push_str(&format!("\n\n{verb} {}", code_list(&names)));
        }
    }
    text
}

fn markdown(value: String, range: tower_lsp::ls_types::Range) -> Hover {
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Hover { contents, range: Some(range) }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use tower_lsp::ls_types::{TextDocumentIdentifier, TextDocumentPositionParams};

    use super::*;
    use crate::features::testing::PROJECT;
    use crate::testing::fixture;

    const CODE: &str = r#"//- /lunora/chat.ts
import { mutation, query } from "./_generated/server";
import { api } from "./_generated/api";
import { defineShape } from "@lunora/server";
export const list = query.query(async ({ ctx, args }) =>
    ctx.db.query("messages").withIndex("by_channel", (q) => q.eq("channel", args.channel)).order("desc").take(20));
// lunora-advisor-disable-next-line unbounded_collect -- 🦀 few
export const all = query.query(async ({ ctx }) => ctx.db.query("messages").collect());
export const find = query.query(async ({ ctx, args }) => ctx.db.rooms.findMany({ where: { name: args.name } }));
export const send = mutation.mutation(async ({ ctx, args }) => {
    await ctx.runQuery(api.chat.list, { channel: args.channel });
    await ctx.db.insert("messages", { channel: args.channel, author: "x" });
    await ctx.db.deleteWhere("rooms", { name: "x" });
});
export const mine = defineShape({ table: "messages", columns: ["author"], where: (ctx, args) => ({ channel: args.channel }) });
"#;

    /// The hover on the first character of `marked` in the code, `at` bytes into it.
    fn shown(marked: &str, at: usize) -> Option<String> {
        let text = format!("{PROJECT}{CODE}");
        let offset = text.find(marked).expect("the text") + at;
        let fixture = fixture(&format!("{}$0{}", &text[..offset], &text[offset..]));
        let text_document = TextDocumentIdentifier::new(fixture.uri.clone());
        let parameters = HoverParams {
            text_document_position_params: TextDocumentPositionParams {
                text_document,
                position: fixture.position,
            },
            work_done_progress_params: Default::default(),
        };
        match hover(&fixture.snapshot, &parameters)?.contents {
            HoverContents::Markup(markup) => Some(markup.value),
            _ => None,
        }
    }

    #[test]
    fn a_table_shows_its_columns_indexes_readers_and_writers() {
        assert_eq!(
            shown("insert(\"messages\"", 9).expect("a hover"),
            "**table** `messages`, in the root Durable Object\n\n```yaml\nchannel: id of rooms\nauthor: string\nlikes: number, optional\n```\n\nIndexes: `by_channel (channel, author)`\n\nRead by `chat:all` and `chat:list`\n\nWritten by `chat:send`"
        );
    }

    #[test]
    fn a_write_says_how_it_finds_rows_and_whom_it_may_wake() {
        assert_eq!(
            shown("insert(\"messages\"", 1).expect("a hover"),
            "**write**\n\n`insert` on `messages`.\n\nMay wake the subscribers of `chat:all` and `chat:list`."
        );
        assert_eq!(
            shown("deleteWhere(", 3).expect("a hover"),
            "**write**\n\n`deleteWhere` on `rooms`. Finds the rows by `by_name (name)`.\n\nMay wake the subscribers of `chat:find`."
        );
    }

    #[test]
    fn a_shape_says_of_what() {
        assert_eq!(
            shown("mine = ", 1).expect("a hover"),
            "**internal shape** `chat:mine`\n\nAbout `messages`, by `author` and `channel`"
        );
    }

    #[test]
    fn an_index_in_a_read_says_what_it_serves_and_what_the_read_does() {
        let text = shown("withIndex(\"by_channel\"", 12).expect("a hover");
        assert!(text.starts_with("**index** `by_channel (channel, author)` of `messages`\n\nServes 1 operation, for `chat:list`"), "{text}");
        assert!(text.contains("Reads one run of `by_channel (channel, author)`: `channel` fixed."), "{text}");
        let field = shown("q.eq(\"channel\"", 7).expect("a hover");
        assert!(
            field.starts_with("**column** `messages.channel`: id of rooms\n\nHeld by `by_channel"),
            "{field}"
        );
    }

    #[test]
    fn a_read_says_its_access_path_and_what_wakes_it() {
        let text = shown("take(20)", 1).expect("a hover");
        assert!(text.contains("Last ones first; returns 20 rows at most."), "{text}");
        assert!(text.ends_with("Live in `chat:list` (wakes on `messages.by_channel`)."), "{text}");
        let whole = shown("collect());", 1).expect("a hover");
        assert!(whole.contains("**Looks at every row** of `messages`: no index serves it."), "{whole}");
        let implied = shown("findMany({ where", 1).expect("a hover");
        assert!(implied.contains("Reads one run of `by_name (name)`: `name` fixed."), "{implied}");
    }

    #[test]
    fn procedures_rules_and_validators_are_described() {
        assert_eq!(
            shown("send = mutation", 1).expect("a hover"),
            "**public mutation** `chat:send`\n\nWrites `messages` and `rooms`\n\nRuns `chat:list`"
        );
        assert!(shown("unbounded_collect --", 3).expect("a hover").contains("`unbounded_collect`"));
        assert!(shown("v.optional(", 3).expect("a hover").starts_with("**validator** `v.optional`"));
        assert_eq!(shown("async ({ ctx, args }) => {", 1), None);
    }
}
