//! One value from one validator.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::generate::Constants;
use crate::generate::pattern::matching;
use crate::schema::{Refinement, Validator, ValidatorKind};

const WORDS: &[&str] = &[
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "iris", "juniper", "kelp",
    "lumen", "maple", "north", "olive", "pearl", "quartz", "river", "slate", "thistle", "umber", "violet",
    "willow", "yarrow", "zephyr",
];

/// How many users own generated rows.
pub(crate) const USERS: usize = 5;

const DAY: f64 = 86_400_000.0;

/// What a value is generated for.
pub(crate) struct Wanted<'a> {
    /// The name of the column or argument.
    pub(crate) name: &'a str,
    /// Its position among its rows.
    pub(crate) position: usize,
    /// How many rows there are.
    pub(crate) rows: usize,
    /// Whether no other row may have it.
    pub(crate) is_unique: bool,
    /// Whether it says who a user is.
    pub(crate) is_user: bool,
    /// The present, in milliseconds since the epoch.
    pub(crate) now: f64,
    /// Ids of rows of a table.
    pub(crate) id: &'a dyn Fn(&str, &mut Rng) -> Option<Value>,
    /// What code compares columns with; half of the texts of a column are among them.
    pub(crate) constants: Option<&'a Constants>,
}

/// A value that a validator takes, as JSON with tags; `None` for an optional one that is absent.
pub(crate) fn value(validator: &Validator, wanted: &Wanted<'_>, random: &mut Rng) -> Option<Value> {
    if validator.is_optional && !wanted.is_unique && random.u8(..5) == 0 {
        return None;
    }
    if validator.is_nullable && !wanted.is_unique && random.u8(..5) == 0 {
        return Some(Value::Null);
    }
    Some(present(validator, wanted, random))
}

fn present(validator: &Validator, wanted: &Wanted<'_>, random: &mut Rng) -> Value {
    match validator.kind {
        ValidatorKind::String | ValidatorKind::Storage => {
            Value::String(text(&validator.refinements, wanted, random))
        }
        ValidatorKind::Id => {
            let found = (wanted.id)(validator.table.as_deref().unwrap_or_default(), random);
            found.unwrap_or_else(|| Value::String(format!("missing-{}", wanted.position)))
        }
        ValidatorKind::Number => number(&validator.refinements, wanted, random),
        ValidatorKind::Date | ValidatorKind::Timestamp => time(wanted, random),
        ValidatorKind::Boolean => Value::Bool(random.u8(..10) < 3),
        ValidatorKind::Bigint => {
            let value = if wanted.is_unique { wanted.position } else { random.usize(..100) };
            json!(["$lunora.wire$", "bigint", value.to_string()])
        }
        ValidatorKind::Bytes => {
            json!(["$lunora.wire$", "bytes", if random.bool() { "AAEC" } else { "/w==" }])
        }
        ValidatorKind::Literal => validator.literal.clone().unwrap_or(Value::Null),
        ValidatorKind::Null => Value::Null,
        ValidatorKind::GeoPoint => {
            json!({ "lat": random.f64() * 120.0 - 60.0, "lng": random.f64() * 300.0 - 150.0 })
        }
        ValidatorKind::Union => union(validator, wanted, random),
        ValidatorKind::Array => array(validator, wanted, random),
        ValidatorKind::Object => Value::Object(object(validator, wanted, random)),
        ValidatorKind::Record => record(validator, wanted, random),
        ValidatorKind::From => inner(validator).map_or(Value::Null, |item| present(item, wanted, random)),
        ValidatorKind::Any => Value::String(word(random)),
    }
}

/// A member of a union; the first ones are the more frequent.
fn union(validator: &Validator, wanted: &Wanted<'_>, random: &mut Rng) -> Value {
    let position = skewed(validator.members.len(), random);
    validator.members.get(position).map_or(Value::Null, |member| present(member, wanted, random))
}

fn array(validator: &Validator, wanted: &Wanted<'_>, random: &mut Rng) -> Value {
    let least = limit(&validator.refinements, "min").unwrap_or(0.0);
    let most = limit(&validator.refinements, "max").unwrap_or(least.max(3.0)).min(least + 3.0);
    let length = random.usize(count(least)..=count(most).max(count(least)));
    match inner(validator) {
        Some(item) => (0..length).map(|_| present(item, wanted, random)).collect(),
        None => Value::Array(Vec::new()),
    }
}

fn object(validator: &Validator, wanted: &Wanted<'_>, random: &mut Rng) -> Map<String, Value> {
    let parts = validator.shape.iter().filter_map(|column| {
        let wanted = Wanted { name: &column.name, is_unique: false, ..*wanted };
        value(&column.validator, &wanted, random).map(|value| (column.name.clone(), value))
    });
    parts.collect()
}

fn record(validator: &Validator, wanted: &Wanted<'_>, random: &mut Rng) -> Value {
    let (Some(key), Some(item)) = (validator.key.as_deref(), inner(validator)) else {
        return Value::Object(Map::new());
    };
    let key = present(key, &Wanted { is_unique: false, ..*wanted }, random);
    let entry = present(item, wanted, random);
    Value::Object(key.as_str().map(|key| (key.to_owned(), entry)).into_iter().collect())
}

