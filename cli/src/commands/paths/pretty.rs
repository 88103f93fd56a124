//! Accesses for people: by table, a compact block each.

use std::fmt::{self, Write};

use super::access::{Access, AccessKind, BoundPart, IndexPart, IndexUsePart, Location, ReachPart};
use super::{Part, summary};
use crate::commands::describe::tier_words;

/// Lists of procedures are broken at this column.
const WIDTH: usize = 110;
const INDENT: &str = "         ";

/// The accesses of all parts, the root of each before it if there are several projects.
pub(super) fn render(parts: &[Part<'_>], with_roots: bool) -> String {
    let mut text = String::new();
    for part in parts {
        // Writing to a string cannot fail.
        let _ = write_part(part, with_roots, &mut text);
    }
    text
}

fn write_part(part: &Part<'_>, with_root: bool, text: &mut String) -> fmt::Result {
    if with_root {
        writeln!(text, "# {}\n", part.linked.root)?;
    }
    for (name, heading) in tables(part) {
        writeln!(text, "{name}  {heading}")?;
        let accesses: Vec<&Access> =
            part.accesses.known.iter().filter(|access| access.table.as_deref() == Some(name)).collect();
        if accesses.is_empty() {
            writeln!(text, "  nothing reads or writes it")?;
        }
        write_accesses(&accesses, text)?;
        text.push('\n');
    }
    if !part.accesses.indeterminate.is_empty() {
        writeln!(text, "What can't be told")?;
        let accesses: Vec<&Access> = part.accesses.indeterminate.iter().collect();
        write_accesses(&accesses, text)?;
        text.push('\n');
    }
    let counts = summary(&part.accesses);
    let reads = counted(counts.reads, "read");
    let scans = scans(counts.scans, counts.reads);
    write!(text, "{reads}{scans}; {}", counted(counts.writes, "write"))?;
    match counts.indeterminate {
        0 => writeln!(text, ".")?,
        some => writeln!(text, "; {some} indeterminate.")?,
    }
    if with_root {
        text.push('\n');
    }
    Ok(())
}

/// How many of the reads are scans, to be said after how many reads there are.
fn scans(scans: usize, reads: usize) -> String {
    match (scans, reads) {
        (_, 0) => String::new(),
        (0, 1) => ", no scan".to_owned(),
        (1, 1) => ", a scan".to_owned(),
        (0, _) => ", none of them a scan".to_owned(),
        (1, _) => ", 1 of them a scan".to_owned(),
        (2, 2) => ", both of them scans".to_owned(),
        (all, _) if all == reads => ", all of them scans".to_owned(),
        (some, _) => format!(", {some} of them scans"),
    }
}

/// The tables that are shown, in the order of the schema, with where they live.
fn tables<'a>(part: &'a Part<'_>) -> Vec<(&'a str, String)> {
    let schema = &part.linked.project.schema;
    let mut tables: Vec<(&str, String)> = Vec::new();
    let is_used = |name: &str| part.accesses.known.iter().any(|access| access.table.as_deref() == Some(name));
    for table in &schema.tables {
        let is_shown = match (&part.focus.table, part.focus.procedures.is_empty()) {
            (Some(wanted), _) => *wanted == table.name,
            (None, true) => true,
            (None, false) => is_used(&table.name),
        };
        if is_shown {
            tables.push((&table.name, tier_words(table)));
        }
    }
    for access in &part.accesses.known {
        let Some(name) = &access.table else { continue };
        if tables.iter().all(|(known, _)| known != name) {
            tables.push((name, "not in the schema".to_owned()));
        }
    }
    tables
}

fn write_accesses(accesses: &[&Access], text: &mut String) -> fmt::Result {
    let place_width = accesses.iter().map(|access| place(&access.location).len()).max();
    let place_width = place_width.unwrap_or_default();
    let methods: Vec<String> = accesses.iter().map(|access| method(access)).collect();
    let method_width = methods.iter().map(String::len).max().unwrap_or_default();
    for (access, method) in accesses.iter().zip(&methods) {
        let kind = match access.kind {
            AccessKind::Read => "read",
            AccessKind::Write => "write",
        };
        let place = place(&access.location);
        let index = access.index.as_ref().map(index).unwrap_or_default();
        let line = format!("  {kind:5}  {place:place_width$}  {method:method_width$}  {index}");
        writeln!(text, "{}", line.trim_end())?;
        let conditions = conditions(access);
        if !conditions.is_empty() {
            writeln!(text, "{INDENT}{conditions}")?;
        }
        for residual in residuals(access) {
            writeln!(text, "{INDENT}{residual}")?;
        }
        let conduct = conduct(access);
        if !conduct.is_empty() {
            writeln!(text, "{INDENT}{}", conduct.join(" · "))?;
        }
        if !access.reasons.is_empty() {
            writeln!(text, "{INDENT}indeterminate: {}", access.reasons.join("; "))?;
        }
        write_procedures(access, text)?;
    }
    Ok(())
}

