//! A project that is loaded and can be called.

mod rehearsal;
mod seeding;

pub use rehearsal::{Rows, Users};
pub use seeding::Generated;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lunora_source::{FileSystem, SourceTree};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::EngineError;
use crate::generate::{self, IdentityColumns, PROBE, Samples};
use crate::options::{CallOptions, Identity, Limits, Options};
use crate::outcome::{CallResult, Job, Json, Outcome, Thrown};
use crate::procedure::{FailedModule, Procedure};
use crate::schema::Schema;
use crate::storage::Storage;
use crate::trace::Trace;
use crate::vm::{Ended, Frames, Host, Machine, Modules, Record, limit_of};

/// What a call may use that only serves to find out who users are.
const PROBE_STEPS: u64 = 200;

/// A project that is loaded and can be called. Its databases are in memory, and empty until they are seeded.
pub struct Engine {
    modules: Rc<Modules>,
    host: Rc<RefCell<Host>>,
    options: Options,
    /// `None` after a call that ran into a limit; the next one makes another.
    machine: Option<Machine>,
    /// Files that are not loaded any more, since they ran into a limit.
    skipped: BTreeSet<String>,
    schema: Rc<Schema>,
    procedures: Vec<Procedure>,
    failed: Vec<FailedModule>,
    samples: Samples,
    /// Found out before the first rows are generated.
    users: Option<IdentityColumns>,
}

/// What a call lacked, as the runtime writes it.
#[derive(Deserialize)]
struct NeedsReport {
    needs: String,
}

/// What the engine does not have, as the runtime writes it.
#[derive(Deserialize)]
struct UnsupportedReport {
    what: String,
}

#[derive(Deserialize)]
struct ThrownReport {
    #[serde(flatten)]
    thrown: Thrown,
    stack: String,
}

impl Engine {
    /// Loads a project: runs its schema and every module of its Lunora folder. A module that fails is [noted](Self::failed_modules), and
    /// its procedures are missing.
    ///
    /// `file_system` is the one that the project was read from. The packages that the project imports are looked for there, in
    /// `node_modules`. What is not installed, or touches what a run does not have, makes the calls that use it
    /// [not verifiable](Outcome::NotVerifiable).
    ///
    /// # Errors
    /// If `schema.ts` does not load or exports no schema.
    pub fn load(
        file_system: &dyn FileSystem,
        tree: &SourceTree,
        options: Options,
    ) -> Result<Self, EngineError> {
        Self::start_with(Modules::new(file_system, tree, None), options)
    }

