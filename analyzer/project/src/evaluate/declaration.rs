//! Lunora's declarations as values: what the schema DSL, the builders and the factories return.
//!
//! They keep what was called with what; the project's model reads meaning into it (`crate::schema`, `crate::procedures`).

use std::cell::RefCell;

use ecow::EcoString;
use lunora_facts::ExprId;

use super::value::{StringValue, Value};
use crate::place::Site;

/// One call of a method chain.
#[derive(Clone, Debug)]
pub(crate) struct ChainCall {
    pub(crate) name: EcoString,
    pub(crate) arguments: Vec<Value>,
    pub(crate) site: Site,
    pub(crate) callee: ExprId,
}

impl ChainCall {
    pub(crate) fn argument(&self, index: usize) -> Option<&Value> {
        self.arguments.get(index)
    }
}

/// `v.string()` and its kin, with their refinements.
#[derive(Clone, Debug)]
pub(crate) struct ValidatorValue {
    /// The name below `v`.
    pub(crate) kind: EcoString,
    pub(crate) is_optional: bool,
    pub(crate) is_nullable: bool,
    pub(crate) is_unique: bool,
    pub(crate) has_default: bool,
    /// The largest number or length that passes.
    pub(crate) maximum: Option<f64>,
    /// The table of an id.
    pub(crate) table: Option<StringValue>,
    /// Element of an array, members of a union, shape of an object, value of a literal.
    pub(crate) parts: Vec<Value>,
}

/// `defineTable(shape)` with its chain.
#[derive(Clone, Debug)]
pub(crate) struct TableValue {
    pub(crate) shape: Value,
    pub(crate) calls: Vec<ChainCall>,
    pub(crate) site: Site,
}

/// `r.one(table, options)` or `r.many(table, options)`.
#[derive(Clone, Debug)]
pub(crate) struct RelationValue {
    pub(crate) is_many: bool,
    pub(crate) target: Value,
    pub(crate) options: Value,
}

/// `defineSchema(tables, …)` with its chain.
#[derive(Clone, Debug)]
pub(crate) struct SchemaValue {
    pub(crate) arguments: Vec<Value>,
    pub(crate) calls: Vec<ChainCall>,
    pub(crate) site: Site,
}

/// `defineSchemaExtension(key, { tables })` and what else may be given to `.extend`.
#[derive(Clone, Debug)]
pub(crate) struct ExtensionValue {
    pub(crate) key: Value,
    pub(crate) definition: Value,
}

/// `query`, `internalMutation`, … with the steps that were called on it.
#[derive(Clone, Debug)]
pub(crate) struct BuilderValue {
    pub(crate) root: EcoString,
    pub(crate) calls: Vec<ChainCall>,
}

/// A procedure: a builder's terminal, or the object form.
#[derive(Clone, Debug)]
pub(crate) struct RegistrationValue {
    /// `query`, `mutation`, `action`, `stream`, `httpAction`.
    pub(crate) kind: EcoString,
    pub(crate) is_internal: bool,
    pub(crate) calls: Vec<ChainCall>,
    pub(crate) handler: Value,
    /// The argument validators.
    pub(crate) input: Value,
    pub(crate) convention: Convention,
}

/// How a handler takes its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Convention {
    /// `({ ctx, args }) => …`.
    Options,
    /// `(ctx, args) => …`.
    Positional,
}

/// `defineMutator({…})`, `defineShape({…})` and the other factories.
#[derive(Clone, Debug)]
pub(crate) struct DeclarationValue {
    pub(crate) factory: EcoString,
    pub(crate) arguments: Vec<Value>,
    pub(crate) site: Site,
}

/// `cronJobs()` with the jobs that were added.
#[derive(Clone, Debug)]
pub(crate) struct CronsValue {
    pub(crate) jobs: RefCell<Vec<ChainCall>>,
    /// `cronJobs` or `httpRouter`.
    pub(crate) factory: EcoString,
}
