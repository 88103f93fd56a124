//! lunora-advisor in Zed: starts the language server, and hands it the settings.

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{self as zed, serde_json::Value, Command, LanguageServerId, Result, Worktree};

const PROGRAM: &str = "lunora-advisor";

struct LunoraAdvisor;

impl zed::Extension for LunoraAdvisor {
    fn new() -> Self {
        Self
    }

    /// The program that the settings name, else the one on `PATH`. Nothing of the project is run: Zed has no say of ours in whom it trusts.
    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let binary = LspSettings::for_worktree(PROGRAM, worktree)?.binary;
        let (path, arguments) = binary.map_or((None, None), |binary| (binary.path, binary.arguments));
        let command = path.or_else(|| worktree.which(PROGRAM)).ok_or(
            "lunora-advisor is neither named by the setting `lsp.lunora-advisor.binary.path` nor on PATH",
        )?;
        Ok(Command { command, args: arguments.unwrap_or_else(|| vec!["lsp".into()]), env: worktree.shell_env() })
    }

    fn language_server_initialization_options(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(PROGRAM, worktree)?.settings)
    }

    fn language_server_workspace_configuration(
        &mut self,
        _: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<Value>> {
        Ok(LspSettings::for_worktree(PROGRAM, worktree)?.settings)
    }
}

zed::register_extension!(LunoraAdvisor);
