//! Abstract evaluation of a project's code: what each expression may be, and what running it does.

pub(crate) mod beyond;
mod branches;
mod builtins;
mod calls;
mod classes;
mod collections;
mod database;
pub(crate) mod declaration;
pub(crate) mod effect;
mod exits;
mod expressions;
mod frame;
mod interpreter;
mod iterators;
mod lunora;
mod maps;
mod members;
mod objects;
pub(crate) mod origin;
pub(crate) mod predicate_exits;
mod props;
pub(crate) mod read;
mod reader;
pub(crate) mod recorder;
pub(crate) mod schema_view;
mod statements;
pub(crate) mod test;
mod types;
pub(crate) mod value;

pub(crate) use interpreter::Interpreter;
pub(crate) use objects::spread_into;
pub(crate) use types::context;
