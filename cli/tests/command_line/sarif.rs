//! SARIF as code hosts validate it.

use jsonschema::Validator;
use serde_json::Value;

use crate::support::{examples, lunora_advisor};

/// The schema that OASIS publishes for SARIF 2.1.0.
const SCHEMA: &str = include_str!("schemas/sarif-2.1.0.json");

#[test]
fn every_example_is_valid_by_the_official_schema() {
    let validator = validator();
    let mut results = 0;
    for example in examples() {
        let output = lunora_advisor().args(["check", "--format", "sarif"]).arg(&example).output();
        let document: Value = serde_json::from_slice(&output.expect("it runs").stdout).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", example.display());
        results += document["runs"][0]["results"].as_array().map_or(0, Vec::len);
    }
    assert!(results > 0, "the examples have findings");
}

#[test]
fn what_is_no_sarif_is_refused_by_the_schema() {
    let validator = validator();
    let without_a_driver = serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": {} }] });
    assert!(!validator.is_valid(&without_a_driver));
}

fn validator() -> Validator {
    let mut schema: Value = serde_json::from_str(SCHEMA).expect("a schema");
    // Their patterns have a bracket too many: fine in JavaScript's lenient mode, no pattern elsewhere. We write no `language`.
    for holder in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{holder}/properties/language"));
        language.and_then(Value::as_object_mut).expect("an object").remove("pattern").expect("a pattern");
    }
    jsonschema::validator_for(&schema).expect("a schema")
}
