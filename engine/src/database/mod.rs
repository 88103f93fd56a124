//! What the runtime's `ctx.db` asks of SQLite: requests in, rows and measurements out.

mod condition;
mod plan;
mod read;
mod rows;
mod write;

use serde_json::{Value, json};

pub(crate) use read::{SelectRequest, aggregate, select};
pub(crate) use write::{fetch, insert, remove, update};

use crate::error::EngineError;
use crate::trace::Statement;

/// The answer to a request, with the statements that it took.
pub(crate) struct Answer {
    /// What the runtime gets, as JSON.
    pub(crate) json: String,
    /// What SQLite ran.
    pub(crate) statements: Vec<Statement>,
}

/// Why a request was refused. The runtime turns it into the error that user code sees.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Two rows would share what must be unique.
    Conflict {
        /// The table.
        table: String,
    },
    /// A mistake of the code, or of the engine.
    Internal(String),
    /// Something that the engine can't lay out.
    Unsupported(String),
}

impl Refusal {
    /// As the runtime reads it.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Conflict { table } => json!({
                "kind": "conflict",
                "conflict": "unique",
                "message": format!("a row of {table} with the same unique values exists"),
            }),
            Self::Unsupported(what) => json!({ "kind": "unsupported", "message": what }),
            Self::Internal(message) => json!({ "kind": "error", "code": "INTERNAL", "message": message }),
        }
    }

    /// The refusal that SQLite's error stands for.
    pub(crate) fn of(table: &str, error: &rusqlite::Error) -> Self {
        let is_conflict = error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation);
        if is_conflict {
            Self::Conflict { table: table.to_owned() }
        } else {
            Self::Internal(error.to_string())
        }
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        Self::Unsupported(error.to_string())
    }
}
