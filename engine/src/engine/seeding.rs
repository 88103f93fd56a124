//! Generated rows: made, put in their place, and passed on to other engines.

use std::rc::Rc;

use serde_json::Value;

use super::Engine;
use crate::ROOT_SHARD;
use crate::error::EngineError;
use crate::generate::{self, Drafts, IdentityColumns, Samples, Seeded, Sizes};
use crate::schema::{Schema, Table};
use crate::storage::Slot;
use crate::vm::{Ended, Modules};

/// Rows that an engine has generated, for others that would generate the same.
#[derive(Clone)]
pub struct Generated {
    schema: Rc<Schema>,
    modules: Rc<Modules>,
    users: IdentityColumns,
    tables: Vec<Rc<Slot>>,
    samples: Samples,
    /// How many of them say when they were committed.
    sequence: u32,
}

impl Engine {
    /// Fills every table of the root shard, and the global ones, with generated rows. See [`Self::seed_tables`].
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn seed(&mut self, rows: usize, seed: u64) -> Result<Seeded, EngineError> {
        self.seed_tables(ROOT_SHARD, &Sizes::all(rows), seed)
    }

    /// Fills every table of a shard, and the global ones if they are empty, with generated rows. See [`Self::seed_tables`].
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn seed_shard(&mut self, shard: &str, rows: usize, seed: u64) -> Result<Seeded, EngineError> {
        self.seed_tables(shard, &Sizes::all(rows), seed)
    }

    /// Fills every table of a shard, and the global ones if they are empty, with up to so many generated rows: they satisfy their
    /// validators and unique indexes, ids lead to rows that exist, some values are far more frequent than others, and some optional
    /// ones are absent. Neither defaults nor triggers run. The same seed gives the same rows.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn seed_tables(&mut self, shard: &str, sizes: &Sizes, seed: u64) -> Result<Seeded, EngineError> {
        let drafts = self.drafts(shard, sizes, seed)?;
        let mut seeded = Seeded { tables: Vec::new(), problems: drafts.problems };
        let schema = Rc::clone(&self.schema);
        let storage = &mut self.host.borrow_mut().storage;
        for (name, rows) in drafts.tables {
            let Some(table) = schema.table(&name) else { continue };
            let mut store = storage.store(shard, table)?;
            let (filled, refused) = (store.filled(), store.refused().len());
            store.fill(table, &rows)?;
            seeded.tables.push((name.to_string(), store.filled() - filled));
            seeded.problems.extend(store.refused().iter().skip(refused).cloned());
        }
        Ok(seeded)
    }

    /// As [`Self::seed_tables`] for the root shard of an engine without rows, but a table is only filled when something first asks for
    /// it. What is given can be [taken over](Self::take_over) by other engines.
    ///
    /// # Errors
    /// If the machine fails.
    pub fn generate(&mut self, sizes: &Sizes, seed: u64) -> Result<Generated, EngineError> {
        let drafts = self.drafts(ROOT_SHARD, sizes, seed)?;
        let slot = |(name, rows): (Rc<str>, _)| Some(Rc::new(Slot::new(self.schema.table(&name)?, rows)));
        let generated = Generated {
            schema: Rc::clone(&self.schema),
            modules: Rc::clone(&self.modules),
            users: self.users.clone().unwrap_or_default(),
            tables: drafts.tables.into_iter().filter_map(slot).collect(),
            samples: self.samples.clone(),
            sequence: self.host.borrow().storage.sequence(ROOT_SHARD),
        };
        self.place(&generated);
        Ok(generated)
    }

    /// Takes the rows of an engine with the same options instead of generating the same ones; `false` if this engine, which must be
    /// without rows, would generate others. Until they are exchanged for others, both engines may only rehearse.
    pub fn take_over(&mut self, generated: &Generated) -> bool {
        let is_alike = self.users.as_ref() == Some(&generated.users)
            && self.modules.constants == generated.modules.constants
            && generates_alike(&self.schema, &generated.schema);
        if is_alike {
            self.samples = generated.samples.clone();
            self.host.borrow_mut().storage.set_sequence(ROOT_SHARD, generated.sequence);
            self.place(generated);
        }
        is_alike
    }

    /// How many generated rows of a table were stored, as the root shard sees it.
    ///
    /// # Errors
    /// If SQLite fails.
    pub fn generated_rows(&mut self, table: &str) -> Result<usize, EngineError> {
        let schema = Rc::clone(&self.schema);
        let Some(table) = schema.table(table) else { return Ok(0) };
        Ok(self.host.borrow_mut().storage.store(ROOT_SHARD, table)?.filled())
    }

    fn place(&mut self, generated: &Generated) {
        let storage = &mut self.host.borrow_mut().storage;
        for slot in &generated.tables {
            if let Some(table) = self.schema.table(slot.name()) {
                storage.home(ROOT_SHARD, table).put(slot.fitted(table));
            }
        }
    }

    fn drafts(&mut self, shard: &str, sizes: &Sizes, seed: u64) -> Result<Drafts, EngineError> {
        self.find_users()?;
        self.ensure_machine()?;
        let users = self.users.get_or_insert_default();
        let (host, machine) = (&self.host, self.machine.as_ref());
        let accepts = |table: &str, column: &str, values: &[Value]| {
            let text = Value::from(values).to_string();
            match machine.map(|machine| machine.ask("accepts", (table, column, &text))) {
                Some(Ended::With(answer)) => serde_json::from_str(&answer).unwrap_or_default(),
                _ => vec![false; values.len()],
            }
        };
        let now = host.borrow().now;
        let constants = &self.modules.constants;
        let plan = generate::Plan { shard, sizes, seed, now, users, constants };
        let mut next_sequence = || host.borrow_mut().storage.next_sequence(shard);
        let drafts = generate::rows(&self.schema, &plan, &self.samples, &accepts, &mut next_sequence);
        generate::remember(&self.schema, &drafts, &mut self.samples);
        Ok(drafts)
    }
}

/// Whether rows for one schema are those for another: what is generated depends on no index that is not unique. Conditions that only
/// running them can tell may differ in ways that a schema does not show.
fn generates_alike(one: &Schema, other: &Schema) -> bool {
    let is_alike = |(one, other): (&Table, &Table)| {
        let unique =
            |table: &Table| table.indexes.iter().filter(|index| index.unique).cloned().collect::<Vec<_>>();
        one.name == other.name
            && one.columns == other.columns
            && one.tier == other.tier
            && one.owner_field == other.owner_field
            && one.soft_delete_field == other.soft_delete_field
            && one.is_commit_ordered == other.is_commit_ordered
            && unique(one) == unique(other)
            && !one.columns.iter().any(generate::is_opaque)
    };
    one.tables.len() == other.tables.len() && one.tables.iter().zip(&other.tables).all(is_alike)
}
