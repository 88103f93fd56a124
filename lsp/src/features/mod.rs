//! What the server can tell: one file a feature, pure functions over a [`Snapshot`](crate::Snapshot).
//!
//! A feature is a function of the snapshot and the parameters of its request. It becomes a method of the protocol in `server.rs`, with
//! one line, and is advertised in `capabilities.rs`. What code names comes from the model ([`lunora_project::mentions`]).

pub mod calls;
pub mod completion;
mod config;
pub mod hints;
pub mod hover;
pub mod lens;
pub mod links;
pub mod navigation;
pub mod rename;
#[cfg(test)]
mod robustness;
mod rules;
mod splice;
mod subject;
pub mod symbols;
#[cfg(test)]
mod testing;
pub(crate) mod usage;
mod validators;
mod words;
