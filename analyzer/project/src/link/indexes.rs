//! Indexes as the calls on a table declare them.

use crate::evaluate::declaration::ChainCall;
use crate::evaluate::value::{ObjectValue, StringValue, Value};
use crate::place::Place;
use crate::schema::{Index, IndexField, IndexKind, IndexRole};

/// `.index(name, fields, { unique })`.
pub(super) fn secondary_index(call: &ChainCall, place: Place) -> Index {
    let (fields, has_all_fields) = field_list(call.argument(1), IndexRole::Key);
    let options = call.argument(2);
    let unique = options.and_then(Value::as_object).and_then(|options| options.value("unique"));
    Index {
        name: call.argument(0).and_then(Value::as_str).map(|name| name.text.to_string()),
        name_place: call.argument(0).and_then(Value::as_str).and_then(|name| name.place),
        kind: IndexKind::Secondary,
        fields,
        has_all_fields,
        is_unique: matches!(unique, Some(Value::Bool(true))),
        place,
    }
}

/// `.searchIndex(…)`, `.geoIndex(…)`, `.rankIndex(…)`, `.aggregateIndex(…)`.
pub(super) fn special_index(call: &ChainCall, place: Place) -> Index {
    let kind = match &*call.name {
        "searchIndex" => IndexKind::Search,
        "geoIndex" => IndexKind::Geo,
        "rankIndex" => IndexKind::Rank,
        _ => IndexKind::Aggregate,
    };
    let (fields, has_all_fields) = match call.argument(1) {
        Some(Value::Object(options)) => option_fields(options, kind),
        None if kind == IndexKind::Aggregate => (Vec::new(), true),
        _ => (Vec::new(), false),
    };
    Index {
        name: call.argument(0).and_then(Value::as_str).map(|name| name.text.to_string()),
        name_place: call.argument(0).and_then(Value::as_str).and_then(|name| name.place),
        kind,
        fields,
        has_all_fields,
        is_unique: false,
        place,
    }
}

/// `.vectorize(field, { index })`.
pub(super) fn vector_index(call: &ChainCall, place: Place) -> Index {
    let name = match call.argument(1) {
        Some(Value::Object(options)) => options.value("index").and_then(Value::as_str).cloned(),
        _ => None,
    };
    let field = call.argument(0).and_then(Value::as_str);
    Index {
        name_place: name.as_ref().and_then(|name| name.place),
        name: name.map(|name| name.text.to_string()),
        kind: IndexKind::Vector,
        has_all_fields: field.is_some(),
        fields: field.map(|field| index_field(field, IndexRole::Key)).into_iter().collect(),
        is_unique: false,
        place,
    }
}

/// The columns that an options object names, in the order in which the index holds them.
pub(super) fn option_fields(options: &ObjectValue, kind: IndexKind) -> (Vec<IndexField>, bool) {
    let mut fields = Vec::new();
    let mut complete = !options.open;
    let single = match kind {
        IndexKind::Search | IndexKind::Geo => Some(IndexRole::Key),
        IndexKind::Aggregate => Some(IndexRole::Value),
        _ => None,
    };
    match (single, options.value("field")) {
        (None, _) | (_, None | Some(Value::Undefined)) => {}
        (Some(role), Some(Value::String(field))) => fields.push(index_field(field, role)),
        _ => complete = false,
    }
    let lists: &[(&str, IndexRole)] = match kind {
        IndexKind::Search => &[("filterFields", IndexRole::Filter)],
        IndexKind::Rank => &[("partitionBy", IndexRole::Partition), ("sortBy", IndexRole::Key)],
        IndexKind::Aggregate => &[("by", IndexRole::By)],
        _ => &[],
    };
    for (name, role) in lists {
        if let Some(value) = options.value(name) {
            let (more, all) = field_list(Some(value), *role);
            fields.extend(more);
            complete &= all;
        }
    }
    (fields, complete)
}

/// A list of columns: strings, or `{ field }` objects, or one string.
fn field_list(value: Option<&Value>, role: IndexRole) -> (Vec<IndexField>, bool) {
    match value {
        Some(Value::String(field)) => (vec![index_field(field, role)], true),
        Some(Value::Array(array)) => {
            let mut fields = Vec::new();
            let mut complete = !array.open;
            for item in &array.items {
                let field = match item {
                    Value::String(field) => Some(field.clone()),
                    Value::Object(object) => object.value("field").and_then(Value::as_str).cloned(),
                    _ => None,
                };
                match field {
                    Some(field) => fields.push(index_field(&field, role)),
                    None => complete = false,
                }
            }
            (fields, complete)
        }
        _ => (Vec::new(), false),
    }
}

fn index_field(field: &StringValue, role: IndexRole) -> IndexField {
    IndexField { name: field.text.to_string(), place: field.place, role }
}

/// A string with the place where it is written.
pub(super) fn named(string: &StringValue) -> (String, Option<Place>) {
    (string.text.to_string(), string.place)
}
