//! What a project registers.

use serde::{Deserialize, Serialize};

use crate::schema::{Column, Validator};

/// Something that a file registers by exporting it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Procedure {
    /// Its key: `namespace:name`.
    pub key: String,
    /// What it is.
    pub kind: ProcedureKind,
    /// How it was declared: `procedure`, `mutator`, `onConnect`, `shape`, `migration`, `crons`…
    pub form: String,
    /// Who may call it.
    pub visibility: Visibility,
    /// Its arguments, in order of declaration.
    pub args: Vec<Column>,
    /// What it promises to give.
    pub output: Option<Validator>,
    /// The table of a shape or migration.
    #[serde(default)]
    pub table: Option<String>,
    /// The file that exports it, from the project's root.
    #[serde(default)]
    pub file: String,
}

impl Procedure {
    /// Whether [`Engine::call`](crate::Engine::call) can run it.
    #[must_use]
    pub fn is_callable(&self) -> bool {
        self.kind != ProcedureKind::Declaration
    }
}

/// What a registration is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProcedureKind {
    /// A query.
    Query,
    /// A mutation; also a mutator and a hook.
    Mutation,
    /// An action.
    Action,
    /// A stream: a query that gives one item after the other.
    Stream,
    /// Something that is declared and not called by name: a shape, a migration, crons, a route.
    Declaration,
}

/// Who may call a procedure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Visibility {
    /// Clients and functions.
    Public,
    /// Functions only.
    Internal,
}

/// A module that could not be loaded, so that its procedures are missing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedModule {
    /// The file, from the project's root.
    pub file: String,
    /// Why.
    pub message: String,
}
