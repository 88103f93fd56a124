//! JSON with comments, as configuration files hold it.

use std::path::Path;

use serde_json::Value;

use crate::file_system::FileSystem;

/// Reads a configuration file; `None` if it is missing or is no JSON. Comments and trailing commas are fine.
pub(crate) fn read(file_system: &dyn FileSystem, path: &Path) -> Option<Value> {
    let text = file_system.read_text(path).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    jsonc_parser::parse_to_serde_value(text, &jsonc_parser::ParseOptions::default()).ok()
}

/// The strings of an array; empty if it is none.
pub(crate) fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}
