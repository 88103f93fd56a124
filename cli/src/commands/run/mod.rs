//! `lunora-advisor run`: one function of a project, on generated rows.

mod print;

use std::path::{Path, PathBuf};

use lunora_check::{CheckError, FoundProject, SearchOptions};
use lunora_engine::{
    CallOptions, CallResult, Engine, EngineError, Identity, Options, Outcome, Procedure, ROOT_SHARD,
};
use lunora_report::closest;
use lunora_source::{DEFAULT_LUNORA_DIR, Disk, load};
use serde_json::{Map, Value};

use super::json;
use crate::arguments::{ListFormat, RunArguments};
use crate::error::CliError;
use crate::output;

/// Runs the function that the arguments name. The status is 1 if it throws.
///
/// # Errors
/// If there is no such project or function, the arguments are no JSON object, or the function cannot be run to its end.
pub(crate) fn run(arguments: &RunArguments) -> Result<output::Outcome, CliError> {
    let args = arguments.args.as_deref().map(parse).transpose()?;
    let project = project(arguments)?;
    let tree = load(&Disk, &project.location, &project.options).map_err(CheckError::from)?;
    lunora_check::start_threads(None)?;
    let options = Options { seed: arguments.seed, ..Options::default() };
    let mut engine = Engine::load(&Disk, &tree, options)?;
    let lunora_dir = lunora_check::paths::relative(&project.location.root, &project.location.lunora_dir);
    let key = function(&engine, &arguments.function, &lunora_dir)?;
    let shard = arguments.shard.as_deref().unwrap_or(ROOT_SHARD);
    engine.seed_shard(shard, arguments.rows as usize, arguments.seed)?;
    let identity = arguments.r#as.as_ref().map(|user| identity(&engine, user));
    let args = match args {
        Some(args) => args,
        None => engine.arguments(&key, identity.as_ref(), arguments.seed)?,
    };
    let result = engine.call(&key, &args, &CallOptions { identity, shard: Some(shard.to_owned()) })?;
    could_run(&arguments.function, &result)?;
    let report = print::Report::new(&key, &args, arguments, &result);
    let mut outcome = match arguments.format {
        ListFormat::Json => json(&report)?,
        ListFormat::Pretty => output::Outcome::text(report.text()),
    };
    outcome.has_failed = matches!(result.outcome, Outcome::Threw(_));
    Ok(outcome)
}

/// A user by id: with the claims of the one whom generated rows know by it, if there is one.
fn identity(engine: &Engine, user: &str) -> Identity {
    let known = engine.identities().into_iter().find(|identity| identity.user_id == user);
    known.unwrap_or_else(|| {
        let claims = Map::from_iter([("subject".to_owned(), Value::from(user))]);
        Identity { user_id: user.to_owned(), claims }
    })
}

/// The arguments that were typed.
fn parse(text: &str) -> Result<Value, CliError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|source| CliError::Arguments { message: format!("it is no JSON: {source}") })?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(CliError::Arguments { message: "it must be an object, such as {\"limit\": 5}".to_owned() })
    }
}

/// The project that holds the function: the one around its file, if it is named by a path that exists, else the one that is named.
fn project(arguments: &RunArguments) -> Result<FoundProject, CliError> {
    let around = file_of(&arguments.function).and_then(|path| project_around(&path));
    let options = SearchOptions {
        paths: vec![around.unwrap_or_else(|| arguments.project.clone())],
        ..SearchOptions::default()
    };
    let mut found = lunora_check::find(&Disk, &options, &lunora_check::rules())?.into_iter();
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(CliError::RunInSeveralProjects),
    }
}

/// The path of a file on disk that a function's name begins with.
fn file_of(function: &str) -> Option<PathBuf> {
    let path = Path::new(function.rsplit_once('#')?.0);
    path.is_file().then(|| path.canonicalize().ok()).flatten()
}

fn project_around(file: &Path) -> Option<PathBuf> {
    file.ancestors()
        .find(|folder| folder.join("schema.ts").is_file() && folder.ends_with(DEFAULT_LUNORA_DIR))
        .map(Path::to_owned)
}

/// The key of a function that was named `file#export`, with or without the Lunora folder and the extension, or by its key.
fn function(engine: &Engine, typed: &str, lunora_dir: &str) -> Result<String, CliError> {
    let named =
        |procedure: &Procedure| format!("{}#{}", plain(&procedure.file, lunora_dir), export(procedure));
    let callable = || engine.procedures().iter().filter(|procedure| procedure.is_callable());
    let (file, wanted) = typed.rsplit_once('#').unwrap_or(("", typed));
    let wanted = format!("{}#{wanted}", plain(file, lunora_dir));
    let is_meant = |procedure: &&Procedure| {
        let name = named(procedure);
        name == wanted || procedure.key == typed || wanted.ends_with(&format!("/{lunora_dir}/{name}"))
    };
    if let Some(found) = callable().find(is_meant) {
        return Ok(found.key.clone());
    }
    if let Some(failed) = engine
        .failed_modules()
        .iter()
        .find(|module| plain(&module.file, lunora_dir) == plain(file, lunora_dir))
    {
        return Err(CliError::ModuleFails { file: failed.file.clone(), message: failed.message.clone() });
    }
    let names: Vec<String> = callable().map(named).collect();
    Err(CliError::UnknownFunction {
        typed: typed.to_owned(),
        closest: closest(&wanted, names.iter().map(String::as_str)).map(str::to_owned),
    })
}

/// A file as people name it: from the Lunora folder, without its extension.
fn plain<'a>(file: &'a str, lunora_dir: &str) -> &'a str {
    let file = file.strip_prefix("./").unwrap_or(file);
    let file = file.strip_prefix(lunora_dir).and_then(|rest| rest.strip_prefix('/')).unwrap_or(file);
    [".ts", ".tsx", ".mts", ".js"].iter().find_map(|extension| file.strip_suffix(extension)).unwrap_or(file)
}

fn export(procedure: &Procedure) -> &str {
    procedure.key.rsplit_once(':').map_or(&procedure.key, |(_, name)| name)
}

/// Refuses a result that says nothing of the function.
fn could_run(function: &str, result: &CallResult) -> Result<(), CliError> {
    let message = match &result.outcome {
        Outcome::Returned { .. } | Outcome::Threw(_) => return Ok(()),
        Outcome::NotVerifiable { needs } => format!("it needs {needs}, which is not here"),
        Outcome::Unsupported { what } => format!("the engine does not have {what}"),
        Outcome::Exceeded { limit } => {
            format!("it used up all that a call may use of {}", limit_word(*limit))
        }
        Outcome::NeverSettled => "it waits for something that never happens".to_owned(),
    };
    Err(CliError::CannotRun { function: function.to_owned(), message })
}

fn limit_word(limit: lunora_engine::Limit) -> &'static str {
    match limit {
        lunora_engine::Limit::Memory => "memory",
        lunora_engine::Limit::Stack => "stack: it calls itself too deeply",
        lunora_engine::Limit::Steps => "instructions: it may never end",
    }
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}
