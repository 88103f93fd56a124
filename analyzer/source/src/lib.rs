//! Finding projects and files, buffers over disk, import resolution.
//!
//! [`find_projects`] turns the paths that a person names into projects; [`load`] reads one into a [`SourceTree`]: every file with its
//! facts, and for every import the module it names. All of it goes through a [`FileSystem`], so that open editor buffers and
//! in-memory fixtures behave as files do.

mod content;
mod discover;
mod error;
mod exclude;
mod file_system;
mod ignores;
mod installed;
mod json;
mod load;
mod memory;
mod overlay;
mod packages;
mod paths;
mod reload;
mod resolve;
mod seeds;
mod specifier;
#[cfg(test)]
mod tests;
mod text_position;
mod tree;
mod tsconfig;
mod walk;

pub use content::MAX_FILE_BYTES;
pub use discover::{DEFAULT_LUNORA_DIR, DiscoveryOptions, ProjectLocation, find_projects};
pub use error::SourceError;
pub use file_system::{Disk, Entry, EntryKind, FileSystem, Metadata, ReadError};
pub use installed::{Asking, Installation, Installed};
pub use load::load;
pub use memory::Memory;
pub use overlay::{Overlay, canonical_or_future};
pub use text_position::{LineIndex, Position};
pub use tree::{
    FileProblem, FileRole, GeneratedModule, LunoraModule, Module, ProblemKind, SourceFile, SourceTree,
};
