//! How a project is run.

use serde::{Deserialize, Serialize};

/// How a project is loaded and run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where ids, random numbers and generated rows come from.
    pub seed: u64,
    /// Where the virtual clock begins, in milliseconds since the epoch.
    pub now: i64,
    /// What a call may use.
    pub limits: Limits,
    /// What to do where releases of Lunora differ.
    pub switches: Switches,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, now: 1_767_225_600_000, limits: Limits::default(), switches: Switches::default() }
    }
}

/// What loading, and each call, may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of JavaScript values.
    pub memory: usize,
    /// Bytes of stack. The thread needs about as much again.
    pub stack: usize,
    /// Steps, each about ten thousand instructions or a few operations of the database. Unlike time, it ends a run at the same place on every machine.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 512 * 1024 * 1024, stack: 1024 * 1024, steps: 20_000 }
    }
}

/// What to do where releases of Lunora differ. The default is the newest behaviour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Switches {
    /// What `.unique()` does where no row matches.
    pub unique_on_zero: UniqueOnZero,
    /// What `replace` does to the creation time.
    pub replace_creation_time: ReplaceCreationTime,
    /// How rows that are equal in all sort keys are ordered by id.
    pub tie_break: TieBreak,
    /// Whether a write must hold every required column.
    pub required_columns: RequiredColumns,
    /// What an index range `eq(column, null)` finds outside of pages.
    pub null_equality: NullEquality,
    /// Whether global tables have a fluent reader.
    pub global_reader: GlobalReader,
    /// Which shard a call without one runs in.
    pub routing: Routing,
    /// Whether `.rls("required")` closes tables to code without policies.
    pub required_policies: RequiredPolicies,
}

/// See [`Switches::unique_on_zero`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum UniqueOnZero {
    /// It gives `null`.
    #[default]
    Null,
    /// It throws `NOT_UNIQUE`.
    Throw,
}

/// See [`Switches::replace_creation_time`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ReplaceCreationTime {
    /// It becomes the present.
    #[default]
    Renew,
    /// It stays.
    Keep,
}

/// See [`Switches::tie_break`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TieBreak {
    /// In the direction of the last sort key.
    #[default]
    Follow,
    /// Always ascending.
    Ascending,
}

/// See [`Switches::required_columns`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RequiredColumns {
    /// No: an absent column is not looked at.
    #[default]
    Unchecked,
    /// Yes.
    Strict,
}

/// See [`Switches::null_equality`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NullEquality {
    /// Nothing, as SQL's `= NULL`.
    #[default]
    Nothing,
    /// Rows without the column, as SQL's `IS NULL`.
    IsNull,
}

/// See [`Switches::global_reader`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum GlobalReader {
    /// Only for search; everything else throws.
    #[default]
    SearchOnly,
    /// As on any table.
    Full,
}

/// See [`Switches::required_policies`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RequiredPolicies {
    /// No, so that what code reads can be measured whoever asks.
    #[default]
    Ignored,
    /// Yes: reads and writes of a table without a policy fail with `RLS_REQUIRED`, unless the table is public or a hook asks.
    Enforced,
}

/// See [`Switches::routing`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Routing {
    /// The root shard.
    #[default]
    Explicit,
    /// The one that an argument names: the first that is called like a column by which a table is sharded. Where there are such tables
    /// and no such argument, the call fails with `BAD_REQUEST`.
    FromArguments,
}

/// Who calls.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// What `ctx.auth.userId` gives.
    pub user_id: String,
    /// What else `ctx.auth.getIdentity()` holds.
    #[serde(flatten)]
    pub claims: serde_json::Map<String, serde_json::Value>,
}

/// How one function is called.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// Who calls; nobody if absent.
    pub identity: Option<Identity>,
    /// The shard; [`ROOT_SHARD`](crate::ROOT_SHARD) if absent.
    pub shard: Option<String>,
}
