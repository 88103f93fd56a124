//! Why the engine could not do what it was asked.

/// Why a project could not be loaded, or a call not be started. What goes wrong inside a function is an [`Outcome`](crate::Outcome).
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file does not parse, or holds syntax that can't be turned into JavaScript.
    #[error("{file}:{line}:{column}: this can't be transpiled: {message}")]
    Transpile {
        /// The file, from the project's root.
        file: String,
        /// The line, from 1.
        line: u32,
        /// The column, from 1, in UTF-16 code units.
        column: u32,
        /// What the parser says.
        message: String,
    },
    /// There is no `schema.ts`, or it exports no schema.
    #[error("{file} exports no schema: export the result of `defineSchema` as default")]
    NoSchema {
        /// Where it was looked for.
        file: String,
    },
    /// A module failed while it was loaded.
    #[error("{file} does not load: {message}")]
    Module {
        /// The file, from the project's root.
        file: String,
        /// What was thrown.
        message: String,
    },
    /// No function has that name.
    #[error("no function is named `{name}`{}", .nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    UnknownProcedure {
        /// The name as asked for.
        name: String,
        /// The most similar name that exists.
        nearest: Option<String>,
    },
    /// SQLite refused something that should always work.
    #[error("{doing} failed in SQLite: {source}")]
    Storage {
        /// What was being done.
        doing: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The JavaScript engine, or the code that bridges to it, failed.
    #[error("{doing} failed: {message}")]
    Machine {
        /// What was being done.
        doing: &'static str,
        /// What it says.
        message: String,
    },
}
