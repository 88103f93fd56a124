//! Whole projects, the command line, architecture, and speed.