    /// As [`Self::load`], for a project most of whose files stand alike in this one, with its options.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_like(&self, file_system: &dyn FileSystem, tree: &SourceTree) -> Result<Self, EngineError> {
        let options = Options { limits: Limits::default(), ..self.options.clone() };
        Self::start_with(Modules::new(file_system, tree, Some(&self.modules)), options)
    }

    fn start_with(modules: Modules, options: Options) -> Result<Self, EngineError> {
        let host = Host {
            storage: Storage::new(Rc::default()),
            random: fastrand::Rng::with_seed(options.seed),
            now: milliseconds(options.now),
            record: Record::default(),
            pending: Vec::new(),
            steps: Rc::default(),
        };
        let mut engine = Self {
            modules: Rc::new(modules),
            host: Rc::new(RefCell::new(host)),
            options,
            machine: None,
            skipped: BTreeSet::new(),
            schema: Rc::default(),
            procedures: Vec::new(),
            failed: Vec::new(),
            samples: Samples::default(),
            users: None,
        };
        engine.start()?;
        engine.host.borrow_mut().storage = Storage::new(Rc::clone(&engine.schema));
        Ok(engine)
    }

    /// The schema, as the code built it.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What the project registers, in the order of its files and exports.
    #[must_use]
    pub fn procedures(&self) -> &[Procedure] {
        &self.procedures
    }

    /// The modules that could not be loaded.
    #[must_use]
    pub fn failed_modules(&self) -> &[FailedModule] {
        &self.failed
    }

    /// Arguments for a procedure that satisfy its validators and, where they can, hit rows that were generated: ids of the right table,
    /// values of the column of the same name.
    ///
    /// # Errors
    /// If no procedure has that name.
    pub fn arguments(
        &self,
        name: &str,
        identity: Option<&Identity>,
        seed: u64,
    ) -> Result<Value, EngineError> {
        let procedure = self.procedure(name)?;
        let now = self.host.borrow().now;
        let constants = &self.modules.constants;
        Ok(generate::arguments(procedure, identity, &self.samples, constants, now, seed))
    }

    /// Users that generated rows know: each is one whom the project's functions would look up in those rows. None before rows are
    /// generated.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let constants = &self.modules.constants;
        self.users.as_ref().map(|users| users.identities(&self.samples, constants)).unwrap_or_default()
    }

    /// Calls a function by its key, `namespace:name`. Arguments are JSON; values that JSON does not know are tagged arrays.
    ///
    /// # Errors
    /// If no function has that key, or the machine itself fails. What happens inside the function is the [`Outcome`].
    pub fn call(
        &mut self,
        name: &str,
        args: &Value,
        options: &CallOptions,
    ) -> Result<CallResult, EngineError> {
        let key = self.procedure(name)?.key.clone();
        self.ensure_machine()?;
        {
            let mut host = self.host.borrow_mut();
            host.record = Record::default();
            host.now += 1.0;
        }
        let is_probe = options.identity.as_ref().is_some_and(|identity| identity.user_id.starts_with(PROBE));
        let request = json!({
            "key": key,
            "args": args,
            "identity": options.identity,
            "shard": options.shard,
            "probe": is_probe.then_some(PROBE),
        });
        let ended = match &self.machine {
            Some(machine) => machine.call("call", &request.to_string()),
            None => Ended::NeverSettled,
        };
        let outcome = self.outcome(ended)?;
        if matches!(outcome, Outcome::Exceeded { .. } | Outcome::NeverSettled) {
            self.machine = None;
        }
        self.host.borrow_mut().storage.abandon_transactions()?;
        let record = std::mem::take(&mut self.host.borrow_mut().record);
        self.host.borrow_mut().pending.extend(record.jobs.iter().cloned());
        Ok(CallResult { outcome, trace: self.trace(&record), jobs: record.jobs, logs: record.logs })
    }

    /// Moves the virtual clock forward.
    pub fn advance(&mut self, milliseconds: u32) {
        self.host.borrow_mut().now += f64::from(milliseconds);
    }

    /// Removes the rows whose time is over by the virtual clock, as `.ttl(…)` of their tables says, in every shard; gives each such table
    /// with how many rows it lost. Lunora does this by an alarm, some time after the rows' time is over. No triggers run: whether
    /// Lunora's do is not known.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn sweep(&mut self) -> Result<BTreeMap<String, usize>, EngineError> {
        let now = self.host.borrow().now;
        self.host.borrow_mut().storage.sweep(now)
    }

    /// Runs the functions that calls have scheduled and that are due, each in its shard and as nobody, and those that they schedule in
    /// turn, `most` at the most. Gives each job with its result; a job whose function does not exist is dropped, as is one that starts a
    /// workflow.
    ///
    /// # Errors
    /// If the machine fails.
    pub fn run_due_jobs(&mut self, most: usize) -> Result<Vec<(Job, CallResult)>, EngineError> {
        let mut results = Vec::new();
        while results.len() < most {
            let now = self.host.borrow().now;
            let Some(job) = take_due(&mut self.host.borrow_mut().pending, now) else { break };
            let options = CallOptions { identity: None, shard: Some(job.shard.clone()) };
            let Some(key) = job.key.clone().filter(|key| self.procedure(key).is_ok()) else {
                continue;
            };
            let result = self.call(&key, &job.args, &options)?;
            results.push((job, result));
        }
        Ok(results)
    }

    /// Finds out which columns say who someone is: calls every function on empty databases, as a user whose claims are marked, and sees
    /// which columns are compared with them. What the calls wrote is thrown away.
    fn find_users(&mut self) -> Result<(), EngineError> {
        if self.users.is_some() {
            return Ok(());
        }
        let probe = generate::probe();
        let keys: Vec<String> =
            self.procedures.iter().filter(|one| one.is_callable()).map(|one| one.key.clone()).collect();
        let (now, random) = {
            let host = self.host.borrow();
            (host.now, host.random.clone())
        };
        let limits = self.options.limits;
        self.options.limits.steps = limits.steps.min(PROBE_STEPS);
        if let Some(machine) = &self.machine {
            machine.allow(self.options.limits.steps);
        }
        for key in keys {
            let args = self.arguments(&key, Some(&probe), self.options.seed)?;
            let options = CallOptions { identity: Some(probe.clone()), shard: None };
            self.call(&key, &args, &options)?;
        }
        self.options.limits = limits;
        self.machine = None;
        let mut host = self.host.borrow_mut();
        let compared = host.storage.take_comparisons();
        host.storage = Storage::new(Rc::clone(&self.schema));
        host.now = now;
        host.random = random;
        host.pending.clear();
        self.users = Some(IdentityColumns::new(&self.schema, compared));
        Ok(())
    }

    fn procedure(&self, name: &str) -> Result<&Procedure, EngineError> {
        let found = self.procedures.iter().find(|procedure| procedure.key == name && procedure.is_callable());
        found.ok_or_else(|| {
            let keys = self
                .procedures
                .iter()
                .filter(|procedure| procedure.is_callable())
                .map(|procedure| procedure.key.as_str());
            EngineError::UnknownProcedure { name: name.to_owned(), nearest: nearest(name, keys) }
        })
    }

    fn ensure_machine(&mut self) -> Result<(), EngineError> {
        if self.machine.is_none() { self.start() } else { Ok(()) }
    }

    /// Makes a machine and loads the project into it; begins anew without a file that ran into a limit.
    fn start(&mut self) -> Result<(), EngineError> {
        while !self.try_start()? {}
        Ok(())
    }

    fn try_start(&mut self) -> Result<bool, EngineError> {
        let machine = Machine::new(&self.modules, &self.host, self.options.limits, self.options.switches)?;
        if !self.load_packages(&machine) {
            return Ok(false);
        }
        self.schema = Rc::new(load_schema(&self.modules, &machine)?);
        self.procedures.clear();
        self.failed.retain(|module| self.skipped.contains(&module.file));
        for registering in &self.modules.registering {
            if self.skipped.contains(&registering.file) {
                continue;
            }
            let names = Value::from(registering.names.clone()).to_string();
            match machine.load(&registering.file, "register", &[&registering.namespace, &names]) {
                Ended::With(found) => {
                    let found: Vec<Procedure> = parse(&found.unwrap_or_default())?;
                    self.procedures.extend(
                        found
                            .into_iter()
                            .map(|procedure| Procedure { file: registering.file.clone(), ..procedure }),
                    );
                }
                Ended::Exceeded(limit) => {
                    let message = format!("it ran into the limit of {limit:?} while it was loaded");
                    self.failed.push(FailedModule { file: registering.file.clone(), message });
                    self.skipped.insert(registering.file.clone());
                    return Ok(false);
                }
                ended => self.failed.push(FailedModule {
                    file: registering.file.clone(),
                    message: self.reason(&registering.file, ended),
                }),
            }
        }
        self.machine = Some(machine);
        Ok(true)
    }

    /// Runs the packages that the project imports. Whoever imports one that can't run gets something that says so. Says whether the
    /// machine is still good.
    fn load_packages(&self, machine: &Machine) -> bool {
        for entry in self.modules.entries() {
            let reason = match machine.import(&entry) {
                Ended::With(()) => continue,
                Ended::Threw { needs: Some(needs), .. } => format!("which needs {needs}"),
                Ended::Threw { message, .. } => format!("which does not load here: {message}"),
                Ended::NeverSettled => "which waits for something while it is loaded".to_owned(),
                Ended::Exceeded(limit) => {
                    self.modules.give_up(&entry, &format!("which ran into the limit of {limit:?}"));
                    return false;
                }
            };
            self.modules.give_up(&entry, &reason);
        }
        true
    }

    fn reason<T>(&self, file: &str, ended: Ended<T>) -> String {
        let transpiling = self.modules.failures().iter().find(|(failed, _)| failed == file);
        match (transpiling, ended) {
            (Some((_, error)), _) => error.to_string(),
            (None, Ended::Threw { message, .. }) => message,
            (None, _) => "it waits for something that never happens".to_owned(),
        }
    }

    fn outcome(&self, ended: Ended<String>) -> Result<Outcome, EngineError> {
        let text = match ended {
            Ended::With(text) => text,
            Ended::Exceeded(limit) => return Ok(Outcome::Exceeded { limit }),
            Ended::NeverSettled => return Ok(Outcome::NeverSettled),
            Ended::Threw { message, .. } => {
                return Err(EngineError::Machine { doing: "calling a function", message });
            }
        };
        let (kind, body) = text.split_once('\n').unwrap_or_default();
        Ok(match kind {
            "returned" => Outcome::Returned { value: Json::of_text(body) },
            "notVerifiable" => Outcome::NotVerifiable { needs: parse::<NeedsReport>(body)?.needs },
            "unsupported" => Outcome::Unsupported { what: parse::<UnsupportedReport>(body)?.what },
            _ => {
                let ThrownReport { thrown, stack } = parse(body)?;
                match limit_of(&thrown.message) {
                    Some(limit) if !thrown.is_lunora_error => Outcome::Exceeded { limit },
                    _ => Outcome::Threw(Thrown { sites: Frames(&self.modules).sites(&stack), ..thrown }),
                }
            }
        })
    }

    fn trace(&self, record: &Record) -> Trace {
        let frames = Frames(&self.modules);
        let mut known = FxHashMap::default();
        let operations = record
            .operations
            .iter()
            .map(|recorded| {
                let mut operation = recorded.operation.clone();
                operation.sites = frames.known_sites(&recorded.stack, &mut known);
                if let Some(stack) = &recorded.opened {
                    operation.opened = frames.known_sites(stack, &mut known);
                }
                operation
            })
            .collect();
        Trace { operations }
    }
}

