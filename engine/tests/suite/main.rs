//! The engine as a whole.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where its data is broken")]

mod concurrency;
mod examples;
mod features;
mod generated;
mod limits;
mod objects;
mod packages;
mod placement;
mod platform;
mod properties;
mod rehearsal;
mod semantics;
mod support;
mod writes;
