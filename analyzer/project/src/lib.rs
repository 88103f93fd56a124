//! Links the facts of all files into one project: schema, procedures, access paths, graph.

pub mod access;
mod evaluate;
mod link;
mod place;
mod procedure;
mod project;
pub mod schema;

pub use place::{Part, Place, Site};
pub use procedure::{Input, Procedure, ProcedureId, ProcedureKind, Visibility};
pub use project::Project;
