//! Whether reading by an index returns the same rows in the same order as testing them one by one.

use ecow::EcoString;
use lunora_project::Project;
use lunora_project::access::{AccessPath, Condition, LoopKind, Origin, Reach};
use lunora_project::schema::{Column, Table};

use super::code::Code;
use super::guards::{Guards, Presence};
use super::predicate::Comparison;
use crate::context::RuleContext;

/// Kinds of column whose values SQLite compares as JavaScript does.
const SCALARS: &[&str] = &["string", "id", "number", "boolean", "literal", "date", "timestamp", "storage"];

/// Why a comparison might find other rows in the range of an index than in a filter; `None` if it finds the same.
pub(super) fn comparison_differs(
    context: &RuleContext<'_>,
    code: &Code<'_>,
    path: &AccessPath,
    table: &Table,
    comparison: &Comparison<'_>,
    condition: &Condition,
) -> Option<String> {
    let Some(column) = table.column(&condition.column) else {
        return Some(format!("nothing is known of the values of `{}`", condition.column));
    };
    let Comparison { operand, .. } = comparison;
    if comparison.is_loose {
        return Some(format!("`==` also holds for values of another type than `{}`", column.name));
    }
    if !is_scalar(column) {
        return Some(format!("`{}` may hold values that an index compares differently", column.name));
    }
    let guarded = comparison.value.and_then(|value| {
        context.guards(code.file, || Guards::of(code)).and_then(|guards| guards.presence(code, value))
    });
    let value = match guarded {
        Some(Presence::Set) => Value::Set,
        _ if comparison.is_optional => Value::Unknown,
        known => match value(context.project, path, condition) {
            Value::Unknown if known.is_some() => Value::NotUndefined,
            value => value,
        },
    };
    let is_never_null = !may_be_null(column);
    match value {
        Value::Set => None,
        Value::NotUndefined if is_never_null => None,
        Value::NotUndefined => Some(format!(
            "if `{operand}` is null, a range finds no row, where the filter finds those without `{}`",
            column.name
        )),
        Value::Unknown => {
            Some(format!("if `{operand}` is undefined, a range throws, where the filter compares"))
        }
    }
}

/// Why an index on `columns` returns rows in another order than before; `None` if it doesn't, or nobody can tell. `before` are the columns
/// in whose order rows came, none if it was that of their creation; `pinned` are held equal.
pub(super) fn order_differs(
    path: &AccessPath,
    before: &[String],
    columns: &[String],
    pinned: &[String],
) -> Option<String> {
    let is_pinned = |column: &&String| pinned.contains(column);
    let was: Vec<&String> = before.iter().filter(|column| !is_pinned(column)).collect();
    let is: Vec<&String> = columns.iter().skip_while(is_pinned).collect();
    if path.method == "unique" || was == is {
        return None;
    }
    let order = |columns: &[&String]| match columns.first() {
        Some(first) => format!("that of `{first}`"),
        None => "that of their creation".to_owned(),
    };
    Some(if was.first() == is.first() {
        format!("rows with the same `{}` come in another order", was.first().map_or("", |first| first))
    } else {
        format!("the order of the rows becomes {} and is no longer {}", order(&is), order(&was))
    })
}

/// Why a read is not mended by an index alone: a loop runs it again and again.
pub(super) fn still_loops(reached_from: &[Reach]) -> Option<String> {
    let is_known = |kind: LoopKind| !matches!(kind, LoopKind::Unknown);
    let mut loops = reached_from.iter().flat_map(|reach| &reach.loops);
    loops.any(|around| is_known(around.kind)).then(|| {
        "a loop still runs the read once for each element: one read before the loop may do".to_owned()
    })
}

/// What can be told of a value.
enum Value {
    /// It is neither `null` nor `undefined`.
    Set,
    NotUndefined,
    Unknown,
}

fn value(project: &Project, path: &AccessPath, condition: &Condition) -> Value {
    match (&condition.operand.origin, condition.operand.literal.as_deref()) {
        (_, Some("undefined")) => Value::Unknown,
        (_, Some("null")) => Value::NotUndefined,
        (_, Some(_)) => Value::Set,
        (Origin::Argument(argument), None) => of_argument(project, path, argument),
        (Origin::Row { column }, None) => of_row(project, column),
        _ => Value::Unknown,
    }
}

/// An argument that every procedure on the way requires.
fn of_argument(project: &Project, path: &AccessPath, argument: &[EcoString]) -> Value {
    let [name] = argument else { return Value::Unknown };
    let is_required = path.reached_from.iter().all(|procedure| {
        let input = project.procedure(*procedure).inputs.iter().find(|input| input.name == *name);
        input.is_some_and(|input| {
            let is_plain = |kind: &str| SCALARS.contains(&kind) || kind == "union";
            !input.is_optional && input.kind.as_deref().is_some_and(is_plain)
        })
    });
    if is_required && !path.reached_from.is_empty() { Value::NotUndefined } else { Value::Unknown }
}

/// A column that is set in each table that has it.
fn of_row(project: &Project, name: &str) -> Value {
    if matches!(name, "_id" | "_creationTime") {
        return Value::Set;
    }
    let mut columns = project.schema.tables.iter().filter_map(|table| table.column(name)).peekable();
    let is_known = columns.peek().is_some() && project.schema.is_complete;
    if is_known && columns.all(|column| is_scalar(column) && !may_be_null(column)) {
        Value::Set
    } else {
        Value::Unknown
    }
}

fn is_scalar(column: &Column) -> bool {
    match column.kind.as_deref() {
        Some("union") => {
            let kinds: Vec<&str> = column.alternatives.iter().map(String::as_str).collect();
            // SQLite keeps `true` as 1.
            let is_ambiguous = kinds.contains(&"boolean") && kinds.contains(&"number");
            !kinds.is_empty()
                && !is_ambiguous
                && kinds.iter().all(|kind| SCALARS.contains(kind) || *kind == "null")
        }
        Some(kind) => SCALARS.contains(&kind),
        None => false,
    }
}

pub(super) fn may_be_null(column: &Column) -> bool {
    column.is_optional || column.is_nullable || column.alternatives.iter().any(|kind| kind == "null")
}
