//! Values of global tables, which have a column for each field.

use rusqlite::types::{Value as SqlValue, ValueRef};
use serde_json::Value;

use crate::schema::{Validator, ValidatorKind};

/// A stored value as SQLite keeps it in a column.
pub(crate) fn encode_column(value: Option<&Value>) -> SqlValue {
    match value {
        None | Some(Value::Null) => SqlValue::Null,
        Some(Value::Bool(flag)) => SqlValue::Integer(i64::from(*flag)),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(integer) => SqlValue::Integer(integer),
            None => SqlValue::Real(number.as_f64().unwrap_or(f64::NAN)),
        },
        Some(Value::String(text)) => SqlValue::Text(text.clone()),
        Some(structure) => SqlValue::Text(structure.to_string()),
    }
}

/// A column's value as the document would hold it. Every column is there: one that was never set is null.
pub(crate) fn decode_column(validator: &Validator, value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) if holds_booleans(validator) => Value::Bool(integer != 0),
        ValueRef::Integer(integer) => Value::from(integer),
        ValueRef::Real(real) => number(real),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            if holds_structures(validator.kind) && text.starts_with(['{', '[']) {
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            } else {
                Value::String(text)
            }
        }
    }
}

/// A number as JavaScript writes it: without a fraction if it has none.
pub(crate) fn number(real: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if real.fract() == 0.0 && real.abs() <= EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number within the exact range of an f64"
        )]
        return Value::from(real as i64);
    }
    Value::from(real)
}

fn holds_booleans(validator: &Validator) -> bool {
    match validator.kind {
        ValidatorKind::Boolean => true,
        ValidatorKind::Literal => matches!(validator.literal, Some(Value::Bool(_))),
        ValidatorKind::Union => {
            let mut members = validator.members.iter().filter(|member| member.kind != ValidatorKind::Null);
            let has_numbers = validator.members.iter().any(|member| {
                member.kind == ValidatorKind::Number || matches!(member.literal, Some(Value::Number(_)))
            });
            !has_numbers && members.any(holds_booleans)
        }
        ValidatorKind::From => validator.item.as_deref().is_some_and(holds_booleans),
        _ => false,
    }
}

fn holds_structures(kind: ValidatorKind) -> bool {
    matches!(
        kind,
        ValidatorKind::Array
            | ValidatorKind::Object
            | ValidatorKind::Record
            | ValidatorKind::GeoPoint
            | ValidatorKind::Any
            | ValidatorKind::Union
            | ValidatorKind::From
    )
}
