//! A reference execution engine: runs a project's own functions on SQLite and records what they read and write.
//!
//! [`Engine::load`] transpiles the files of a project, evaluates them in QuickJS against a runtime of Lunora written here, and builds the
//! schema that the code declares when it runs. [`Engine::seed`] fills its tables; [`Engine::call`] runs a function and gives its outcome
//! with a [`Trace`]: every operation with the place that called for it, the plan that SQLite chose, and the rows that it visited.
//!
//! It is a witness for what the analyzer claims, so it shares none of its evaluation. Every run is repeatable: the clock is virtual, and
//! ids and random numbers come from a seed. What it can't run it says ([`Outcome::NotVerifiable`], [`Outcome::Unsupported`]); it never guesses.

mod database;
mod engine;
mod error;
mod generate;
mod options;
mod outcome;
mod procedure;
mod schema;
mod storage;
mod trace;
mod transpile;
mod vm;

pub use engine::{Engine, Generated, Rows, Users};
pub use error::EngineError;
pub use generate::{Seeded, Sizes};
pub use options::{
    CallOptions, GlobalReader, Identity, Limits, NullEquality, Options, ReplaceCreationTime, RequiredColumns,
    RequiredPolicies, Routing, Switches, TieBreak, UniqueOnZero,
};
pub use outcome::{CallResult, Job, Json, Limit, LogLine, Outcome, Thrown};
pub use procedure::{FailedModule, Procedure, ProcedureKind, Visibility};
pub use schema::{
    AggregateIndex, Column, GeoIndex, Index, RankIndex, RankKey, Refinement, Relation, RelationKind, Schema,
    SearchIndex, Table, Tier, Ttl, Validator, ValidatorKind,
};
pub use trace::{Action, Operation, Ordering, Restriction, Site, Statement, Trace};

/// The shard of a call that names none.
pub const ROOT_SHARD: &str = "__root__";
