//! What the user sets in the editor.

use std::path::PathBuf;

use serde_json::Value;

/// The section of the editor's settings that is ours.
pub(crate) const SECTION: &str = "lunora-advisor";

/// What the user sets in the editor, below `lunora-advisor`. Clients send it as `initializationOptions`, as the answer to
/// `workspace/configuration`, or with `workspace/didChangeConfiguration`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EditorSettings {
    /// Whether problems of files that are not open are shown too. On by default.
    pub workspace_diagnostics: bool,
    /// Whether tables, indexes and procedures have a line above them that says how they are used. On by default.
    pub code_lens: bool,
    /// Whether reads say which index serves them. On by default.
    pub inlay_hints: bool,
    /// The configuration file, instead of the nearest `lunora-advisor.jsonc` or `lunora-advisor.json`; relative to each workspace
    /// folder.
    pub config_path: Option<PathBuf>,
}

impl Default for EditorSettings {
    fn default() -> Self {
        Self { workspace_diagnostics: true, code_lens: true, inlay_hints: true, config_path: None }
    }
}

impl EditorSettings {
    /// Reads what a client sent. Some clients wrap the settings in their section; what is missing or of no use has its default.
    pub(crate) fn read(value: &Value) -> Self {
        let section = value.get(SECTION).or_else(|| value.get("lunoraAdvisor")).unwrap_or(value);
        let flag = |name: &str| section.get(name).and_then(switch).unwrap_or(true);
        let path = section.get("configPath").and_then(Value::as_str).filter(|path| !path.is_empty());
        Self {
            workspace_diagnostics: flag("workspaceDiagnostics"),
            code_lens: flag("codeLens"),
            inlay_hints: flag("inlayHints"),
            config_path: path.map(PathBuf::from),
        }
    }
}

/// `true`, or `{ "enable": true }` as some editors group their settings.
fn switch(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.get("enable").and_then(Value::as_bool))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_may_be_wrapped_and_incomplete() {
        let off = EditorSettings { code_lens: false, ..EditorSettings::default() };
        assert_eq!(EditorSettings::read(&json!({ "codeLens": false, "inlayHints": "maybe" })), off);
        assert_eq!(
            EditorSettings::read(&json!({ "lunora-advisor": { "codeLens": { "enable": false } } })),
            off
        );
        assert_eq!(EditorSettings::read(&Value::Null), EditorSettings::default());
        let path = EditorSettings::read(&json!({ "configPath": "ci/advisor.json" }));
        assert_eq!(path.config_path, Some(PathBuf::from("ci/advisor.json")));
    }
}
