//! What a call came to.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::trace::Trace;

/// What a call came to, and how.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallResult {
    /// How it ended.
    pub outcome: Outcome,
    /// What it read and wrote, whatever the outcome.
    pub trace: Trace,
    /// The jobs that it scheduled, in order. Those of a mutation that failed were dropped.
    pub jobs: Vec<Job>,
    /// What it logged.
    pub logs: Vec<LogLine>,
}

/// How a call ended.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Outcome {
    /// It returned. Values that JSON does not know are tagged arrays.
    Returned {
        /// The value; `null` for none.
        value: Json,
    },
    /// It threw.
    Threw(Thrown),
    /// It needs something that isn't here, such as a package or the network, so nothing can be said of it.
    NotVerifiable {
        /// What it needs.
        needs: String,
    },
    /// It reached a part of Lunora that the engine does not have.
    Unsupported {
        /// Which part.
        what: String,
    },
    /// It used up what a call may use.
    Exceeded {
        /// Which limit: `memory`, `stack` or `steps`.
        limit: Limit,
    },
    /// It waits for something that never happens.
    NeverSettled,
}

/// A value as JSON. Large ones are common and few are looked into, so it is parsed when that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Json(String);

impl Json {
    /// The value that a text says.
    pub(crate) fn of_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, without spaces.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The value itself.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

/// A limit that a call ran into.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Limit {
    /// See [`Limits::memory`](crate::Limits::memory).
    Memory,
    /// See [`Limits::stack`](crate::Limits::stack).
    Stack,
    /// See [`Limits::steps`](crate::Limits::steps).
    Steps,
}

/// An error as a caller would see it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Thrown {
    /// Its code; `INTERNAL_SERVER_ERROR` for a plain error.
    pub code: String,
    /// The HTTP status of the code.
    pub status: u16,
    /// What it says.
    pub message: String,
    /// Whether it is one of Lunora's own, thrown by the runtime or by the user.
    pub is_lunora_error: bool,
    /// For a conflict: `occ`, `unique`, `restrict` or `trigger`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<String>,
    /// What it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Where it was thrown: `file:line:column` of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<crate::trace::Site>,
}

/// A job that a call scheduled.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its id.
    pub id: String,
    /// When it is due, in milliseconds since the epoch.
    pub at: f64,
    /// The function to call; `None` for a workflow, an agent or a queue.
    pub key: Option<String>,
    /// The workflow or agent to start, or `queue NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// Its arguments.
    pub args: Value,
    /// The shard that it runs in.
    pub shard: String,
}

/// Something that a call logged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// `debug`, `info`, `log`, `warn` or `error`.
    pub level: String,
    /// What it says.
    pub text: String,
}
