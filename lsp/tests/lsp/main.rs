//! The server as a client sees it, by whole sessions in memory.

mod actions;
mod diagnostics;
mod features;
mod lifecycle;
mod project;
mod storm;
mod support;
