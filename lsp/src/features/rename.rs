//! Renaming tables, columns and indexes across everything that mentions them, or saying why that can't be done.

use std::collections::BTreeMap;

use lunora_facts::{Expr, Pattern, Span};
use lunora_project::mentions::{Certainty, Mention, Symbol, Unclear};
use lunora_project::{Part, Place, Project};
use lunora_report::Edit;
use lunora_source::{LineIndex, SourceFile};
use tower_lsp::ls_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};

use super::subject::{definition, mentions_at};
use crate::edits::Edits;
use crate::snapshot::Snapshot;

/// Why something can't be renamed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Nothing that can be renamed is there.
    #[error("only tables, columns and indexes can be renamed here")]
    NothingHere,
    /// The schema does not declare it under this name.
    #[error("`{0}` is not declared in the schema under this name, so there is nothing to rename")]
    NotDeclared(String),
    /// Not all of the project can be read.
    #[error("`{0}` can't be read in full, and what can't be read may name it; mend that file first")]
    Unread(String),
    /// The new name is no name.
    #[error("`{0}` can't be a name: a letter, then letters, digits and underscores")]
    NotAName(String),
    /// The new name means something else.
    #[error("`{0}` means something else to Lunora")]
    Reserved(String),
    /// There is one with the new name.
    #[error("there is a {kind} `{name}` already")]
    Taken {
        /// What it is.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A place names something else, too.
    #[error("at {at} the same name stands for {other} too")]
    Shared {
        /// Where.
        at: String,
        /// For what.
        other: String,
    },
    /// A place may name it.
    #[error("at {at} it may be meant: {reason}")]
    Unclear {
        /// Where.
        at: String,
        /// Why that can't be told.
        reason: &'static str,
    },
    /// A place may be it, as part of something that is made of rows.
    #[error("at {0} something that is made of its rows has a part of this name, which may be it")]
    Possible(String),
    /// A generated file names it.
    #[error("{0} names it and is generated: change the schema, and generate it anew")]
    Generated(String),
}

/// A rename that can be done.
#[derive(Clone, Debug)]
pub struct Renamed {
    /// What changes.
    pub edit: WorkspaceEdit,
    /// What the edit can't do: rows that are stored keep their names.
    pub warning: Option<String>,
}

/// What would be renamed at a position, and where its name stands.
///
/// # Errors
/// If nothing can be renamed there, with the reason.
pub fn prepare(
    snapshot: &Snapshot,
    parameters: &TextDocumentPositionParams,
) -> Result<PrepareRenameResponse, Refusal> {
    let found = snapshot.at(&parameters.text_document.uri, parameters.position);
    let (file, offset) = found.ok_or(Refusal::NothingHere)?;
    let mention = renamed_at(mentions_at(file, offset)).ok_or(Refusal::NothingHere)?;
    let span = file.source().and_then(|source| mention.span(source)).ok_or(Refusal::NothingHere)?;
    mentions_to_rename(file.project(), &mention.symbol)?;
    let placeholder = mention.symbol.name().to_owned();
    Ok(PrepareRenameResponse::RangeWithPlaceholder { range: file.range(span), placeholder })
}

/// The edit that renames what is named at a position.
///
/// # Errors
/// If it can't be renamed, or not to this name, with the reason.
pub fn rename(snapshot: &Snapshot, parameters: &RenameParams) -> Result<Renamed, Refusal> {
    let at = &parameters.text_document_position;
    let found = snapshot.at(&at.text_document.uri, at.position);
    let (file, offset) = found.ok_or(Refusal::NothingHere)?;
    let mention = renamed_at(mentions_at(file, offset)).ok_or(Refusal::NothingHere)?;
    let mut edits = Edits::default();
    edits.add(file, &rename_edits(file.project(), &mention.symbol, &parameters.new_name)?);
    let warning = match &mention.symbol {
        Symbol::Table(name) => Some(format!(
            "Rows that are stored stay in `{name}`: move them with a migration before this is deployed."
        )),
        Symbol::Column { table, name } => Some(format!(
            "Rows of `{table}` that are stored keep `{name}`: copy it with a migration before this is deployed."
        )),
        _ => None,
    };
    Ok(Renamed { edit: edits.finish(snapshot), warning })
}

