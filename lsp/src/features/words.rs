//! What reads, writes and subscriptions do, in words.

use lunora_project::access::{AccessPath, Direction, IndexUse, Limit, LoopKind, Range, Read, Surface};
use lunora_project::index_choice::{IndexChoice, IndexMatch, index_for};
use lunora_project::schema::{Column, Index, IndexKind, Table, Tier};
use lunora_project::{ProcedureId, Project};

/// Names in a list that is no longer than this.
const MAX_NAMES: usize = 6;

/// How a read finds its rows in a table, in a few words: `by_channel (channel)`, `scan`.
pub(super) fn short_choice(choice: &IndexChoice<'_>, path: &AccessPath) -> Option<String> {
    Some(match choice {
        IndexChoice::Named(found) => short_match(found),
        IndexChoice::Implied(found) => {
            let parts: Vec<String> = found.iter().map(short_match).collect();
            parts.join(" or ")
        }
        IndexChoice::PrimaryKey => "by id".to_owned(),
        IndexChoice::CreationTime => "by creation time".to_owned(),
        IndexChoice::Scan if path.limit.is_bounding() && path.filters.is_empty() => {
            "scan up to the limit".to_owned()
        }
        IndexChoice::Scan => "scan".to_owned(),
        IndexChoice::Unknown => return None,
    })
}

/// How a read finds its rows in a table, as a sentence.
pub(super) fn choice_sentence(table: &Table, choice: &IndexChoice<'_>, path: &AccessPath) -> String {
    let name = &table.name;
    match choice {
        IndexChoice::Named(found) => match_sentence(found, path),
        IndexChoice::Implied(found) => {
            let parts: Vec<String> = found.iter().map(|found| match_sentence(found, path)).collect();
            parts.join(" ")
        }
        IndexChoice::PrimaryKey => "Finds the row by its id.".to_owned(),
        IndexChoice::CreationTime => "Walks along the built-in index on `_creationTime`.".to_owned(),
        IndexChoice::Scan => format!("**Looks at every row** of `{name}`: no index serves it."),
        IndexChoice::Unknown => "What serves it can't be told.".to_owned(),
    }
}

/// How many rows a read returns, if something bounds that.
pub(super) fn limit_words(path: &AccessPath) -> Option<String> {
    match path.limit {
        Limit::None => None,
        Limit::Constant(1.0) => Some("returns one row at most".to_owned()),
        Limit::Constant(rows) => Some(format!("returns {rows} rows at most")),
        Limit::Page => Some("returns a page".to_owned()),
        Limit::Unbounded => Some("returns as many rows as the caller asks for".to_owned()),
        Limit::Unknown => Some("returns a number of rows that can't be told".to_owned()),
    }
}

/// What a read asks for in what order, if that is known.
pub(super) fn order_words(path: &AccessPath) -> Option<String> {
    let columns: Vec<&str> = path.order_by.iter().map(|field| field.name.as_str()).collect();
    match (columns.is_empty(), path.direction) {
        (false, _) => Some(format!("sorted by {}", code_list(&columns))),
        (true, Some(Direction::Descending)) => Some("last ones first".to_owned()),
        _ => None,
    }
}

/// What a read is repeated for.
pub(super) fn loop_words(path: &AccessPath) -> Option<&'static str> {
    path.loops.last().map(|inner| match inner {
        LoopKind::Rows(_) => "runs once for each row of another read",
        LoopKind::Argument { .. } => "runs once for each element of an argument",
        LoopKind::Constant(_) => "runs in a loop of a fixed length",
        LoopKind::Unknown => "runs in a loop",
    })
}

