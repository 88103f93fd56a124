//! A project that is loaded, its rows, and what calls come to.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use lunora_engine::{
    CallOptions, Engine, Identity, Job, Limit, Operation, Options, Outcome, ROOT_SHARD, Schema, Site, Sizes,
    Statement,
};
use lunora_source::{FileSystem, SourceTree};
use serde_json::Value;

use crate::privileges::Privileges;

/// A project that is loaded, with the rows that it has at present.
pub(crate) struct Lab {
    engine: Engine,
    seed: u64,
    filled: Option<Sizes>,
    rows: BTreeMap<String, usize>,
    identities: Vec<Identity>,
    privileges: Privileges,
    /// What calls came to, with the rows that were there.
    runs: BTreeMap<(Sizes, String, u64), Rc<Run>>,
}

/// A call that can be made again, elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The key of the function.
    pub(crate) key: String,
    /// Tells it from other attempts.
    pub(crate) number: u64,
    args: Value,
    identity: Option<Identity>,
}

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Run {
    /// How it ended.
    pub(crate) ending: Ending,
    /// What it did to the database.
    pub(crate) operations: Vec<Operation>,
    /// What it scheduled.
    pub(crate) jobs: Vec<Job>,
}

/// How a call ended.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Ending {
    /// It returned a value, which is kept as a digest of its text.
    Returned(u64),
    /// It threw.
    Threw {
        /// The code of the error.
        code: String,
        /// What it says.
        message: String,
        /// Where, innermost first.
        sites: Vec<Site>,
    },
    /// It used up what a call may use.
    Exceeded(Limit),
    /// It could not go on, for a reason that says nothing of the project.
    Blocked(String),
}

impl Ending {
    /// Why it could not be run to its end, if it could not.
    pub(crate) fn obstacle(&self) -> Option<String> {
        match self {
            Self::Blocked(reason) => Some(reason.clone()),
            Self::Exceeded(limit) => Some(format!("it ran into the limit of {limit:?}")),
            Self::Returned(_) | Self::Threw { .. } => None,
        }
    }

    /// Whether two calls ended in the same way, wherever the code now stands.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Threw { code, message, .. }, Self::Threw { code: other, message: text, .. }) => {
                code == other && message == text
            }
            _ => self == other,
        }
    }
}

impl Lab {
    /// Loads a project, without rows. The error is in words.
    pub(crate) fn open(file_system: &dyn FileSystem, tree: &SourceTree, seed: u64) -> Result<Self, String> {
        let engine = Engine::load(file_system, tree, Options { seed, ..Options::default() })
            .map_err(|error| format!("the project does not run: {error}"))?;
        Ok(Self {
            engine,
            seed,
            filled: None,
            rows: BTreeMap::new(),
            identities: Vec::new(),
            privileges: Privileges::of(tree),
            runs: BTreeMap::new(),
        })
    }

    /// Generates the same rows as another one from here on, and finds out nothing anew.
    pub(crate) fn learn_from(&mut self, other: &Self) {
        self.engine.share_users(&other.engine);
    }

    /// Sees to it that these rows are there, and no others.
    pub(crate) fn fill(&mut self, sizes: &Sizes) -> Result<(), String> {
        if self.filled.as_ref() == Some(sizes) {
            return Ok(());
        }
        self.engine.clear().map_err(|error| error.to_string())?;
        let seeded =
            self.engine.seed_tables(ROOT_SHARD, sizes, self.seed).map_err(|error| error.to_string())?;
        self.rows = seeded.tables.into_iter().collect();
        self.identities = self.engine.identities();
        self.filled = Some(sizes.clone());
        Ok(())
    }

    /// How many rows a table has.
    pub(crate) fn rows_of(&self, table: &str) -> usize {
        self.rows.get(table).copied().unwrap_or_default()
    }

    /// The schema, as the code built it.
    pub(crate) fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    /// The keys of everything that can be called.
    pub(crate) fn callable(&self) -> impl Iterator<Item = &str> {
        self.engine.procedures().iter().filter(|one| one.is_callable()).map(|one| one.key.as_str())
    }

    /// Why a file did not load, if it did not.
    pub(crate) fn failure_of(&self, file: &str) -> Option<&str> {
        let mut failed = self.engine.failed_modules().iter().filter(|module| module.file == file);
        failed.next().map(|module| module.message.as_str())
    }

    /// Arguments and a user for a call, which mostly hit rows that are there.
    pub(crate) fn attempt(&self, key: &str, number: u64) -> Result<Attempt, String> {
        let position = usize::try_from(number).unwrap_or_default() % self.identities.len().max(1);
        let mut identity = self.identities.get(position).cloned();
        // Every other user has what the code asks for: a role, a plan.
        if let Some(identity) = identity.as_mut().filter(|_| number % 2 == 1) {
            identity.claims.extend(self.privileges.claims(number / 2));
        }
        let seed = self.seed.wrapping_mul(1_000_003).wrapping_add(number);
        let args = self.engine.arguments(key, identity.as_ref(), seed).map_err(|error| error.to_string())?;
        Ok(Attempt { key: key.to_owned(), number, args, identity })
    }

    /// Makes a call; what it writes is undone. The result is remembered.
    pub(crate) fn run(&mut self, attempt: &Attempt) -> Result<Rc<Run>, String> {
        let sizes = self.filled.clone().unwrap_or_default();
        let name = (sizes, attempt.key.clone(), attempt.number);
        if let Some(run) = self.runs.get(&name) {
            return Ok(Rc::clone(run));
        }
        let options = CallOptions { identity: attempt.identity.clone(), shard: None };
        let result =
            self.engine.rehearse(&attempt.key, &attempt.args, &options).map_err(|error| error.to_string())?;
        let run = Rc::new(Run {
            ending: ending(result.outcome),
            operations: result.trace.operations,
            jobs: result.jobs,
        });
        self.runs.insert(name, Rc::clone(&run));
        Ok(run)
    }

    /// What SQLite does to find rows by columns; see [`Engine::find_equal`].
    pub(crate) fn find_equal(
        &mut self,
        table: &str,
        columns: &[String],
        number: u64,
    ) -> Result<Option<Statement>, String> {
        self.engine.find_equal(table, columns, number).map_err(|error| error.to_string())
    }
}

fn ending(outcome: Outcome) -> Ending {
    match outcome {
        Outcome::Returned { value } => {
            let mut hasher = DefaultHasher::new();
            value.to_string().hash(&mut hasher);
            Ending::Returned(hasher.finish())
        }
        Outcome::Threw(thrown) => {
            Ending::Threw { code: thrown.code, message: thrown.message, sites: thrown.sites }
        }
        Outcome::NotVerifiable { needs } => Ending::Blocked(format!("it needs {needs}")),
        Outcome::Unsupported { what } => Ending::Blocked(format!("the engine does not have {what}")),
        Outcome::Exceeded { limit } => Ending::Exceeded(limit),
        Outcome::NeverSettled => Ending::Blocked("it waits for something that never happens".to_owned()),
    }
}