fn place(location: &Location) -> String {
    let Location { file, place } = location;
    format!("{file}:{}:{}", place.line, place.column)
}

fn method(access: &Access) -> String {
    let surface = match access.surface {
        Some(surface) if access.relation.is_none() => format!(" ({surface})"),
        _ => String::new(),
    };
    let method = &access.method;
    match &access.relation {
        Some(relation) => format!("{method} → {relation}"),
        None => format!("{method}{surface}"),
    }
}

fn index(part: &IndexPart) -> String {
    let uses: Vec<String> = part.uses.iter().map(index_use).collect();
    let uses = uses.join(" + ");
    let text = match part.choice {
        "named" => uses,
        "implied" => format!("{uses}, implied"),
        "primaryKey" => "by id".to_owned(),
        "creationTime" => "by creation time".to_owned(),
        "scan" => return "SCAN".to_owned(),
        _ => match &part.missing {
            Some(name) => return format!("{name}, which the table lacks"),
            None => return "no index that can be told".to_owned(),
        },
    };
    if part.everything { format!("{text}, WHOLE INDEX") } else { text }
}

/// The index with its columns; a bar stands where the constrained ones end.
fn index_use(found: &IndexUsePart) -> String {
    let rest = found.fields.get(found.prefix.len()..).unwrap_or_default();
    let mut columns = found.prefix.join(", ");
    if !rest.is_empty() {
        if !columns.is_empty() {
            columns.push(' ');
        }
        columns = format!("{columns}| {}", rest.join(", "));
    }
    let conditional = if found.conditional { ", sometimes" } else { "" };
    let range = if found.unreadable_range { " by an unreadable range" } else { "" };
    match found.kind {
        "uniqueColumn" => format!("{}{conditional}", found.name),
        "secondary" => format!("{}({columns}){conditional}{range}", found.name),
        kind => format!("{} ({kind}){conditional}", found.name),
    }
}

fn conditions(access: &Access) -> String {
    let mut parts: Vec<String> = access.bounds.iter().map(bound).collect();
    for lists in &access.alternatives {
        let alternatives: Vec<String> =
            lists.iter().map(|list| list.iter().map(bound).collect::<Vec<_>>().join(" and ")).collect();
        parts.push(format!("({})", alternatives.join(" or ")));
    }
    if access.open {
        parts.push("conditions that could not be read".to_owned());
    }
    if parts.is_empty() { String::new() } else { format!("where {}", parts.join(" and ")) }
}

fn bound(part: &BoundPart) -> String {
    let value = part.value.as_deref().unwrap_or_default();
    let operand = match part.origin {
        "literal" => value.to_owned(),
        "argument" if value.is_empty() => "args".to_owned(),
        "argument" => format!("args.{value}"),
        "row" => format!("row.{value}"),
        "identity" => "<identity>".to_owned(),
        "environment" => "<environment>".to_owned(),
        "clock" => "<now>".to_owned(),
        "random" => "<random>".to_owned(),
        "call" => "<result of a call>".to_owned(),
        _ => "<value>".to_owned(),
    };
    let conditional = if part.conditional { " (sometimes)" } else { "" };
    format!("{} {} {operand}{conditional}", part.column, part.symbol)
}

fn residuals(access: &Access) -> Vec<String> {
    let filters = access.residual.iter().map(|residual| {
        let mut tests: Vec<String> = residual.conditions.iter().map(bound).collect();
        if residual.more {
            tests.push("tests that no index serves".to_owned());
        }
        if !residual.readable {
            tests.push("tests that could not be read".to_owned());
        }
        let tests = tests.join(" and ");
        match residual.stage {
            "chain" => format!("then .{}: {tests}", residual.method),
            "rows" => {
                let line = residual.location.place.line;
                format!("then {} on its rows, line {line}: {tests}", residual.method)
            }
            _ => format!("then {tests}"),
        }
    });
    let sorts = access.sorts.iter().map(|sort| match &sort.columns {
        Some(columns) => format!("then sorted by {}", columns.join(", ")),
        None => "then sorted".to_owned(),
    });
    filters.chain(sorts).collect()
}

