//! What the server can tell: one file a feature, pure functions over a [`Snapshot`](crate::Snapshot).
//!
//! A feature is a function of the snapshot and the parameters of its request. It becomes a method of the protocol in `server.rs`, with
//! one line, and is advertised in `capabilities.rs`.

pub(crate) mod edits;
pub mod navigation;
pub mod rename;
mod subject;
#[cfg(test)]
mod testing;
