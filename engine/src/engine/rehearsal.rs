//! Calls that leave nothing behind, and what comparing two engines needs besides.

use std::rc::Rc;

use serde_json::Value;

use super::{Engine, milliseconds};
use crate::ROOT_SHARD;
use crate::database::{self, SelectRequest};
use crate::error::EngineError;
use crate::generate::{IdentityColumns, Samples};
use crate::options::CallOptions;
use crate::outcome::CallResult;
use crate::storage::Storage;
use crate::trace::Statement;

/// The rows of an engine, put aside: its databases, and what is known of what was generated in them.
pub struct Rows {
    storage: Storage,
    samples: Samples,
}

/// Which columns say who someone is, as an engine found out by calling every function.
#[derive(Clone, Debug)]
pub struct Users(IdentityColumns);

impl Engine {
    /// Throws all rows away, and the jobs that wait. Clock and randomness begin anew.
    pub fn clear(&mut self) {
        self.exchange(None);
    }

    /// As [`Self::clear`], but the rows are given back, and others take their place.
    pub fn exchange(&mut self, rows: Option<Rows>) -> Rows {
        let none = || Rows { storage: Storage::new(Rc::clone(&self.schema)), samples: Samples::default() };
        let rows = rows.unwrap_or_else(none);
        let mut host = self.host.borrow_mut();
        host.now = milliseconds(self.options.now);
        host.random = fastrand::Rng::with_seed(self.options.seed);
        host.pending.clear();
        let storage = std::mem::replace(&mut host.storage, rows.storage);
        let samples = std::mem::replace(&mut self.samples, rows.samples);
        Rows { storage, samples }
    }

    /// Loads the modules anew before the next call, so that nothing is left of what they keep between calls.
    pub fn restart(&mut self) {
        self.machine = None;
    }

    /// From here on, each call may take so many steps; see [`Limits::steps`](crate::Limits::steps).
    pub fn limit_steps(&mut self, steps: u64) {
        self.options.limits.steps = steps;
        if let Some(machine) = &self.machine {
            machine.allow(steps);
        }
    }

    /// Which columns say who someone is. Calls every function the first time; what the calls write is thrown away with all rows.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn users(&mut self) -> Result<Users, EngineError> {
        self.find_users()?;
        Ok(Users(self.users.get_or_insert_default().clone()))
    }

    /// Which columns say who someone is, if that is known yet.
    #[must_use]
    pub fn known_users(&self) -> Option<Users> {
        self.users.clone().map(Users)
    }

    /// Takes over which columns say who someone is, so that engines generate the same rows for the same tables.
    pub fn know_users(&mut self, users: &Users) {
        self.users = Some(users.0.clone());
    }

    /// As [`Self::call`], but what the call writes or schedules is undone afterwards. Clock and randomness are the same in every
    /// rehearsal, so its result depends on nothing but the rows and what is asked; and on what modules keep between calls, if they do.
    ///
    /// # Errors
    /// As [`Self::call`], and if SQLite fails.
    pub fn rehearse(
        &mut self,
        name: &str,
        args: &Value,
        options: &CallOptions,
    ) -> Result<CallResult, EngineError> {
        self.rehearse_prepared(name, args, options, |_| Ok(()))
    }

    /// As [`Self::rehearse`], on a database that lacks an index which the schema declares. The code does not know that it is gone.
    ///
    /// # Errors
    /// As [`Self::rehearse`].
    pub fn rehearse_without(
        &mut self,
        (table, index): (&str, &str),
        name: &str,
        args: &Value,
        options: &CallOptions,
    ) -> Result<CallResult, EngineError> {
        let result = self.rehearse_prepared(name, args, options, |storage| storage.drop_index(table, index));
        // The plans of statements without the index must not outlive it.
        self.host.borrow_mut().storage.forget_plans();
        result
    }

    fn rehearse_prepared(
        &mut self,
        name: &str,
        args: &Value,
        options: &CallOptions,
        prepare: impl FnOnce(&mut Storage) -> Result<(), EngineError>,
    ) -> Result<CallResult, EngineError> {
        self.ensure_machine()?;
        let (now, random, pending) = {
            let mut host = self.host.borrow_mut();
            host.storage.begin_rehearsal();
            let random = std::mem::replace(&mut host.random, fastrand::Rng::with_seed(self.options.seed));
            (host.now, random, host.pending.clone())
        };
        let prepared = prepare(&mut self.host.borrow_mut().storage);
        let result = prepared.and_then(|()| self.call(name, args, options));
        let mut host = self.host.borrow_mut();
        host.pending = pending;
        host.now = now;
        host.random = random;
        host.storage.end_rehearsal()?;
        result
    }

    /// What SQLite does to find the rows of a table in the root shard that agree with a generated row in some columns. `None` if no
    /// generated row holds a value in each of them. Another seed may take another row.
    ///
    /// # Errors
    /// If SQLite fails, or there is no such table.
    pub fn find_equal(
        &mut self,
        table: &str,
        columns: &[String],
        seed: u64,
    ) -> Result<Option<Statement>, EngineError> {
        let mut random = fastrand::Rng::with_seed(seed);
        let Some(values) = self.samples.values(table, columns, &mut random) else { return Ok(None) };
        let Some(request) = SelectRequest::equal(ROOT_SHARD, table, columns, &values) else {
            return Ok(None);
        };
        let answer = database::select(&mut self.host.borrow_mut().storage, &request).map_err(|refusal| {
            EngineError::Machine { doing: "looking rows up", message: refusal.to_json().to_string() }
        })?;
        Ok(answer.statements.into_iter().next())
    }

    /// As [`Self::find_equal`], on a database that lacks an index which the schema declares.
    ///
    /// # Errors
    /// As [`Self::find_equal`].
    pub fn find_equal_without(
        &mut self,
        index: &str,
        table: &str,
        columns: &[String],
        seed: u64,
    ) -> Result<Option<Statement>, EngineError> {
        {
            let storage = &mut self.host.borrow_mut().storage;
            storage.begin_rehearsal();
            storage.drop_index(table, index)?;
        }
        let found = self.find_equal(table, columns, seed);
        let storage = &mut self.host.borrow_mut().storage;
        storage.forget_plans();
        storage.end_rehearsal()?;
        found
    }
}
