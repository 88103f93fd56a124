//! The databases: one for each shard, one for the global tables.

mod columns;
mod layout;
mod shard;
mod store;

use std::cell::RefMut;
use std::collections::BTreeMap;
use std::rc::Rc;

use rusqlite::types::Value as SqlValue;

pub(crate) use columns::{decode_column, encode_column, number};
pub(crate) use layout::{expression, quoted, unique_index};
pub(crate) use shard::{Shard, Slot};
pub(crate) use store::{Measured, Store, VISIT, failed};

use crate::error::EngineError;
use crate::generate::PROBE;
use crate::schema::{Schema, Table};

/// Every database of a project, all in memory.
pub(crate) struct Storage {
    schema: Rc<Schema>,
    global: Shard,
    shards: BTreeMap<String, Shard>,
    compared: Vec<Compared>,
    /// The last commit sequence of each shard.
    sequences: BTreeMap<String, u32>,
    /// The sequences as they were when a rehearsal began, while there is one.
    rehearsed: Option<BTreeMap<String, u32>>,
}

/// A column that was compared with a claim of a [probe](crate::generate::PROBE).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Compared {
    /// The table.
    pub(crate) table: String,
    /// The column.
    pub(crate) column: String,
    /// The claim.
    pub(crate) claim: String,
}

impl Storage {
    /// Empty databases for a schema.
    pub(crate) fn new(schema: Rc<Schema>) -> Self {
        Self {
            schema,
            global: Shard::default(),
            shards: BTreeMap::new(),
            compared: Vec::new(),
            sequences: BTreeMap::new(),
            rehearsed: None,
        }
    }

    /// The schema.
    pub(crate) fn schema(&self) -> &Rc<Schema> {
        &self.schema
    }

    /// A shard's own tables, made when it is first asked for.
    pub(crate) fn shard(&mut self, name: &str) -> &mut Shard {
        let depth = self.rehearsals();
        self.shards.entry(name.to_owned()).or_insert_with(|| Shard::new(depth))
    }

    /// The tables among which one lies, as seen from a shard.
    pub(crate) fn home(&mut self, shard: &str, table: &Table) -> &mut Shard {
        if table.is_global() { &mut self.global } else { self.shard(shard) }
    }

    /// The database of a table, as seen from a shard.
    pub(crate) fn store(&mut self, shard: &str, table: &Table) -> Result<RefMut<'_, Store>, EngineError> {
        self.home(shard, table).store(table)
    }

    /// Notes that a column is asked to equal a text, if the text comes from a probe.
    pub(crate) fn note_comparison(&mut self, table: &str, column: &str, text: &str) {
        let Some(claim) = text.strip_prefix(PROBE) else {
            return;
        };
        self.compared.push(Compared {
            table: table.to_owned(),
            column: column.to_owned(),
            claim: claim.to_owned(),
        });
    }

    /// The columns that were compared with claims of probes so far, each once.
    pub(crate) fn take_comparisons(&mut self) -> Vec<Compared> {
        let mut compared = std::mem::take(&mut self.compared);
        compared.sort();
        compared.dedup();
        compared
    }

    /// The next commit sequence of a shard, which is larger than all before.
    pub(crate) fn next_sequence(&mut self, shard: &str) -> u32 {
        let sequence = self.sequences.entry(shard.to_owned()).or_insert(0);
        *sequence += 1;
        *sequence
    }

    /// The last commit sequence of a shard; 0 if there was none.
    pub(crate) fn sequence(&self, shard: &str) -> u32 {
        self.sequences.get(shard).copied().unwrap_or_default()
    }

    /// Goes on after a commit sequence.
    pub(crate) fn set_sequence(&mut self, shard: &str, sequence: u32) {
        self.sequences.insert(shard.to_owned(), sequence);
    }

    /// Removes the rows whose time was over at `now`; gives each table with how many it lost.
    pub(crate) fn sweep(&mut self, now: f64) -> Result<BTreeMap<String, usize>, EngineError> {
        let mut swept = BTreeMap::new();
        for table in &self.schema.tables {
            let Some(ttl) = &table.ttl else { continue };
            let time = expression(table, &ttl.field);
            let sql = format!(
                "DELETE FROM {} WHERE typeof({time}) IN ('integer', 'real') AND {time} + ?1 <= ?2",
                quoted(&table.name)
            );
            let homes: Vec<&mut Shard> =
                if table.is_global() { vec![&mut self.global] } else { self.shards.values_mut().collect() };
            for home in homes {
                let removed = home
                    .store(table)?
                    .write(&sql, &[SqlValue::Real(ttl.after), SqlValue::Real(now)])
                    .map_err(|source| failed(&format!("sweeping table {}", table.name), source))?;
                *swept.entry(table.name.clone()).or_default() += removed;
            }
        }
        Ok(swept)
    }

    /// From here on, every transaction is part of one that will be undone.
    pub(crate) fn begin_rehearsal(&mut self) {
        self.rehearsed = Some(self.sequences.clone());
        self.homes().for_each(Shard::begin);
    }

    /// Removes an index that the schema declares from every database of its table, and forgets plans.
    pub(crate) fn drop_index(&mut self, table: &str, index: &str) -> Result<(), EngineError> {
        let schema = Rc::clone(&self.schema);
        let Some(table) = schema.table(table) else { return Ok(()) };
        let sql = layout::drop_statement(&table.name, index);
        let homes: Vec<&mut Shard> =
            if table.is_global() { vec![&mut self.global] } else { self.shards.values_mut().collect() };
        for home in homes {
            let mut store = home.store(table)?;
            store.write(&sql, &[]).map_err(|source| failed("dropping an index", source))?;
            store.forget_plans();
        }
        Ok(())
    }

    /// Plans are asked for anew.
    pub(crate) fn forget_plans(&mut self) {
        self.homes().for_each(Shard::forget_plans);
    }

    /// Undoes what was written since the rehearsal began.
    pub(crate) fn end_rehearsal(&mut self) -> Result<(), EngineError> {
        self.sequences = self.rehearsed.take().unwrap_or_default();
        self.homes().try_for_each(|home| home.abandon(0))
    }

    /// Undoes what calls that were cut off left open.
    pub(crate) fn abandon_transactions(&mut self) -> Result<(), EngineError> {
        let depth = self.rehearsals();
        self.shards.values_mut().try_for_each(|shard| shard.abandon(depth))
    }

    /// How many rehearsals go on: one or none.
    fn rehearsals(&self) -> usize {
        usize::from(self.rehearsed.is_some())
    }

    fn homes(&mut self) -> impl Iterator<Item = &mut Shard> {
        self.shards.values_mut().chain([&mut self.global])
    }
}
