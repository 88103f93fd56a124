//! Maintenance of the repository: scaffolds, generated docs, checks, corpus.

fn main() {}
