//! One SQLite database, and how its statements are measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, Row, params_from_iter};
use rustc_hash::FxHashMap;

use crate::error::EngineError;
use crate::schema::Table;
use crate::storage::layout;

/// The SQL function that counts.
pub(crate) const VISIT: &str = "lunora_visit()";

/// One database.
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
    /// Whether transactions are part of one that will be undone.
    is_rehearsal: bool,
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
    /// An empty database with these tables.
    pub(crate) fn new<'a>(tables: impl Iterator<Item = &'a Table>) -> Result<Self, EngineError> {
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
        for table in tables {
            for statement in layout::statements(table) {
                connection
                    .execute_batch(&statement)
                    .map_err(|source| failed(&format!("laying out table {}", table.name), source))?;
            }
        }
        Ok(Self { connection, visits, plans: FxHashMap::default(), is_rehearsal: false })
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

    /// Begins, commits or rolls back.
    pub(crate) fn transaction(&self, statement: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch(match statement {
            _ if !self.is_rehearsal => statement,
            "BEGIN" => "SAVEPOINT part",
            "COMMIT" => "RELEASE part",
            _ => "ROLLBACK TO part; RELEASE part",
        })
    }

    /// Rolls back if a transaction is open that nobody else will undo.
    pub(crate) fn abandon_transaction(&self) -> Result<(), EngineError> {
        if self.is_rehearsal || self.connection.is_autocommit() {
            return Ok(());
        }
        self.transaction("ROLLBACK").map_err(|source| failed("rolling back", source))
    }

    /// From here on, every transaction is part of one that will be undone.
    pub(crate) fn begin_rehearsal(&mut self) -> Result<(), EngineError> {
        self.transaction("BEGIN").map_err(|source| failed("beginning a rehearsal", source))?;
        self.is_rehearsal = true;
        Ok(())
    }

    /// Undoes what was written since the rehearsal began.
    pub(crate) fn end_rehearsal(&mut self) -> Result<(), EngineError> {
        self.is_rehearsal = false;
        self.abandon_transaction()
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
