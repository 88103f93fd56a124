//! Arguments that hit rows.

use fastrand::Rng;
use serde_json::{Map, Value};

use crate::generate::values::{Wanted, value};
use crate::generate::{Samples, is_identity_name};
use crate::options::Identity;
use crate::procedure::Procedure;
use crate::schema::{Column, ValidatorKind};

/// Arguments for a procedure.
pub(crate) fn arguments(procedure: &Procedure, identity: Option<&Identity>, samples: &Samples, now: f64, seed: u64) -> Value {
    let mut random = Rng::with_seed(seed);
    let id = |table: &str, random: &mut Rng| samples.id(table, random);
    let mut arguments = Map::new();
    for column in &procedure.args {
        let wanted = Wanted { name: &column.name, position: 0, rows: 20, is_unique: false, now, id: &id };
        let hit = hit(column, identity, samples, &mut random);
        if let Some(value) = hit.or_else(|| value(&column.validator, &wanted, &mut random)) {
            arguments.insert(column.name.clone(), value);
        }
    }
    Value::Object(arguments)
}

/// A value that rows hold, for an argument that has the name of a column; the user, for one that names a user; no cursor.
fn hit(column: &Column, identity: Option<&Identity>, samples: &Samples, random: &mut Rng) -> Option<Value> {
    let validator = &column.validator;
    let is_plain = matches!(
        validator.kind,
        ValidatorKind::String | ValidatorKind::Number | ValidatorKind::Timestamp | ValidatorKind::Date
    );
    if column.name.to_lowercase().ends_with("cursor") && validator.is_nullable {
        return Some(Value::Null);
    }
    if !is_plain || is_small_number(&column.name) {
        return None;
    }
    if let Some(identity) = identity.filter(|_| is_identity_name(&column.name)) {
        return Some(Value::String(identity.user_id.clone()));
    }
    let wants_text = validator.kind == ValidatorKind::String;
    samples.anywhere(&column.name, random).filter(|value| value.is_string() == wants_text && (wants_text || value.is_number()))
}

fn is_small_number(name: &str) -> bool {
    matches!(name, "limit" | "count" | "numItems" | "take" | "size")
}
