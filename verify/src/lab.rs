//! A project that is loaded, its rows, and what calls come to.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use lunora_engine::{
    CallOptions, CallResult, Engine, EngineError, Generated, Identity, Job, Limit, Operation, Options,
    Outcome, Rows, Schema, Site, Sizes, Statement, Users,
};
use lunora_source::{FileSystem, SourceTree};
use serde_json::Value;

use crate::privileges::Privileges;

/// Steps of a call besides those for each row; see [`lunora_engine::Limits::steps`].
const STEPS: u64 = 2_000;
/// Steps of a call for each row of the largest table: enough to go through ten thousand rows for each of ten thousand.
const STEPS_FOR_EACH_ROW: u64 = 2;

/// A project that is loaded, with the rows that it has at present.
pub(crate) struct Lab {
    engine: Engine,
    seed: u64,
    privileges: Privileges,
    /// The rows that are there at present, as they were asked for.
    filled: Option<Sizes>,
    /// Users that they know.
    identities: Vec<Identity>,
    /// The rows that were there before, put aside.
    aside: BTreeMap<Sizes, (Rows, Vec<Identity>)>,
    /// Rows that were generated here, or in a lab that this one takes after.
    generated: BTreeMap<Sizes, Generated>,
    /// Calls, with the rows that are there.
    attempts: BTreeMap<(Sizes, String, u64), Attempt>,
    /// What calls came to, with the rows that were there.
    runs: BTreeMap<(Sizes, String, u64), Rc<Run>>,
    /// Calls that ran into a limit, by the rows and the function.
    exceeded: BTreeMap<(Sizes, String), Rc<Run>>,
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
        let engine = Engine::load(file_system, tree, Options { seed, ..Options::default() });
        Self::with(engine, tree, seed)
    }

    /// As [`Self::open`], for a version of the project in this lab. It takes over who users are, and the rows that it would generate alike.
    /// From here on, both only rehearse.
    pub(crate) fn open_like(&self, file_system: &dyn FileSystem, tree: &SourceTree) -> Result<Self, String> {
        let mut lab = Self::with(self.engine.load_like(file_system, tree), tree, self.seed)?;
        if let Some(users) = self.engine.known_users() {
            lab.know_users(&users);
        }
        lab.generated.clone_from(&self.generated);
        Ok(lab)
    }

    fn with(engine: Result<Engine, EngineError>, tree: &SourceTree, seed: u64) -> Result<Self, String> {
        let engine = engine.map_err(|error| format!("the project does not run: {error}"))?;
        Ok(Self {
            engine,
            seed,
            privileges: Privileges::of(tree),
            filled: None,
            identities: Vec::new(),
            aside: BTreeMap::new(),
            generated: BTreeMap::new(),
            attempts: BTreeMap::new(),
            runs: BTreeMap::new(),
            exceeded: BTreeMap::new(),
        })
    }

    /// Who the users of generated rows are. Labs that share this generate the same rows.
    pub(crate) fn users(&mut self) -> Result<Users, String> {
        self.engine.users().map_err(|error| error.to_string())
    }

    /// Takes over who the users of generated rows are, and finds out nothing anew.
    pub(crate) fn know_users(&mut self, users: &Users) {
        self.engine.know_users(users);
    }

    /// Forgets what modules kept of calls, as if it had just been opened.
    pub(crate) fn restart(&mut self) {
        self.engine.restart();
    }

    /// Forgets what calls came to.
    pub(crate) fn clear(&mut self) {
        self.runs.clear();
        self.exceeded.clear();
        self.put_aside(None);
        // What is only of use for some tables is not kept.
        self.aside.retain(|sizes, _| sizes.tables.is_empty());
        self.generated.retain(|sizes, _| sizes.tables.is_empty());
        self.attempts.retain(|(sizes, ..), _| sizes.tables.is_empty());
    }

    /// Sees to it that these rows are there, and no others.
    pub(crate) fn fill(&mut self, sizes: &Sizes) -> Result<(), String> {
        if self.filled.as_ref() == Some(sizes) {
            return Ok(());
        }
        let known = self.aside.remove(sizes);
        let is_known = known.is_some();
        self.put_aside(known);
        if !is_known {
            let taken = self.generated.get(sizes).is_some_and(|rows| self.engine.take_over(rows));
            if !taken {
                let rows = self.engine.generate(sizes, self.seed).map_err(|error| error.to_string())?;
                self.generated.insert(sizes.clone(), rows);
            }
            self.identities = self.engine.identities();
        }
        let most = sizes.tables.values().chain([&sizes.rows]).max().copied().unwrap_or_default();
        self.engine.limit_steps(STEPS + STEPS_FOR_EACH_ROW * most as u64);
        self.filled = Some(sizes.clone());
        Ok(())
    }

    /// Puts other rows, or none, in the place of those that are there, which are kept.
    fn put_aside(&mut self, next: Option<(Rows, Vec<Identity>)>) {
        let (rows, identities) = next.unzip();
        let rows = self.engine.exchange(rows);
        let identities = std::mem::replace(&mut self.identities, identities.unwrap_or_default());
        if let Some(sizes) = self.filled.take() {
            self.aside.insert(sizes, (rows, identities));
        }
    }

    /// How many rows a table has.
    pub(crate) fn rows_of(&mut self, table: &str) -> usize {
        // A table that can't be laid out has none.
        self.engine.generated_rows(table).unwrap_or_default()
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
    pub(crate) fn attempt(&mut self, key: &str, number: u64) -> Result<Attempt, String> {
        let name = (self.filled.clone().unwrap_or_default(), key.to_owned(), number);
        if let Some(attempt) = self.attempts.get(&name) {
            return Ok(attempt.clone());
        }
        let identities = &self.identities;
        let position = usize::try_from(number).unwrap_or_default() % identities.len().max(1);
        let mut identity = identities.get(position).cloned();
        // Every other user has what the code asks for: a role, a plan.
        if let Some(identity) = identity.as_mut().filter(|_| number % 2 == 1) {
            identity.claims.extend(self.privileges.claims(number / 2));
        }
        let seed = self.seed.wrapping_mul(1_000_003).wrapping_add(number);
        let args = self.engine.arguments(key, identity.as_ref(), seed).map_err(|error| error.to_string())?;
        let attempt = Attempt { key: key.to_owned(), number, args, identity };
        self.attempts.insert(name, attempt.clone());
        Ok(attempt)
    }

    /// Makes a call; what it writes is undone. The result is remembered. A function that ran into a limit is not run again on the same
    /// rows: whatever it is given, it would take as long.
    pub(crate) fn run(&mut self, attempt: &Attempt) -> Result<Rc<Run>, String> {
        let sizes = self.filled.clone().unwrap_or_default();
        let name = (sizes, attempt.key.clone(), attempt.number);
        if let Some(run) = self.runs.get(&name) {
            return Ok(Rc::clone(run));
        }
        let (sizes, key, number) = name;
        let function = (sizes, key);
        if let Some(run) = self.exceeded.get(&function) {
            return Ok(Rc::clone(run));
        }
        let options = CallOptions { identity: attempt.identity.clone(), shard: None };
        let result = self.engine.rehearse(&attempt.key, &attempt.args, &options);
        let run = Rc::new(Run::of(result.map_err(|error| error.to_string())?));
        if matches!(run.ending, Ending::Exceeded(_)) {
            self.exceeded.insert(function.clone(), Rc::clone(&run));
        }
        let (sizes, key) = function;
        self.runs.insert((sizes, key, number), Rc::clone(&run));
        Ok(run)
    }

    /// Makes a call with arguments and a user of its own; see [`Self::attempt`] and [`Self::run`].
    pub(crate) fn call(&mut self, key: &str, number: u64) -> Result<Rc<Run>, String> {
        let attempt = self.attempt(key, number)?;
        self.run(&attempt)
    }

    /// Makes a call on a database that lacks an index, by its table and name; what it writes is undone.
    pub(crate) fn run_without(&mut self, index: (&str, &str), attempt: &Attempt) -> Result<Run, String> {
        let options = CallOptions { identity: attempt.identity.clone(), shard: None };
        let result = self.engine.rehearse_without(index, &attempt.key, &attempt.args, &options);
        Ok(Run::of(result.map_err(|error| error.to_string())?))
    }

    /// What SQLite does to find rows by columns, with all indexes or without one; see [`Engine::find_equal`].
    pub(crate) fn find_equal(
        &mut self,
        table: &str,
        columns: &[String],
        without: Option<&str>,
        number: u64,
    ) -> Result<Option<Statement>, String> {
        let found = match without {
            None => self.engine.find_equal(table, columns, number),
            Some(index) => self.engine.find_equal_without(index, table, columns, number),
        };
        found.map_err(|error| error.to_string())
    }
}

impl Run {
    fn of(result: CallResult) -> Self {
        Self { ending: ending(result.outcome), operations: result.trace.operations, jobs: result.jobs }
    }
}

fn ending(outcome: Outcome) -> Ending {
    match outcome {
        Outcome::Returned { value } => {
            let mut hasher = DefaultHasher::new();
            value.text().hash(&mut hasher);
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
