//! Arguments that hit rows.

use fastrand::Rng;
use serde_json::{Map, Value};

use crate::generate::samples::{Circle, Samples};
use crate::generate::values::{Wanted, value};
use crate::generate::{Constants, is_identity_name};
use crate::options::Identity;
use crate::procedure::Procedure;
use crate::schema::{Column, Validator, ValidatorKind};

/// Where texts begin that no row has.
const FRESH: usize = 100_000;

/// What is done for one argument.
enum Choice {
    /// This value.
    Given(Value),
    /// None: it is left out.
    Omitted,
    /// Whatever its validator takes.
    Generated,
}

/// Arguments for a procedure, or the event of a hook, chosen one after the other so that they belong together and to the user.
pub(crate) fn arguments(
    procedure: &Procedure,
    identity: Option<&Identity>,
    samples: &Samples,
    constants: &Constants,
    now: f64,
    seed: u64,
) -> Value {
    let mut random = Rng::with_seed(seed);
    let mut circle = samples.circle(identity.map(|identity| identity.user_id.as_str()));
    let id = |table: &str, random: &mut Rng| samples.any_id(table, random);
    let mut arguments = Map::new();
    for column in &procedure.args {
        let is_unique = column.validator.kind == ValidatorKind::String;
        let position = FRESH + random.usize(..FRESH);
        let wanted = Wanted {
            name: &column.name,
            position,
            rows: 20,
            is_unique,
            is_user: false,
            now,
            id: &id,
            constants: None,
        };
        let chosen = match choose(column, identity, (samples, constants), &mut circle, &mut random) {
            Choice::Given(value) => Some(value),
            Choice::Omitted => None,
            Choice::Generated => value(&column.validator, &wanted, &mut random),
        };
        if let Some(value) = chosen {
            arguments.insert(column.name.clone(), value);
        }
    }
    if procedure.form.starts_with("on") {
        let user = identity.map_or("user-0", |identity| identity.user_id.as_str());
        arguments.insert("userId".to_owned(), Value::from(user));
        arguments.insert("connectionId".to_owned(), Value::from("connection-0"));
        arguments.insert("shardKey".to_owned(), Value::from(crate::ROOT_SHARD));
    }
    Value::Object(arguments)
}

/// The first page, for a cursor; the user, for an argument that names one; a value that rows hold, for the name of a column.
fn choose(
    column: &Column,
    identity: Option<&Identity>,
    (samples, constants): (&Samples, &Constants),
    circle: &mut Circle,
    random: &mut Rng,
) -> Choice {
    let validator = &column.validator;
    if column.name.to_lowercase().ends_with("cursor") {
        if validator.is_optional {
            return Choice::Omitted;
        }
        if validator.is_nullable {
            return Choice::Given(Value::Null);
        }
    }
    if validator.kind == ValidatorKind::Id {
        let table = validator.table.as_deref();
        return samples.id(table, circle, random).map_or(Choice::Generated, Choice::Given);
    }
    let wants_text = validator.kind == ValidatorKind::String;
    let wants_number =
        matches!(validator.kind, ValidatorKind::Number | ValidatorKind::Timestamp | ValidatorKind::Date);
    if !wants_text && (!wants_number || is_small_number(&column.name)) {
        return Choice::Generated;
    }
    if let Some(identity) = identity.filter(|_| wants_text && is_identity_name(&column.name)) {
        return Choice::Given(Value::String(identity.user_id.clone()));
    }
    if wants_text && column.name == "id" {
        return samples.id(None, circle, random).map_or(Choice::Generated, Choice::Given);
    }
    if random.u8(..4) == 0 {
        return Choice::Generated;
    }
    let fits = |value: &Value| value.is_string() == wants_text && satisfies(value, validator);
    let own = samples.value(&column.name, circle, random).filter(fits);
    if own.is_some() && random.u8(..4) > 0 {
        return own.map_or(Choice::Generated, Choice::Given);
    }
    // Code may compare it with a column of another name.
    let others: Vec<Value> = constants
        .columns(&column.name)
        .filter_map(|other| samples.value(other, circle, random).filter(fits))
        .collect();
    let chosen = others.get(random.usize(..others.len().max(1))).cloned().or(own);
    chosen.map_or(Choice::Generated, Choice::Given)
}

/// Whether a value has the size that a validator demands. Conditions of another kind are not looked at.
fn satisfies(value: &Value, validator: &Validator) -> bool {
    let size = match value {
        Value::String(text) => u32::try_from(text.encode_utf16().count()).map(f64::from).unwrap_or(f64::MAX),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        _ => return false,
    };
    validator.refinements.iter().all(|refinement| {
        let limit = refinement.limit.as_ref().and_then(Value::as_f64).unwrap_or_default();
        match refinement.name.as_str() {
            // Only the runtime can tell.
            "pattern" => false,
            "email" => value.as_str().is_some_and(|text| text.contains('@')),
            "url" => value.as_str().is_some_and(|text| text.contains("://")),
            "min" => size >= limit,
            "max" => size <= limit,
            "length" => (size - limit).abs() < 0.5,
            _ => true,
        }
    })
}

fn is_small_number(name: &str) -> bool {
    matches!(name, "limit" | "count" | "numItems" | "take" | "size")
}
