//! A reference execution engine.
