//! Index plans for people: by table, what stays, grows, is new and goes, and for whom.

use std::fmt::{self, Write};

use super::parts::{Action, IndexPart, Location, ServedPart, TablePart, UserPart};
use super::{ProjectPart, Summary};

const INDENT: &str = "         ";
/// So many procedures are named; of more, their number.
const NAMED_PROCEDURES: usize = 4;
/// So many causes of doubt are shown; of more, their number.
const NAMED_CAUSES: usize = 3;

/// The plans of all projects, the root of each before it if there are several.
pub(super) fn render(parts: &[ProjectPart<'_>], with_roots: bool) -> String {
    let mut text = String::new();
    for part in parts {
        // Writing to a string cannot fail.
        let _ = write_project(part, with_roots, &mut text);
    }
    text
}

fn write_project(part: &ProjectPart<'_>, with_root: bool, text: &mut String) -> fmt::Result {
    if with_root {
        writeln!(text, "# {}\n", part.root)?;
    }
    let is_only = part.tables.len() == 1;
    for table in part.tables.iter().filter(|table| is_only || !table.is_empty()) {
        write_table(table, text)?;
    }
    writeln!(text, "{}", summary(&part.summary))?;
    if with_root {
        text.push('\n');
    }
    Ok(())
}

fn write_table(table: &TablePart, text: &mut String) -> fmt::Result {
    writeln!(text, "{}  {}", table.table, table.tier_words)?;
    if table.is_empty() {
        writeln!(text, "  no read needs an index")?;
    }
    for index in &table.indexes {
        write_index(index, text)?;
    }
    if table.indexes.iter().any(|index| matches!(index.action, Action::Widen | Action::Add)) {
        writeln!(text, "  {}", cost(table))?;
    }
    if !table.unserved.is_empty() {
        writeln!(text, "  What no index gives:")?;
    }
    for unserved in &table.unserved {
        let columns = match unserved.columns.as_slice() {
            [] => String::new(),
            columns => format!("{}: ", columns.join(", ")),
        };
        writeln!(text, "    {}  {columns}{}", user(&unserved.user), unserved.message)?;
    }
    let is_left = |index: &IndexPart| index.action == Action::Keep && index.kind != "uniqueColumn";
    if !table.indeterminate.is_empty() && table.indexes.iter().any(is_left) {
        writeln!(text, "  Declared indexes are left alone, since it can't be told which are used:")?;
        for unread in table.indeterminate.iter().take(NAMED_CAUSES) {
            let at = unread.location.as_ref().map(|at| format!("{}  ", place(at)));
            writeln!(text, "    {}{}", at.unwrap_or_default(), unread.message)?;
        }
        match table.indeterminate.len().saturating_sub(NAMED_CAUSES) {
            0 => {}
            more => writeln!(text, "    and {more} more")?,
        }
    }
    text.push('\n');
    Ok(())
}

fn write_index(index: &IndexPart, text: &mut String) -> fmt::Result {
    let action = match index.action {
        Action::Keep => "keep",
        Action::Widen => "widen",
        Action::Add => "add",
        Action::Drop => "drop",
    };
    let name = &index.name;
    let columns = match &index.declared_fields {
        Some(declared) => {
            let appended = index.fields.get(declared.len()..).unwrap_or_default();
            format!("{} + {}", declared.join(", "), appended.join(", "))
        }
        None => index.fields.join(", "),
    };
    let columns = if index.kind == "uniqueColumn" { String::new() } else { format!("({columns})") };
    writeln!(text, "  {action:5}  {name}{columns}{}", why(index))?;
    if index.action == Action::Drop {
        for at in &index.named_by {
            writeln!(text, "{INDENT}{}  names it and has to name another one first", place(at))?;
        }
        return Ok(());
    }
    for served in &index.serves {
        for used in &served.uses {
            writeln!(text, "{INDENT}{}  {}", user(used), wanted(served))?;
        }
    }
    Ok(())
}

fn why(index: &IndexPart) -> String {
    let reason = match (index.action, index.reason, &index.covered_by) {
        (Action::Drop, _, Some(other)) => return format!(": {other} serves all that it serves"),
        (Action::Drop, _, None) => "no read can use it",
        (_, Some("unique"), _) => "it keeps values unique",
        (_, Some("foreignKey"), _) => "nothing else finds the rows that point at one of another table",
        (_, Some("platform"), _) => "Lunora itself looks for rows by it",
        (_, Some("indeterminate"), _) => "no known read uses it",
        (_, Some("untouched"), _) => "nothing reads or writes the table",
        _ => return String::new(),
    };
    format!(": {reason}")
}

/// What an operation wants, as columns: those that are equal, then those that are bounded or sorted by.
fn wanted(served: &ServedPart) -> String {
    let equal = served.equal.join(", ");
    let then: Vec<&str> = served
        .then
        .iter()
        .map(|column| match column.as_str() {
            "_creationTime" => "order of creation",
            column => column,
        })
        .collect();
    match (equal.is_empty(), then.is_empty()) {
        (_, true) => equal,
        (true, false) => then.join(", "),
        (false, false) => format!("{equal}, then {}", then.join(", ")),
    }
}

fn user(user: &UserPart) -> String {
    let relation = user.relation.as_ref().map(|relation| format!(" → {relation}"));
    let procedures = match user.procedures.as_slice() {
        [] => " (reached by no procedure)".to_owned(),
        procedures => format!(" ({})", names(procedures)),
    };
    format!("{}  {}{}{procedures}", place(&user.location), user.method, relation.unwrap_or_default())
}

fn place(location: &Location) -> String {
    format!("{}:{}:{}", location.file, location.place.line, location.place.column)
}

/// Who pays for what is new.
fn cost(table: &TablePart) -> String {
    let again = "write it again";
    let is_new = |index: &&IndexPart| matches!(index.action, Action::Widen | Action::Add);
    let pays =
        |name: &&String| table.indexes.iter().filter(is_new).any(|index| index.updated_by.contains(name));
    let updates: Vec<String> = table.updates.iter().filter(pays).cloned().collect();
    match (table.inserts.is_empty(), updates.is_empty()) {
        (true, true) => "No code that is known writes the rows of an index.".to_owned(),
        (false, true) => {
            format!("Each index costs one more row written per insert, in {}.", names(&table.inserts))
        }
        (true, false) => format!("Updates in {} {again}.", names(&updates)),
        (false, false) => format!(
            "Each index costs one more row written per insert, in {}; updates in {} {again}.",
            names(&table.inserts),
            names(&updates)
        ),
    }
}

fn names(procedures: &[String]) -> String {
    let named: Vec<&str> = procedures.iter().take(NAMED_PROCEDURES).map(String::as_str).collect();
    match procedures.len().saturating_sub(NAMED_PROCEDURES) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn summary(summary: &Summary) -> String {
    let Summary { keep, widen, add, drop, unserved, indeterminate } = summary;
    let mut text = format!("Indexes: {keep} to keep, {widen} to widen, {add} to add, {drop} to drop.");
    if *unserved > 0 {
        let operations = if *unserved == 1 { "operation asks" } else { "operations ask" };
        text.push_str(&format!(" {unserved} {operations} for what no index gives."));
    }
    if *indeterminate > 0 {
        let tables = if *indeterminate == 1 { "table" } else { "tables" };
        text.push_str(&format!(" {indeterminate} {tables} indeterminate."));
    }
    text
}