/// The job that is due first, taken out.
fn take_due(pending: &mut Vec<Job>, now: f64) -> Option<Job> {
    let due = pending.iter().enumerate().filter(|(_, job)| job.at <= now);
    let (position, _) = due.min_by(|left, right| left.1.at.total_cmp(&right.1.at))?;
    Some(pending.remove(position))
}

fn load_schema(modules: &Modules, machine: &Machine) -> Result<Schema, EngineError> {
    let no_schema =
        || EngineError::NoSchema { file: modules.schema.clone().unwrap_or_else(|| "schema.ts".to_owned()) };
    let file = modules.schema.as_deref().ok_or_else(no_schema)?;
    if let Some((_, EngineError::Transpile { file, line, column, message })) =
        modules.failures().iter().find(|(failed, _)| failed == file)
    {
        let (file, message) = (file.clone(), message.clone());
        return Err(EngineError::Transpile { file, line: *line, column: *column, message });
    }
    let failure = |message: String| EngineError::Module { file: file.to_owned(), message };
    match machine.load(file, "useSchema", &[]) {
        Ended::With(Some(text)) => parse(&text),
        Ended::With(None) => Err(no_schema()),
        Ended::Threw { message, .. } => Err(failure(message)),
        Ended::Exceeded(limit) => Err(failure(format!("it ran into the limit of {limit:?}"))),
        Ended::NeverSettled => Err(failure("it waits for something that never happens".to_owned())),
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, EngineError> {
    serde_json::from_str(text).map_err(|error| EngineError::Machine {
        doing: "reading what the runtime says",
        message: error.to_string(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "times are far within the exact range of an f64")]
fn milliseconds(now: i64) -> f64 {
    now as f64
}

/// The name that is most similar, if any is similar at all.
fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate.to_owned())
}
