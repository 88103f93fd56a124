//! What a run came to, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use lunora_engine::{CallResult, Job, LogLine, Operation, Outcome, ROOT_SHARD, Site, Trace};
use serde::Serialize;
use serde_json::Value;

use crate::arguments::RunArguments;

/// What a run came to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report<'a> {
    function: &'a str,
    args: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    shard: &'a str,
    rows: u32,
    seed: u64,
    outcome: &'a Outcome,
    tables: Vec<TableUse<'a>>,
    jobs: &'a [Job],
    logs: &'a [LogLine],
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a Trace>,
}

/// What was done with a table.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct TableUse<'a> {
    table: &'a str,
    statements: usize,
    rows_visited: u64,
    rows_returned: u64,
    rows_written: u64,
}

impl<'a> Report<'a> {
    /// What is said of a call.
    pub(super) fn new(
        function: &'a str,
        args: &'a Value,
        arguments: &'a RunArguments,
        result: &'a CallResult,
    ) -> Self {
        let mut tables: BTreeMap<&str, TableUse<'_>> = BTreeMap::new();
        for statement in result.trace.operations.iter().flat_map(|operation| &operation.statements) {
            let used = tables
                .entry(&statement.table)
                .or_insert_with(|| TableUse { table: &statement.table, ..TableUse::default() });
            used.statements += 1;
            used.rows_visited += statement.rows_visited;
            used.rows_returned += statement.rows_returned;
            used.rows_written += statement.rows_written;
        }
        Self {
            function,
            args,
            user: arguments.r#as.as_deref(),
            shard: arguments.shard.as_deref().unwrap_or(ROOT_SHARD),
            rows: arguments.rows,
            seed: arguments.seed,
            outcome: &result.outcome,
            tables: tables.into_values().collect(),
            jobs: &result.jobs,
            logs: &result.logs,
            trace: arguments.trace.then_some(&result.trace),
        }
    }

    /// For people: the result first.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> fmt::Result {
        match self.outcome {
            Outcome::Threw(thrown) => {
                writeln!(text, "threw {} ({}): {}", thrown.code, thrown.status, thrown.message)?;
                for site in &thrown.sites {
                    writeln!(text, "  at {}", place(site))?;
                }
            }
            Outcome::Returned { value } => writeln!(text, "{:#}", value.to_value())?,
            Outcome::NotVerifiable { .. }
            | Outcome::Unsupported { .. }
            | Outcome::Exceeded { .. }
            | Outcome::NeverSettled => {}
        }
        let user = self.user.unwrap_or("nobody");
        writeln!(text, "\n{}({}) as {user} in {}", self.function, self.args, self.shard)?;
        for used in &self.tables {
            self.write_table(used, text)?;
        }
        if self.tables.is_empty() {
            writeln!(text, "  neither read nor wrote anything")?;
        }
        for job in self.jobs {
            let name = job.key.as_deref().or(job.workflow.as_deref()).unwrap_or("something");
            writeln!(text, "  scheduled {name}({})", job.args)?;
        }
        for line in self.logs {
            writeln!(text, "  logged {}: {}", line.level, line.text)?;
        }
        writeln!(text, "  on {} generated rows a table, seed {}", self.rows, self.seed)?;
        if let Some(trace) = self.trace {
            for operation in &trace.operations {
                write_operation(operation, text)?;
            }
        }
        Ok(())
    }

    fn write_table(&self, used: &TableUse<'_>, text: &mut String) -> fmt::Result {
        let mut parts = Vec::new();
        if used.rows_visited > 0 || used.rows_written == 0 {
            parts.push(format!("{} visited, {} returned", used.rows_visited, used.rows_returned));
        }
        if used.rows_written > 0 {
            parts.push(format!("{} written", used.rows_written));
        }
        let statements = if used.statements == 1 { "statement" } else { "statements" };
        writeln!(text, "  {}: {} in {} {statements}", used.table, parts.join(", "), used.statements)
    }
}

fn write_operation(operation: &Operation, text: &mut String) -> fmt::Result {
    let table = operation.table.as_deref().unwrap_or("?");
    let index = operation.named_index.as_ref().map(|index| format!(" by {index}")).unwrap_or_default();
    let at = operation.sites.first().map(|site| format!(" at {}", place(site))).unwrap_or_default();
    writeln!(text, "\n{} {table}{index}{at}: {} returned", operation.method, operation.rows_returned)?;
    for statement in &operation.statements {
        let action = format!("{:?}", statement.action).to_lowercase();
        let written = statement.rows_written;
        let rows = if written > 0 {
            format!("{written} written")
        } else {
            format!("{} visited, {} returned", statement.rows_visited, statement.rows_returned)
        };
        writeln!(text, "  {action} {}: {rows}", statement.table)?;
        for line in &statement.plan {
            writeln!(text, "    {line}")?;
        }
    }
    Ok(())
}

fn place(site: &Site) -> String {
    format!("{}:{}:{}", site.file, site.line, site.column)
}
