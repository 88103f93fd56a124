//! The JSON Schema of the configuration file, made from its types.

use lunora_report::RuleMetadata;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde_json::{Map, Value, json};

use super::{Config, RuleLevel, RuleSetting};

impl JsonSchema for RuleSetting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleSetting".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<RuleLevel>();
        json_schema!({
            "description": "A level, or an object with a level and the rule's options.",
            "anyOf": [
                level,
                {
                    "type": "object",
                    "properties": { "level": level },
                    "additionalProperties": false,
                },
            ],
        })
    }
}

/// The schema, with every rule that may be named.
pub fn json_schema(rules: &[&RuleMetadata]) -> Value {
    let mut schema = schema_for!(Config).to_value();
    refuse_null(&mut schema);
    for pointer in ["/properties/rules", "/$defs/Override/properties/rules"] {
        if let Some(Value::Object(map)) = schema.pointer_mut(pointer) {
            name_rules(map, rules);
        }
    }
    schema
}

/// A key may be absent but not `null`, which is all that `Option` means here.
fn refuse_null(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("default") == Some(&Value::Null) {
                map.shift_remove("default");
            }
            for key in ["type", "anyOf"] {
                if let Some(Value::Array(choices)) = map.get_mut(key) {
                    choices.retain(|choice| choice != "null" && choice.get("type") != Some(&json!("null")));
                }
            }
            if let Some([Value::String(only)]) = map.get("type").and_then(Value::as_array).map(Vec::as_slice)
            {
                let only = only.clone();
                map.insert("type".to_owned(), Value::String(only));
            }
            map.values_mut().for_each(refuse_null);
        }
        Value::Array(values) => values.iter_mut().for_each(refuse_null),
        _ => {}
    }
}

fn name_rules(map: &mut Map<String, Value>, rules: &[&RuleMetadata]) {
    let setting = map.insert("additionalProperties".to_owned(), Value::Bool(false));
    let reference = setting.and_then(|setting| setting.get("$ref").cloned());
    let properties: Map<String, Value> = rules
        .iter()
        .map(|rule| {
            let property = json!({ "description": rule.description, "$ref": reference });
            (rule.name.to_owned(), property)
        })
        .collect();
    map.insert("properties".to_owned(), Value::Object(properties));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::rules;

    #[test]
    fn the_schema_knows_keys_and_rules() {
        let schema = json_schema(&rules());
        assert_eq!(schema["additionalProperties"], false);
        for pointer in ["/properties/rules", "/$defs/Override/properties/rules"] {
            let map = schema.pointer(pointer).expect("the rules");
            assert_eq!(map["additionalProperties"], false, "{pointer}");
            assert_eq!(map["properties"]["unknown_table"]["$ref"], "#/$defs/RuleSetting");
        }
        assert_eq!(schema["properties"]["lunoraDir"]["type"], "string");
        assert!(!schema.to_string().contains("null"));
    }
}
