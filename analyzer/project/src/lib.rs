//! Links the facts of all files into one project: schema, procedures, access paths, graph.

pub mod access;
mod dispatch_target;
mod evaluate;
pub mod graph;
pub mod index_choice;
pub mod index_plan;
mod link;
pub mod mentions;
mod place;
mod procedure;
mod project;
pub mod schema;
mod shared;
#[cfg(test)]
mod testing;

pub use dispatch_target::dispatch_key;
pub use link::{LinkWork, Linker};
pub use place::{Part, Place, Site};
pub use procedure::{
    ExitForm, Input, Owner, PredicateExit, Procedure, ProcedureId, ProcedureKind, Visibility,
};
pub use project::{ModuleOwner, Project};
pub use shared::{Iter, Shared};
