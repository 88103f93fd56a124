//! Calls that leave nothing behind, and what comparing two engines needs besides.

use std::rc::Rc;

use serde_json::Value;

use super::{Engine, milliseconds};
use crate::ROOT_SHARD;
use crate::database::{self, SelectRequest};
use crate::error::EngineError;
use crate::generate::Samples;
use crate::options::CallOptions;
use crate::outcome::CallResult;
use crate::storage::Storage;
use crate::trace::Statement;

impl Engine {
    /// Throws all rows away, and the jobs that wait. Clock and randomness begin anew.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn clear(&mut self) -> Result<(), EngineError> {
        let mut host = self.host.borrow_mut();
        host.storage = Storage::new(Rc::clone(&self.schema))?;
        host.now = milliseconds(self.options.now);
        host.random = fastrand::Rng::with_seed(self.options.seed);
        self.samples = Samples::default();
        host.pending.clear();
        Ok(())
    }

    /// Takes over from another engine which columns say who someone is, so that both generate the same rows for the same tables. Otherwise
    /// each finds that out by calling every function, before its first rows.
    pub fn share_users(&mut self, other: &Self) {
        self.users.clone_from(&other.users);
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
        self.ensure_machine()?;
        let (now, random, pending) = {
            let mut host = self.host.borrow_mut();
            host.storage.begin_rehearsal()?;
            let random = std::mem::replace(&mut host.random, fastrand::Rng::with_seed(self.options.seed));
            (host.now, random, host.pending.clone())
        };
        let result = self.call(name, args, options);
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
}
