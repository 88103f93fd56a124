//! The tables of one shard, each in a database of its own.

use std::cell::{OnceCell, RefCell, RefMut};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::error::EngineError;
use crate::generate::Draft;
use crate::schema::Table;
use crate::storage::layout;
use crate::storage::store::Store;

/// The tables of a shard, or the global ones. Each has a database of its own, since no statement is about two of them; so most tables of
/// a large schema are never laid out.
#[derive(Default)]
pub(crate) struct Shard {
    slots: FxHashMap<String, Rc<Slot>>,
    /// How many transactions are open, one within the other.
    depth: usize,
}

/// A table that is laid out and filled when it is first asked for. Shards whose calls are all undone may share it.
pub(crate) struct Slot {
    name: String,
    layout: Vec<String>,
    rows: Rc<[Draft]>,
    store: OnceCell<RefCell<Store>>,
}

impl Slot {
    /// A table with these rows.
    pub(crate) fn new(table: &Table, rows: Rc<[Draft]>) -> Self {
        Self { name: table.name.clone(), layout: layout::statements(table), rows, store: OnceCell::new() }
    }

    /// The name of the table.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// This table if another schema lays it out alike, else another one with the same rows.
    pub(crate) fn fitted(self: &Rc<Self>, table: &Table) -> Rc<Self> {
        if self.layout == layout::statements(table) {
            return Rc::clone(self);
        }
        Rc::new(Self::new(table, Rc::clone(&self.rows)))
    }

    fn store(&self, table: &Table) -> Result<RefMut<'_, Store>, EngineError> {
        if let Some(store) = self.store.get() {
            return Ok(store.borrow_mut());
        }
        let store = Store::open(table, &self.layout, &self.rows)?;
        Ok(self.store.get_or_init(|| RefCell::new(store)).borrow_mut())
    }

    fn opened(&self) -> Option<RefMut<'_, Store>> {
        self.store.get().map(RefCell::borrow_mut)
    }
}

impl Shard {
    /// A shard without rows, in so many transactions.
    pub(crate) fn new(depth: usize) -> Self {
        Self { slots: FxHashMap::default(), depth }
    }

    /// The database of a table.
    pub(crate) fn store(&mut self, table: &Table) -> Result<RefMut<'_, Store>, EngineError> {
        let slot = match self.slots.get(&table.name) {
            Some(_) => self.slots.get(&table.name),
            None => {
                let slot = Rc::new(Slot::new(table, Rc::default()));
                self.slots.insert(table.name.clone(), slot);
                self.slots.get(&table.name)
            }
        };
        let gone =
            || EngineError::Machine { doing: "opening a table", message: format!("{} is gone", table.name) };
        let mut store = slot.ok_or_else(gone)?.store(table)?;
        store.enter(self.depth)?;
        Ok(store)
    }

    /// Puts a table into its place, unless there is one already.
    pub(crate) fn put(&mut self, slot: Rc<Slot>) {
        self.slots.entry(slot.name.clone()).or_insert(slot);
    }

    /// Begins a transaction, perhaps within another one. Tables join it when they are asked for.
    pub(crate) fn begin(&mut self) {
        self.depth += 1;
    }

    /// Ends the innermost transaction; nothing happens if there is none.
    pub(crate) fn end(&mut self, is_committed: bool) -> Result<(), EngineError> {
        if self.depth == 0 {
            return Ok(());
        }
        self.depth -= 1;
        for mut store in self.slots.values().filter_map(|slot| slot.opened()) {
            store.leave(self.depth, is_committed)?;
        }
        Ok(())
    }

    /// Rolls back until so many transactions are open.
    pub(crate) fn abandon(&mut self, depth: usize) -> Result<(), EngineError> {
        while self.depth > depth {
            self.end(false)?;
        }
        Ok(())
    }

    /// Plans are asked for anew.
    pub(crate) fn forget_plans(&mut self) {
        for mut store in self.slots.values().filter_map(|slot| slot.opened()) {
            store.forget_plans();
        }
    }
}
