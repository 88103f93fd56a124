//! Why a command could not run.

use std::path::PathBuf;

use lunora_check::CheckError;
use thiserror::Error;

/// Why a command could not run. The process then ends with status 2.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// The projects could not be found, read or judged.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The findings could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Output {
        /// The file that `--output` names.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no baseline to prune.
    #[error(
        "there is no baseline to prune: name it with --baseline FILE, or with `baseline` in the configuration"
    )]
    NoBaseline,
    /// What changed cannot be told.
    #[error("cannot tell what changed: {message}")]
    Git {
        /// Why.
        message: String,
    },
    /// `-` was given without a name for what comes in.
    #[error(
        "`-` reads one file from standard input: say which with --stdin-filepath FILE, and name no other path"
    )]
    StdinPath,
    /// Standard input could not be read.
    #[error("cannot read standard input: {0}")]
    Stdin(std::io::Error),
    /// The language server could not start.
    #[error("cannot start the language server: {0}")]
    Serve(std::io::Error),
    /// Files cannot be watched.
    #[error("cannot watch the files: {0}")]
    Watch(#[from] notify::Error),
    /// A file that `init` would write is there.
    #[error("{}: this file is already there; nothing was written", path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// One file is named for several projects.
    #[error("--out and --baseline FILE are for one project, and there are several; name one")]
    SeveralProjects,
    /// A health map cannot be read.
    #[error("cannot read the health map {}: {source}. Write it with `lunora-advisor score`.", path.display())]
    MapUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A health map makes no sense.
    #[error("{}:{}:{}: this is no health map: {source}. Mend it, or write it anew with `lunora-advisor score`.", path.display(), source.line(), source.column())]
    Map {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// A file is not as it was when it was analysed.
    #[error("{}: changed while it was analysed, so nothing was written; run again", path.display())]
    ChangedMeanwhile {
        /// The file.
        path: PathBuf,
    },
    /// A project does not load in the engine.
    #[error(transparent)]
    Engine(lunora_engine::EngineError),
    /// `--args` makes no sense.
    #[error("--args: {message}")]
    Arguments {
        /// What is wrong, and where.
        message: String,
    },
    /// There is no such function.
    #[error("there is no function `{typed}`.{}", did_you_mean(closest.as_deref()))]
    UnknownFunction {
        /// As it was typed.
        typed: String,
        /// The function with the most similar name; `None` only if there are no functions.
        closest: Option<String>,
    },
    /// The file of a function does not load.
    #[error("{file} does not load: {message}")]
    ModuleFails {
        /// The file.
        file: String,
        /// Why.
        message: String,
    },
    /// A function cannot be run to its end, for a reason that says nothing of what it does.
    #[error("`{function}` cannot be run to its end: {message}")]
    CannotRun {
        /// As it was typed.
        function: String,
        /// Why.
        message: String,
    },
    /// One function is to be run, and there are several projects.
    #[error(
        "there are several projects here; name one with --project PATH, or the function by the path of its file"
    )]
    RunInSeveralProjects,
    /// Suppressions need a reason.
    #[error("--add-suppressions needs a reason: add --reason \"…\"")]
    NoReason,
    /// The findings could not be put into the wanted format.
    #[error("cannot print the findings: {0}")]
    Format(String),
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Stdout(std::io::Error),
    /// There is no such rule.
    #[error("there is no rule `{typed}`. Did you mean `{}`? `lunora-advisor rules` lists them all.", closest.unwrap_or("none"))]
    UnknownRule {
        /// As it was typed.
        typed: String,
        /// The rule with the most similar name; `None` only if there are no rules.
        closest: Option<&'static str>,
    },
    /// No project has such a table.
    #[error("there is no table `{typed}`.{}", did_you_mean(closest.as_deref()))]
    UnknownTable {
        /// As it was typed.
        typed: String,
        /// The table with the most similar name; `None` only if there are no tables.
        closest: Option<String>,
    },
    /// No project has such a procedure.
    #[error("there is no procedure `{typed}`.{}", did_you_mean(closest.as_deref()))]
    UnknownProcedure {
        /// As it was typed.
        typed: String,
        /// The procedure with the most similar name; `None` only if there are no procedures.
        closest: Option<String>,
    },
}

fn did_you_mean(closest: Option<&str>) -> String {
    closest.map_or_else(String::new, |name| format!(" Did you mean `{name}`?"))
}