/// The edits that rename a table, a column or an index in a whole project.
///
/// # Errors
/// If it can't be renamed, or not to this name, with the reason.
pub fn rename_edits(project: &Project, symbol: &Symbol, new_name: &str) -> Result<Vec<Edit>, Refusal> {
    let mentions = mentions_to_rename(project, symbol)?;
    check_name(project, symbol, new_name)?;
    let mut edits = BTreeMap::new();
    for mention in mentions {
        let file = project.file(mention.place.file);
        let Some(span) = mention.span(file) else { continue };
        let edit = edit_of(file, mention.place, span, new_name);
        edits.insert((edit.file, edit.span.start, edit.span.end), edit);
    }
    Ok(edits.into_values().collect())
}

fn renamed_at(mentions: Vec<Mention>) -> Option<Mention> {
    let is_meant = |mention: &Mention| {
        matches!(mention.symbol, Symbol::Table(_) | Symbol::Column { .. } | Symbol::Index { .. })
    };
    mentions.into_iter().find(is_meant)
}

/// Every mention of something, if all of them are known and mean nothing else.
fn mentions_to_rename<'a>(project: &'a Project, symbol: &'a Symbol) -> Result<Vec<&'a Mention>, Refusal> {
    let mentions = project.mentions();
    let unread =
        project.sources.files.iter().find(|file| file.is_unreadable || !file.facts.errors.is_empty());
    if let Some(file) = unread {
        return Err(Refusal::Unread(file.relative.clone()));
    }
    let found: Vec<&Mention> = mentions.of(symbol).collect();
    let declared =
        definition(project, mentions, symbol).filter(|place| found.iter().any(|one| one.place == *place));
    if declared.is_none() {
        return Err(Refusal::NotDeclared(symbol.name().to_owned()));
    }
    if let Some(Unclear { at, reason, .. }) = mentions.unclear_about(symbol).next() {
        return Err(Refusal::Unclear { at: shown(project, *at), reason: reason.words() });
    }
    for mention in &found {
        let at = || shown(project, mention.place);
        if mention.certainty == Certainty::Possible {
            return Err(Refusal::Possible(at()));
        }
        if is_generated(&project.file(mention.place.file).relative) {
            return Err(Refusal::Generated(project.file(mention.place.file).relative.clone()));
        }
        let beside = mentions.in_file(mention.place.file).iter();
        let other = beside.filter(|other| other.place == mention.place).find(|other| other.symbol != *symbol);
        if let Some(other) = other {
            return Err(Refusal::Shared { at: at(), other: words(&other.symbol) });
        }
    }
    Ok(found)
}

fn is_generated(relative: &str) -> bool {
    relative.split('/').any(|part| part == "_generated" || part == "node_modules")
}

fn check_name(project: &Project, symbol: &Symbol, name: &str) -> Result<(), Refusal> {
    let mut characters = name.chars();
    let is_name = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|character| character.is_alphanumeric() || character == '_');
    if !is_name {
        return Err(Refusal::NotAName(name.to_owned()));
    }
    let taken = |kind| Refusal::Taken { kind, name: name.to_owned() };
    let own = symbol.table().and_then(|table| project.schema.table(table));
    match symbol {
        Symbol::Table(_) => {
            if RESERVED_TABLES.contains(&name) || RESERVED_WORDS.contains(&name) {
                return Err(Refusal::Reserved(name.to_owned()));
            }
            if project.schema.table(name).is_some() {
                return Err(taken("table"));
            }
        }
        Symbol::Column { .. } => {
            if name.starts_with('_') || matches!(name, "AND" | "OR" | "NOT") {
                return Err(Refusal::Reserved(name.to_owned()));
            }
            if own.is_some_and(|table| table.column(name).is_some()) {
                return Err(taken("column"));
            }
            if own.is_some_and(|table| table.relations.iter().any(|relation| relation.name == name)) {
                return Err(taken("relation"));
            }
        }
        _ => {
            if matches!(name, "by_id" | "by_creation_time") {
                return Err(Refusal::Reserved(name.to_owned()));
            }
            if own.is_some_and(|table| table.index(name).is_some()) {
                return Err(taken("index"));
            }
        }
    }
    Ok(())
}

