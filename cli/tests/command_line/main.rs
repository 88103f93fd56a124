//! The binary as other programs see it.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod adoption;
mod contract;
mod hostile;
mod integrations;
mod proof;
mod sarif;
mod snapshots;
mod support;
mod unreadable;
mod watch;