/// What wakes the subscribers of a procedure, by table: `messages.by_channel`, or `messages` for the whole table.
pub(super) fn wakes_on(project: &Project, procedure: ProcedureId) -> Vec<String> {
    if !project.procedure(procedure).is_live() {
        return Vec::new();
    }
    let mut woken: Vec<(String, Option<String>)> = Vec::new();
    for read in reads_of(project, procedure) {
        for path in read.paths.iter().filter(|path| path.reached_from.contains(&procedure)) {
            for table in &path.tables {
                let part = project.schema.table(&table.name).and_then(|table| narrow_part(table, path));
                match woken.iter_mut().find(|(name, _)| *name == table.name) {
                    Some((_, known)) if *known == part => {}
                    Some((_, known)) => *known = None,
                    None => woken.push((table.name.to_string(), part)),
                }
            }
            for relation in loaded_tables(project, path) {
                match woken.iter_mut().find(|(name, _)| *name == relation) {
                    Some((_, known)) => *known = None,
                    None => woken.push((relation, None)),
                }
            }
        }
    }
    woken.sort();
    let named = woken.into_iter().map(|(table, index)| match index {
        Some(index) => format!("{table}.{index}"),
        None => table,
    });
    named.collect()
}

/// The reads that a procedure reaches.
pub(super) fn reads_of(project: &Project, procedure: ProcedureId) -> impl Iterator<Item = &Read> {
    let reaches = move |read: &&Read| read.reached_from.iter().any(|reach| reach.procedure == procedure);
    project.reads.iter().filter(reaches)
}

/// The tables that a procedure reads and those that it writes, by name, each once.
pub(super) fn tables_of(project: &Project, procedure: ProcedureId) -> (Vec<String>, Vec<String>) {
    let mut read = Vec::new();
    for one in reads_of(project, procedure) {
        for path in one.paths.iter().filter(|path| path.reached_from.contains(&procedure)) {
            read.extend(path.tables.iter().map(|table| table.name.to_string()));
            read.extend(loaded_tables(project, path));
        }
    }
    let mut written = Vec::new();
    for write in &project.writes {
        let tables = write.tables.iter().filter(|table| write.writers_of(&table.name).contains(&procedure));
        written.extend(tables.map(|table| table.name.to_string()));
    }
    for names in [&mut read, &mut written] {
        names.sort();
        names.dedup();
    }
    (read, written)
}

/// The kinds that a value may have, each once.
fn union_words(alternatives: &[String]) -> String {
    let mut words: Vec<String> = Vec::new();
    for kind in alternatives {
        let count = alternatives.iter().filter(|other| *other == kind).count();
        let word =
            if kind == "literal" && count > 1 { format!("one of {count} literals") } else { kind.clone() };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" | ")
}

/// A column with its type: `author: id of users, optional`.
pub(super) fn column_words(column: &Column) -> String {
    let kind = column.kind.as_deref().unwrap_or("unknown");
    let kind = match (kind, &column.references) {
        (_, Some((table, _))) => format!("id of {table}"),
        ("union", _) if !column.alternatives.is_empty() => union_words(&column.alternatives),
        (kind, _) => kind.to_owned(),
    };
    let mut words = vec![kind];
    for (holds, word) in [
        (column.is_optional && !column.is_implicit, "optional"),
        (column.is_nullable, "nullable"),
        (column.is_unique, "unique"),
        (column.is_implicit, "added by a modifier"),
    ] {
        if holds {
            words.push(word.to_owned());
        }
    }
    words.join(", ")
}

/// An index with its columns: `by_channel (channel, author)`.
pub(super) fn index_words(index: &Index) -> String {
    let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
    let kind = match index.kind {
        IndexKind::Secondary if index.is_unique => ", unique",
        IndexKind::Secondary => "",
        IndexKind::UniqueColumn => ", unique column",
        IndexKind::Search => ", search",
        IndexKind::Geo => ", geo",
        IndexKind::Rank => ", rank",
        IndexKind::Aggregate => ", aggregate",
        IndexKind::Vector => ", vector",
    };
    match (&index.name, index.kind) {
        (None, IndexKind::UniqueColumn) => format!("{} (unique)", columns.join(", ")),
        (name, _) => format!("{} ({}{kind})", name.as_deref().unwrap_or("unnamed"), columns.join(", ")),
    }
}

/// Where a table lives.
pub(super) fn tier_words(table: &Table) -> String {
    match &table.tier {
        Tier::Root => "in the root Durable Object".to_owned(),
        Tier::Sharded(Some(column)) => format!("in one Durable Object for each `{column}`"),
        Tier::Sharded(None) => "sharded".to_owned(),
        Tier::Global => "global: in D1 or an external database".to_owned(),
    }
}