/// Limit, order, loops, liveness.
fn conduct(access: &Access) -> Vec<String> {
    let mut parts = Vec::new();
    let returns_rows = !matches!(access.method.as_str(), "get" | "count" | "aggregate" | "groupBy");
    if let Some(limit) = access.limit.filter(|_| returns_rows) {
        parts.push(match (limit.kind, limit.rows) {
            ("none", _) => "all rows".to_owned(),
            (_, Some(1.0)) => "one row".to_owned(),
            (_, Some(rows)) => format!("at most {rows} rows"),
            ("page", _) => "a page".to_owned(),
            ("unbounded", _) => "as many rows as the caller asks for".to_owned(),
            _ => "a limit that could not be read".to_owned(),
        });
    }
    if let Some(order) = &access.order {
        let columns = order.columns.join(", ");
        let direction = order.direction.unwrap_or_default();
        let words = format!("ordered by {columns}");
        let words = if columns.is_empty() { "ordered".to_owned() } else { words };
        parts.push(format!("{words} {direction}").trim_end().to_owned());
    }
    for inner in &access.loops {
        parts.push(match (inner.over, inner.count, &inner.read) {
            ("rows", _, Some(read)) => format!("for each row of {}", place(read)),
            ("argument", ..) => "for each element of an argument".to_owned(),
            (_, Some(count), _) => format!("{} in a loop", counted(count, "time")),
            _ => "in a loop".to_owned(),
        });
    }
    if access.live {
        parts.push("live".to_owned());
    }
    parts
}

/// The procedures, those together that take the same way.
fn write_procedures(access: &Access, text: &mut String) -> fmt::Result {
    if access.procedures.is_empty() {
        let holder = access.function.as_ref();
        let held = holder.map_or_else(String::new, |name| format!(", in {name}"));
        return writeln!(text, "{INDENT}reached by no procedure{held}");
    }
    let mut groups: Vec<(String, Vec<&ReachPart>)> = Vec::new();
    for procedure in &access.procedures {
        let way = way(procedure, access);
        match groups.iter_mut().find(|(known, _)| *known == way) {
            Some((_, procedures)) => procedures.push(procedure),
            None => groups.push((way, vec![procedure])),
        }
    }
    for (way, procedures) in groups {
        let names: Vec<String> = match procedures.as_slice() {
            [only] => vec![start(only)],
            several => several.iter().map(|procedure| procedure.name.clone()).collect(),
        };
        let mut line = INDENT.to_owned();
        for (position, name) in names.iter().enumerate() {
            let comma = if position + 1 < names.len() { ", " } else { "" };
            if line.chars().count() + name.chars().count() > WIDTH && line.trim() != "" {
                writeln!(text, "{}", line.trim_end())?;
                line = INDENT.to_owned();
            }
            line.push_str(name);
            line.push_str(comma);
        }
        writeln!(text, "{line}{way}")?;
    }
    Ok(())
}

/// A procedure, and where it makes the first call on the way.
fn start(procedure: &ReachPart) -> String {
    let call = procedure.calls.first().and_then(|call| call.at.as_ref());
    call.map_or_else(
        || procedure.name.clone(),
        |at| format!("{} ({}:{})", procedure.name, at.file, at.place.line),
    )
}

/// The functions on the way, each with the line in it that leads on.
fn way(procedure: &ReachPart, access: &Access) -> String {
    let mut text = String::new();
    let mut file = "";
    for (position, call) in procedure.calls.iter().enumerate() {
        let next = match procedure.calls.get(position + 1) {
            Some(next) => next.at.as_ref(),
            None => Some(&access.location),
        };
        let name = call.function.as_deref().unwrap_or("(anonymous)");
        let at = match next {
            Some(at) if at.file == file => format!(" (…:{})", at.place.line),
            Some(at) => format!(" ({}:{})", at.file, at.place.line),
            None => format!(" ({})", call.function_file),
        };
        file = next.map_or("", |at| &at.file);
        text = format!("{text} → {name}{at}");
    }
    text
}

fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}
