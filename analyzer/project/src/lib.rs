//! Links the facts of all files into one project: schema, procedures, access paths, graph.

mod evaluate;
mod place;

pub use place::{Part, Place, Site};