fn text(refinements: &[Refinement], wanted: &Wanted<'_>, random: &mut Rng) -> String {
    let variant = if wanted.is_unique { wanted.position } else { skewed(pool(wanted.rows), random) };
    for refinement in refinements {
        match refinement.name.as_str() {
            "email" => return format!("{}{variant}@example.com", wanted.name.to_lowercase()),
            "url" => return format!("https://example.com/{variant}"),
            "pattern" => {
                let source = refinement.limit.as_ref().and_then(Value::as_str).unwrap_or_default();
                let least = limit(refinements, "length").or(limit(refinements, "min"));
                if let Some(text) = matching(source, variant, least.map_or(1, count)) {
                    return text;
                }
            }
            _ => {}
        }
    }
    match wanted.name {
        "payload" | "args" | "json" => return "{}".to_owned(),
        "email" => return format!("email{variant}@example.com"),
        "clientId" => return client_id(variant),
        _ => {}
    }
    if let Some(constants) = wanted.constants
        && !wanted.is_unique
        && !wanted.is_user
        && refinements.is_empty()
        && random.bool()
        && let Some(constant) = constants.of(wanted.name, random)
    {
        return constant.to_owned();
    }
    let plain = if wanted.is_user {
        format!("user-{}", if wanted.is_unique { variant } else { variant % USERS })
    } else {
        format!("{} {variant}", WORDS.get(variant % WORDS.len()).copied().unwrap_or("word"))
    };
    fitted(plain, variant, refinements)
}

/// A text of a length that is allowed; what tells texts apart is at the end, and stays.
fn fitted(plain: String, variant: usize, refinements: &[Refinement]) -> String {
    let exact = limit(refinements, "length");
    let least = exact.or(limit(refinements, "min")).map_or(0, count);
    let most = exact.or(limit(refinements, "max")).map_or(usize::MAX, count);
    let length = plain.chars().count();
    if length > most {
        let digits = base36(variant);
        let missing = most.saturating_sub(digits.len());
        return "a".repeat(missing) + &digits[digits.len().saturating_sub(most)..];
    }
    "a".repeat(least.saturating_sub(length)) + &plain
}

/// What clients make up as the id of a row.
fn client_id(variant: usize) -> String {
    format!("00000000-0000-4000-8000-{variant:012x}")
}

fn base36(mut number: usize) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz".get(number % 36).copied().unwrap_or(b'0'));
        number /= 36;
        if number == 0 {
            digits.reverse();
            return String::from_utf8(digits).unwrap_or_default();
        }
    }
}

fn number(refinements: &[Refinement], wanted: &Wanted<'_>, random: &mut Rng) -> Value {
    let is_positive = refinements.iter().any(|refinement| refinement.name == "positive");
    match wanted.name {
        "lat" | "latitude" => return whole((random.f64() * 120.0 - 60.0).floor()),
        "lng" | "lon" | "longitude" => return whole((random.f64() * 300.0 - 150.0).floor()),
        _ => {}
    }
    let least = limit(refinements, "min").unwrap_or(if is_positive { 1.0 } else { 0.0 }).ceil();
    let most = limit(refinements, "max").unwrap_or((least + 1_000.0).max(1_000.0)).floor();
    let span = (most - least).max(0.0) + 1.0;
    if wanted.is_unique {
        return whole(least + to_f64(wanted.position) % span);
    }
    if is_time_name(wanted.name) && limit(refinements, "max").is_none() {
        return time(wanted, random);
    }
    whole(least + (random.f64() * random.f64() * span).floor().min(span - 1.0))
}

/// A moment within the last month, or rarely the coming week.
fn time(wanted: &Wanted<'_>, random: &mut Rng) -> Value {
    if wanted.is_unique {
        return whole(wanted.now - to_f64(wanted.position) * 1_000.0);
    }
    let back = if random.u8(..5) == 0 { -7.0 * DAY } else { 30.0 * DAY };
    whole((wanted.now - random.f64() * back).floor())
}

fn is_time_name(name: &str) -> bool {
    name.ends_with("At")
        || name.ends_with("Time")
        || matches!(name, "at" | "since" | "until" | "before" | "after")
}

/// A position below `count`; half of all draws are in the first fifth.
pub(crate) fn skewed(count: usize, random: &mut Rng) -> usize {
    if count <= 1 {
        return 0;
    }
    let range = if random.bool() { count.div_ceil(5) } else { count };
    random.usize(..range)
}

/// How many different values a column has that need not be unique.
fn pool(rows: usize) -> usize {
    4 + rows / 10
}

fn inner(validator: &Validator) -> Option<&Validator> {
    validator.item.as_deref()
}

fn limit(refinements: &[Refinement], name: &str) -> Option<f64> {
    let found = refinements.iter().find(|refinement| refinement.name == name)?;
    found.limit.as_ref()?.as_f64()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a saturating cast of a length")]
fn count(limit: f64) -> usize {
    limit as usize
}

#[expect(clippy::cast_precision_loss, reason = "a number of rows")]
fn to_f64(position: usize) -> f64 {
    position as f64
}

fn whole(value: f64) -> Value {
    crate::storage::number(value)
}

fn word(random: &mut Rng) -> String {
    WORDS.get(random.usize(..WORDS.len())).map_or_else(String::new, |word| (*word).to_owned())
}
