//! One SQLite database, and how its statements are measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, Row, params_from_iter};
use rustc_hash::FxHashMap;

use crate::database::Refusal;
use crate::error::EngineError;
use crate::generate::Draft;
use crate::schema::Table;
use crate::storage::{encode_column, layout};

/// The SQL function that counts.
pub(crate) const VISIT: &str = "lunora_visit()";

/// The database of one table.
///
/// **How rows are counted.** A plain build of SQLite has no per-loop counters (`sqlite3_stmt_scanstatus` is a compile-time option), and
/// `SQLITE_STMTSTATUS_FULLSCAN_STEP` misses rows that an index range yields. So every read begins its `WHERE` with `lunora_visit()`, a
/// function without arguments that always holds and counts its calls. It is not declared deterministic, so SQLite can't hoist it out of the
/// loop, and it refers to no column, so it changes neither the choice of an index nor its cost; as the first term that is left over, it is
/// evaluated once for each row that the table or the index range yields, before any other condition, and not at all for rows after a
/// limit is reached.
pub(crate) struct Store {
    connection: Connection,
    visits: Arc<AtomicU64>,
    plans: FxHashMap<String, Vec<String>>,
    /// How many transactions are open, one within the other.
    depth: usize,
    refused: Vec<String>,
    filled: usize,
}

/// What a statement cost.
pub(crate) struct Measured<T> {
    /// What it gave.
    pub(crate) rows: Vec<T>,
    /// The lines of its plan.
    pub(crate) plan: Vec<String>,
    /// How many rows it visited.
    pub(crate) visited: u64,
}

impl Store {
    /// A database with a table, as its layout says, and rows.
    pub(crate) fn open(table: &Table, layout: &[String], rows: &[Draft]) -> Result<Self, EngineError> {
        // Indexes are made faster of rows that are there.
        let mut store = Self::empty()?;
        let (first, rest) = layout.split_at(1.min(layout.len()));
        store.lay_out(table, first)?;
        store.fill(table, rows)?;
        if store.refused.is_empty() && store.lay_out(table, rest).is_ok() {
            return Ok(store);
        }
        // Some rows would share what must be unique: the first ones stay.
        let mut store = Self::empty()?;
        store.lay_out(table, layout)?;
        store.fill(table, rows)?;
        Ok(store)
    }

    fn empty() -> Result<Self, EngineError> {
        let connection =
            Connection::open_in_memory().map_err(|source| failed("opening a database", source))?;
        connection.set_prepared_statement_cache_capacity(256);
        let visits = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&visits);
        connection
            .create_scalar_function("lunora_visit", 0, FunctionFlags::SQLITE_UTF8, move |_| {
                counter.fetch_add(1, Ordering::Relaxed);
                Ok(1)
            })
            .map_err(|source| failed("registering the counter", source))?;
        let plans = FxHashMap::default();
        Ok(Self { connection, visits, plans, depth: 0, refused: Vec::new(), filled: 0 })
    }

    fn lay_out(&self, table: &Table, statements: &[String]) -> Result<(), EngineError> {
        let doing = || format!("laying out table {}", table.name);
        statements.iter().try_for_each(|statement| {
            self.connection.execute_batch(statement).map_err(|source| failed(&doing(), source))
        })
    }

    /// Stores generated rows. Those that would break a unique index are [refused](Self::refused).
    pub(crate) fn fill(&mut self, table: &Table, rows: &[Draft]) -> Result<(), EngineError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.enter(self.depth + 1)?;
        self.insert(table, rows)
            .map_err(|source| failed(&format!("filling table {}", table.name), source))?;
        self.leave(self.depth.saturating_sub(1), true)
    }

    fn insert(&mut self, table: &Table, rows: &[Draft]) -> rusqlite::Result<()> {
        let names: Vec<String> = if table.is_global() {
            table.columns.iter().map(|column| layout::quoted(&column.name)).collect()
        } else {
            vec!["__doc__".to_owned()]
        };
        let marks: String = (0..names.len()).map(|position| format!(", ?{}", position + 3)).collect();
        let names: String = names.iter().map(|name| format!(", {name}")).collect();
        let name = layout::quoted(&table.name);
        let sql = format!("INSERT INTO {name} (id, _creationTime{names}) VALUES (?1, ?2{marks})");
        let mut statement = self.connection.prepare(&sql)?;
        for row in rows {
            let document = if table.is_global() { None } else { Some(SqlValue::Text(row.document())) };
            let columns = table.columns.iter().filter(|_| table.is_global());
            let values = columns.map(|column| encode_column(row.stored(&column.name).as_deref()));
            let own = [SqlValue::Text(row.id().to_owned()), SqlValue::Real(row.creation_time())];
            match statement.execute(params_from_iter(own.into_iter().chain(document).chain(values))) {
                Ok(_) => self.filled += 1,
                Err(error) => {
                    self.refused.push(format!(
                        "{}: {}",
                        table.name,
                        Refusal::of(&table.name, &error).to_json()
                    ));
                }
            }
        }
        Ok(())
    }

    /// How many generated rows were stored.
    pub(crate) fn filled(&self) -> usize {
        self.filled
    }

    /// Why other generated rows were not.
    pub(crate) fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Runs a statement that reads, and counts.
    pub(crate) fn read<T>(
        &mut self,
        sql: &str,
        parameters: &[SqlValue],
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Measured<T>> {
        let plan = self.plan(sql)?;
        self.visits.store(0, Ordering::Relaxed);
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows =
            statement.query_map(params_from_iter(parameters), map)?.collect::<rusqlite::Result<Vec<T>>>()?;
        Ok(Measured { rows, plan, visited: self.visits.load(Ordering::Relaxed) })
    }

    /// Runs a statement that writes; gives how many rows it changed.
    pub(crate) fn write(&self, sql: &str, parameters: &[SqlValue]) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(params_from_iter(parameters))
    }

    /// Begins transactions until so many are open.
    pub(crate) fn enter(&mut self, depth: usize) -> Result<(), EngineError> {
        while self.depth < depth {
            self.execute("SAVEPOINT part", "beginning a transaction")?;
            self.depth += 1;
        }
        Ok(())
    }

    /// Ends transactions until so many are open.
    pub(crate) fn leave(&mut self, depth: usize, is_committed: bool) -> Result<(), EngineError> {
        while self.depth > depth {
            if !is_committed {
                self.execute("ROLLBACK TO part", "rolling back")?;
            }
            self.execute("RELEASE part", "ending a transaction")?;
            self.depth -= 1;
        }
        Ok(())
    }

    fn execute(&self, statement: &str, doing: &str) -> Result<(), EngineError> {
        let run = || self.connection.prepare_cached(statement)?.execute(());
        run().map(drop).map_err(|source| failed(doing, source))
    }

    /// Plans are asked for anew.
    pub(crate) fn forget_plans(&mut self) {
        self.plans.clear();
    }

    /// The plan of a statement, remembered by its text.
    fn plan(&mut self, sql: &str) -> rusqlite::Result<Vec<String>> {
        if let Some(plan) = self.plans.get(sql) {
            return Ok(plan.clone());
        }
        let mut statement = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let unbound = vec![SqlValue::Null; statement.parameter_count()];
        let plan = statement
            .query_map(params_from_iter(unbound), |row| row.get::<_, String>(3))?
            .collect::<rusqlite::Result<Vec<String>>>()?;
        self.plans.insert(sql.to_owned(), plan.clone());
        Ok(plan)
    }
}

/// An error of storage.
pub(crate) fn failed(doing: &str, source: rusqlite::Error) -> EngineError {
    EngineError::Storage { doing: doing.to_owned(), source }
}