/// Names as code, the first few of them: `` `a`, `b` and 3 more``.
pub(super) fn code_list<S: AsRef<str>>(names: &[S]) -> String {
    let shown: Vec<String> =
        names.iter().take(MAX_NAMES).map(|name| format!("`{}`", name.as_ref())).collect();
    let more = names.len().saturating_sub(MAX_NAMES);
    match (shown.as_slice(), more) {
        ([], _) => String::new(),
        (_, 1..) => format!("{} and {more} more", shown.join(", ")),
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
    }
}

/// A number with a word: `1 read`, `5 reads`.
pub(super) fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// The index for each of the tables of a path.
pub(super) fn choices<'a>(
    project: &'a Project,
    path: &'a AccessPath,
) -> impl Iterator<Item = (&'a Table, IndexChoice<'a>)> {
    let tables = path.tables.iter().filter_map(|table| project.schema.table(&table.name));
    tables.map(|table| (table, index_for(table, path)))
}

fn short_match(found: &IndexMatch<'_>) -> String {
    let name =
        found.index.name.as_deref().or_else(|| found.index.fields.first().map(|field| field.name.as_str()));
    let prefix: Vec<&str> = found.prefix().collect();
    let name = name.unwrap_or("an index");
    if prefix.is_empty() { format!("all of {name}") } else { format!("{name} ({})", prefix.join(", ")) }
}

fn match_sentence(found: &IndexMatch<'_>, path: &AccessPath) -> String {
    let index = index_words(found.index);
    if matches!(found.index.kind, IndexKind::Search | IndexKind::Geo) {
        return format!("Searches by `{index}`.");
    }
    if found.index.kind == IndexKind::Aggregate {
        return format!("Takes the answer from `{index}`.");
    }
    let prefix: Vec<&str> = found.prefix().collect();
    let (equal, ranged) = prefix.split_at(found.equal.min(prefix.len()));
    let mut parts = Vec::new();
    if !equal.is_empty() {
        parts.push(format!("{} fixed", code_list(equal)));
    }
    if !ranged.is_empty() {
        parts.push(format!("{} bounded", code_list(ranged)));
    }
    let on_some = if found.is_conditional { " on some paths" } else { "" };
    if !found.is_range_known {
        return format!("Reads by `{index}`{on_some}; the range can't be told.");
    }
    if parts.is_empty() {
        let whole = if path.limit.is_bounding() { "Walks along" } else { "**Walks all of**" };
        return format!("{whole} `{index}`{on_some}.");
    }
    format!("Reads one run of `{index}`{on_some}: {}.", parts.join(", "))
}

/// The index on a run of which a subscription depends; `None` if it depends on the whole table.
fn narrow_part(table: &Table, path: &AccessPath) -> Option<String> {
    let used: &IndexUse = path.index.as_ref()?;
    let is_narrow = path.surface == Surface::Fluent
        && table.tier != Tier::Global
        && used.kind == IndexKind::Secondary
        && path.unknown.is_empty()
        && path.tables.len() == 1;
    let (Range::Known(bounds), IndexChoice::Named(found), true) =
        (&used.range, index_for(table, path), is_narrow)
    else {
        return None;
    };
    let columns: Vec<&str> = found.prefix().collect();
    let is_run = !columns.is_empty()
        && bounds
            .iter()
            .all(|bound| bound.column.as_ref().is_some_and(|column| columns.contains(&column.name.as_str())));
    is_run.then(|| found.index.name.clone()).flatten()
}

/// The tables whose rows a path loads or tests by way of relations.
fn loaded_tables(project: &Project, path: &AccessPath) -> Vec<String> {
    let own = path.tables.iter().filter_map(|table| project.schema.table(&table.name));
    let relations = own.flat_map(|table| &table.relations);
    let is_used = |name: &str| path.relations.iter().any(|used| used.name == name);
    relations
        .filter(|relation| is_used(&relation.name))
        .filter_map(|relation| relation.target.as_ref())
        .map(|(target, _)| target.clone())
        .collect()
}
