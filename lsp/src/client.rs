//! What the client can do.

use serde_json::Value;
use tower_lsp::ls_types::InitializeParams;

use crate::encoding::Encoding;

/// A command that some clients have: shows the places that `lunora-advisor.places` gives for its argument.
pub(crate) const SHOW_REFERENCES: &str = "lunora-advisor.showReferences";
/// A command that some clients have: asks for a reason, puts it into the `task` of its argument and has `lunora-advisor.apply` do it.
pub(crate) const SUPPRESS: &str = "lunora-advisor.suppress";

/// What the client can do, as far as that changes what the server does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Client {
    /// What columns count.
    pub encoding: Encoding,
    /// Whether edits may say which versions of documents they are meant for.
    pub has_versioned_edits: bool,
    /// Whether document symbols may be a tree.
    pub has_symbol_tree: bool,
    pub(crate) has_related_information: bool,
    pub(crate) pulls_diagnostics: bool,
    pub(crate) resolves_actions: bool,
    /// Whether it asks for the documentation of a completion when somebody looks at it.
    pub(crate) resolves_documentation: bool,
    pub(crate) refreshes_diagnostics: bool,
    pub(crate) refreshes_lenses: bool,
    pub(crate) refreshes_hints: bool,
    pub(crate) watches_files: bool,
    pub(crate) answers_configuration: bool,
    pub(crate) tells_of_settings: bool,
    pub(crate) shows_progress: bool,
    pub(crate) shows_documents: bool,
    /// Whether it shows a list of places when a lens is clicked.
    pub(crate) shows_references: bool,
    /// Whether it asks for the reason before it suppresses something.
    pub(crate) asks_for_reasons: bool,
}

impl Client {
    /// Reads what the client says of itself.
    pub(crate) fn read(parameters: &InitializeParams) -> Self {
        let general = parameters.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref());
        let capabilities = serde_json::to_value(&parameters.capabilities).unwrap_or_default();
        let flag = |path: &str| capabilities.pointer(path).and_then(Value::as_bool);
        let has = |path: &str| flag(path) == Some(true);
        // As rust-analyzer has clients say it.
        let commands = capabilities.pointer("/experimental/commands/commands").and_then(Value::as_array);
        let runs = |name: &str| commands.is_some_and(|names| names.iter().any(|known| known == name));
        let resolves = |feature: &str, property: &str| {
            let path = format!("/textDocument/{feature}/resolveSupport/properties");
            let properties = capabilities.pointer(&path).and_then(Value::as_array);
            properties.is_some_and(|properties| properties.iter().any(|known| known == property))
        };
        Self {
            encoding: Encoding::negotiate(offered),
            // Every client of today can, also those that do not say so.
            has_versioned_edits: flag("/workspace/workspaceEdit/documentChanges") != Some(false),
            has_symbol_tree: has("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            has_related_information: flag("/textDocument/publishDiagnostics/relatedInformation")
                != Some(false),
            pulls_diagnostics: capabilities.pointer("/textDocument/diagnostic").is_some(),
            resolves_actions: resolves("codeAction", "edit"),
            resolves_documentation: resolves("completion/completionItem", "documentation"),
            refreshes_diagnostics: has("/workspace/diagnostics/refreshSupport"),
            refreshes_lenses: has("/workspace/codeLens/refreshSupport"),
            refreshes_hints: has("/workspace/inlayHint/refreshSupport"),
            watches_files: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            answers_configuration: has("/workspace/configuration"),
            tells_of_settings: has("/workspace/didChangeConfiguration/dynamicRegistration"),
            shows_progress: has("/window/workDoneProgress"),
            shows_documents: has("/window/showDocument/support"),
            shows_references: runs(SHOW_REFERENCES),
            asks_for_reasons: runs(SUPPRESS),
        }
    }
}