/// Methods of `ctx.db`, which a table below it would hide.
const RESERVED_TABLES: &[&str] = &[
    "aggregate",
    "asId",
    "count",
    "delete",
    "deleteAll",
    "deleteMany",
    "deleteWhere",
    "exists",
    "findFirst",
    "findFirstOrThrow",
    "findMany",
    "findUnique",
    "get",
    "groupBy",
    "insert",
    "insertMany",
    "insertManyUnsafe",
    "normalizeId",
    "patch",
    "patchMany",
    "patchWhere",
    "query",
    "rank",
    "rankPage",
    "related",
    "replace",
    "system",
    "upsert",
    "upsertMany",
    "wipeShard",
];

/// Words of JavaScript that no table may be called.
const RESERVED_WORDS: &[&str] = &[
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// What takes the place of a name: `{ old }` becomes `{ new: old }`, and `{ old: new }` becomes `{ new }`.
fn edit_of(file: &SourceFile, place: Place, span: Span, new_name: &str) -> Edit {
    let edit = |span: Span, text: String| Edit { file: file.id, span, new_text: text };
    let program = &file.facts.program;
    match place.part {
        Part::PropKey(id) => match program.props.get(id.index()) {
            Some(prop) if prop.shorthand => edit(Span::new(span.start, span.start), format!("{new_name}: ")),
            Some(known) => {
                let is_variable = matches!(program.expr(known.value), Expr::Binding(_) | Expr::Global(_));
                let value = file.facts.spans.expr(known.value);
                let whole = Span::new(span.start, value.end);
                // `name!` and `name as T` are more than the variable.
                let is_all = file.facts.spans.prop(id).end == value.end;
                match is_variable && is_all && is_shortened(file, span, value, new_name) {
                    true => edit(whole, new_name.to_owned()),
                    false => edit(span, new_name.to_owned()),
                }
            }
            None => edit(span, new_name.to_owned()),
        },
        Part::PatternKey(key) => match program.pattern_props.get(key as usize) {
            Some(known) if known.shorthand => {
                edit(Span::new(span.start, span.start), format!("{new_name}: "))
            }
            Some(known) => {
                let mut pattern = program.pattern(known.pattern);
                if let Pattern::Default { pattern: inner, .. } = pattern {
                    pattern = program.pattern(*inner);
                }
                match pattern {
                    Pattern::Binding(binding) => {
                        let value = file.facts.spans.binding(*binding);
                        match is_shortened(file, span, value, new_name) {
                            true => edit(Span::new(span.start, value.end), new_name.to_owned()),
                            false => edit(span, new_name.to_owned()),
                        }
                    }
                    _ => edit(span, new_name.to_owned()),
                }
            }
            None => edit(span, new_name.to_owned()),
        },
        _ => edit(span, new_name.to_owned()),
    }
}

/// Whether a key without quotes and the variable after it would have the same name.
fn is_shortened(file: &SourceFile, key: Span, value: Span, new_name: &str) -> bool {
    let between = file.text.get(key.end as usize..value.start as usize);
    let is_plain =
        between.is_some_and(|text| text.starts_with(':') && text.bytes().skip(1).all(|byte| byte == b' '));
    is_plain && file.text.get(value.range()) == Some(new_name)
}

/// A place as `file:line`.
fn shown(project: &Project, place: Place) -> String {
    let file = project.file(place.file);
    let line = LineIndex::new(&file.text).utf16(project.span(place).start).line;
    format!("{}:{line}", file.relative)
}

fn words(symbol: &Symbol) -> String {
    match symbol {
        Symbol::Table(name) => format!("the table `{name}`"),
        Symbol::Column { table, name } => format!("the column `{table}.{name}`"),
        Symbol::Index { table, name } => format!("the index `{name}` of `{table}`"),
        Symbol::Relation { table, name } => format!("the relation `{name}` of `{table}`"),
        Symbol::Procedure(name) => format!("the procedure `{name}`"),
        Symbol::Argument { procedure, name } => {
            format!("the argument `{name}` of `{procedure}`, which callers name,")
        }
        Symbol::Output { procedure, name } => {
            format!("what `{procedure}` returns as `{name}`, which callers read,")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lunora_facts::FileId;
    use lunora_report::apply_edits;
    use tower_lsp::ls_types::{DocumentChanges, TextDocumentIdentifier};

    use super::*;
    use crate::documents::{Document, Documents};
    use crate::features::testing::PROJECT;
    use crate::testing::fixture;

    const IMPORTS: &str = "import { mutation, query, v } from \"./_generated/server\";\n";

    /// The files that a rename changes, after it.
    fn renamed(code: &str, new_name: &str) -> Result<BTreeMap<String, String>, String> {
        let fixture = fixture(&format!("{PROJECT}//- /lunora/a.ts\n{IMPORTS}{code}"));
        let (file, offset) = fixture.snapshot.at(&fixture.uri, fixture.position).expect("a file");
        let mention = renamed_at(mentions_at(file, offset)).ok_or("nothing here")?;
        let project = file.project();
        let edits =
            rename_edits(project, &mention.symbol, new_name).map_err(|refusal| refusal.to_string())?;
        let ids: Vec<FileId> = edits.iter().map(|edit| edit.file).collect();
        let texts = ids.into_iter().map(|id| {
            let file = project.file(id);
            let own = edits.iter().filter(|edit| edit.file == id);
            let text = apply_edits(&file.text, own).unwrap_or_default();
            (file.relative.clone(), text.replacen(IMPORTS, "", 1))
        });
        Ok(texts.collect())
    }

    #[test]
    fn shorthands_and_quotes_keep_their_meaning() {
        let code = r#"export const put = mutation.mutation(async ({ ctx, args }) => {
    const { author, "likes": n } = await ctx.db.get(args.id, "messages");
    const { author: writer, ...rest } = (await ctx.db.query("messages").collect())[0];
    await ctx.db.patch(args.id, { author, 'likes': n }, "messages");
    await ctx.db.patch(args.id, { author: writer! }, "messages");
    await ctx.db.messages.findMany({ where: { auth$0or: "ü🦀", likes: 1 }, orderBy: [{ author: "asc" }] });
    return rest.likes + writer;
});
"#;
        let files = renamed(code, "writer").expect("renamed");
        assert_eq!(
            files["lunora/a.ts"],
            r#"export const put = mutation.mutation(async ({ ctx, args }) => {
    const { writer: author, "likes": n } = await ctx.db.get(args.id, "messages");
    const { writer, ...rest } = (await ctx.db.query("messages").collect())[0];
    await ctx.db.patch(args.id, { writer: author, 'likes': n }, "messages");
    await ctx.db.patch(args.id, { writer: writer! }, "messages");
    await ctx.db.messages.findMany({ where: { writer: "ü🦀", likes: 1 }, orderBy: [{ writer: "asc" }] });
    return rest.likes + writer;
});
"#
        );
        let schema = &files["lunora/schema.ts"];
        assert!(
            schema.contains("writer: v.string()") && schema.contains("[\"channel\", \"writer\"]"),
            "{schema}"
        );
    }

    #[test]
    fn an_index_is_renamed_in_its_own_table_only() {
        let code = r#"export const a = query.query(async ({ ctx }) => [
    await ctx.db.query("messages").withIndex("by_ch$0annel").first(),
    await ctx.db.query("rooms").withIndex("by_name").first(),
]);
"#;
        let files = renamed(code, "by_place").expect("renamed");
        assert!(files["lunora/a.ts"].contains("withIndex(\"by_place\")"));
        assert!(files["lunora/a.ts"].contains("withIndex(\"by_name\")"));
        assert_eq!(files["lunora/schema.ts"].matches("by_place").count(), 1);
        assert_eq!(
            renamed(&code.replace("by_ch$0annel", "by_channel").replace("\"rooms", "\"roo$0ms"), "places")
                .expect("renamed")["lunora/schema.ts"]
                .matches("places")
                .count(),
            3
        );
    }

    #[test]
    fn open_documents_are_edited_at_their_version_and_closed_files_at_none() {
        let mut fixture = fixture(&format!(
            "{PROJECT}//- /lunora/a.ts\n{IMPORTS}export const a = query.query(async ({{ ctx }}) => ctx.db.ro$0oms.findMany({{}}));\n"
        ));
        let (file, _) = fixture.snapshot.at(&fixture.uri, fixture.position).expect("a file");
        let mut documents = Documents::default();
        documents.insert(file.path().to_path_buf(), Document::new(fixture.uri.clone(), 7, file.text()));
        fixture.snapshot.documents = Arc::new(documents);
        let parameters = RenameParams {
            text_document_position: TextDocumentPositionParams {
                text_document: TextDocumentIdentifier::new(fixture.uri.clone()),
                position: fixture.position,
            },
            new_name: "places".to_owned(),
            work_done_progress_params: Default::default(),
        };
        let renamed = rename(&fixture.snapshot, &parameters).expect("renamed");
        assert!(renamed.warning.is_some_and(|warning| warning.contains("stay in `rooms`")));
        let Some(DocumentChanges::Edits(files)) = renamed.edit.document_changes else { panic!("no edits") };
        let versions: Vec<(bool, Option<i32>)> = files
            .iter()
            .map(|file| (file.text_document.uri == fixture.uri, file.text_document.version))
            .collect();
        assert_eq!(versions, [(true, Some(7)), (false, None)]);
    }

    #[test]
    fn a_rename_is_refused_with_its_reason() {
        let refused = |code: &str, name: &str| renamed(code, name).expect_err("refused");
        let read = "export const a = query.query(async ({ ctx }) => ctx.db.query(\"roo$0ms\").first());\n";
        assert_eq!(refused(read, "messages"), "there is a table `messages` already");
        assert_eq!(refused(read, "my rooms"), Refusal::NotAName("my rooms".to_owned()).to_string());
        assert_eq!(refused(read, "findMany"), "`findMany` means something else to Lunora");
        let computed = format!(
            "{read}export const b = query.query(async ({{ ctx, args }}) => ctx.db.query(args.table).first());\n"
        );
        assert_eq!(refused(&computed, "places"), "at lunora/a.ts:3 it may be meant: the name is computed");
        let argument = "export const a = mutation.input({ author: v.string() }).mutation(async ({ ctx, args }) => {\n    await ctx.db.insert(\"messages\", { ...args });\n    await ctx.db.messages.count({ auth$0or: \"x\" });\n});\n";
        assert_eq!(
            refused(argument, "writer"),
            "at lunora/a.ts:2 the same name stands for the argument `author` of `a:a`, which callers name, too"
        );
        let broken = format!("{read}//- /lunora/b.ts\nexport const c = (;\n");
        assert_eq!(
            refused(&broken, "places"),
            "`lunora/b.ts` can't be read in full, and what can't be read may name it; mend that file first"
        );
        assert_eq!(refused("const x$0 = 1;\n", "y"), "nothing here");
    }
}
