//! The rules: one file each, asking the project and parsing nothing.
