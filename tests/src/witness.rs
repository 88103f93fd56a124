//! What was seen at run time, against what the analyzer claims of the same procedure.

use lunora_engine::{Action, Operation, Schema, Statement};
use lunora_project::access::{
    AccessPath, Condition, Direction, Indeterminacy, Limit, Operator, Range, Read, TableName, Write,
};
use lunora_project::{Place, ProcedureId, ProcedureKind, Project};
use lunora_source::LineIndex;
use rustc_hash::FxHashMap;

/// A line and a column, both from 1.
type Position = (u32, u32);

/// What an operation is among the claims of its procedure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// An access of that procedure at that place says what it did: table, index, bounds, conditions, order, limit.
    Claimed,
    /// An access at that place says that something of it can't be told.
    Indeterminate,
    /// No access says it, and none says that it can't be told.
    Missed(String),
}

/// The accesses of a project, by the places that they have in the source.
pub struct Claims<'a> {
    project: &'a Project,
    schema: &'a Schema,
    by_file: FxHashMap<&'a str, Vec<Area<'a>>>,
}

struct Area<'a> {
    start: Position,
    end: Position,
    claim: Claim<'a>,
}

#[derive(Clone, Copy)]
enum Claim<'a> {
    Read(&'a Read),
    Write(&'a Write),
}

impl<'a> Claims<'a> {
    /// All claims of a project, whose schema is what running it built.
    #[must_use]
    pub fn of(project: &'a Project, schema: &'a Schema) -> Self {
        let mut claims = Self { project, schema, by_file: FxHashMap::default() };
        for read in &project.reads {
            claims.add(read.place, Claim::Read(read));
        }
        for write in &project.writes {
            claims.add(write.place, Claim::Write(write));
        }
        claims
    }

    /// What an operation of a trace is among the claims.
    #[must_use]
    pub fn judge(&self, operation: &Operation) -> Verdict {
        let claims = self.around(operation);
        if claims.is_empty() {
            return Verdict::Missed("nothing is claimed there".to_owned());
        }
        let mut worst = None;
        let mut is_indeterminate = false;
        for claim in claims {
            let verdict = match claim {
                Claim::Read(read) if !writes(operation) => self.judge_read(read, operation),
                Claim::Write(write) => self.judge_write(write, operation),
                Claim::Read(_) => Verdict::Missed("a read is claimed where it writes".to_owned()),
            };
            match verdict {
                Verdict::Claimed => return Verdict::Claimed,
                Verdict::Indeterminate => is_indeterminate = true,
                missed @ Verdict::Missed(_) => worst = Some(missed),
            }
        }
        if is_indeterminate {
            return Verdict::Indeterminate;
        }
        worst.unwrap_or(Verdict::Indeterminate)
    }

    fn add(&mut self, place: Place, claim: Claim<'a>) {
        let file = self.project.file(place.file);
        let lines = LineIndex::new(&file.text);
        let span = self.project.span(place);
        let (start, end) = (lines.utf16(span.start), lines.utf16(span.end));
        let area = Area { start: (start.line, start.column), end: (end.line, end.column), claim };
        self.by_file.entry(file.relative.as_str()).or_default().push(area);
    }

    /// The claims at the places from which an operation was asked for.
    fn around(&self, operation: &Operation) -> Vec<Claim<'a>> {
        let sites = operation.sites.iter().chain(&operation.opened);
        let mut found = Vec::new();
        for site in sites {
            let position = (site.line, site.column);
            let areas = self.by_file.get(site.file.as_str()).into_iter().flatten();
            found.extend(
                areas.filter(|area| area.start <= position && position <= area.end).map(|area| area.claim),
            );
        }
        found
    }

    /// Whether a procedure is the one that an operation was run by. What triggers and policies do belongs to those.
    fn is_runner(&self, id: ProcedureId, operation: &Operation) -> bool {
        let procedure = self.project.procedure(id);
        match procedure.kind {
            ProcedureKind::Trigger => operation.cause.is_some(),
            ProcedureKind::Policy => true,
            _ => {
                operation.cause.is_none() && operation.path.last().is_some_and(|last| *last == procedure.name)
            }
        }
    }

    fn judge_read(&self, read: &Read, operation: &Operation) -> Verdict {
        let own = read
            .paths
            .iter()
            .filter(|path| path.reached_from.iter().any(|id| self.is_runner(*id, operation)));
        let mut verdict = Verdict::Missed(format!("no such read is claimed of {:?}", operation.path.last()));
        for path in own {
            match self.judge_path(path, operation) {
                Verdict::Claimed => return Verdict::Claimed,
                Verdict::Indeterminate => verdict = Verdict::Indeterminate,
                missed @ Verdict::Missed(_) if verdict != Verdict::Indeterminate => verdict = missed,
                Verdict::Missed(_) => {}
            }
        }
        verdict
    }

    fn judge_path(&self, path: &AccessPath, operation: &Operation) -> Verdict {
        if let Some(table) = table_of(operation)
            && !path.tables.iter().any(|one| one.name == table)
        {
            return unless(!path.is_table_known, format!("`{table}` is not among {:?}", names(&path.tables)));
        }
        if !path.is_table_known && path.tables.is_empty() {
            return Verdict::Indeterminate;
        }
        match self.difference(path, operation) {
            None => Verdict::Claimed,
            Some(difference) => {
                unless(path.unknown.iter().any(|unknown| *unknown != Indeterminacy::Table), difference)
            }
        }
    }

    /// Where an operation differs from what a path says of it.
    fn difference(&self, path: &AccessPath, operation: &Operation) -> Option<String> {
        let method = if operation.method == "for await" { "iterate" } else { &operation.method };
        if path.method != method {
            return Some(format!("it is `{method}`, claimed is `{}`", path.method));
        }
        let statement = main_statement(operation)?;
        if statement.is_simulated {
            return None;
        }
        let claimed =
            path.index.as_ref().and_then(|index| index.name.as_ref()).map(|(name, _)| name.as_str());
        if operation.named_index.as_deref() != claimed {
            return Some(format!("it names the index {:?}, claimed is {claimed:?}", operation.named_index));
        }
        let observed = self.conditions(statement);
        path.index
            .as_ref()
            .and_then(|index| bounds_differ(&index.range, &observed))
            .or_else(|| selection_differs(path, &observed))
            .or_else(|| order_differs(path, statement))
            .or_else(|| limit_differs(path, operation))
    }

    /// The conditions that the code gave, as column and operator; what hides deleted rows is not among them.
    fn conditions(&self, statement: &Statement) -> Vec<(String, &'static str)> {
        let table = self.schema.table(&statement.table);
        let marker = table.and_then(|table| table.soft_delete_field.as_deref());
        let mut conditions: Vec<(String, &'static str)> = statement
            .conditions
            .iter()
            .map(|condition| (condition.column.clone(), plain(condition.operator)))
            .collect();
        if conditions.last().is_some_and(|(column, operator)| *operator == "eq" && marker == Some(column)) {
            conditions.pop();
        }
        conditions
    }

    fn judge_write(&self, write: &Write, operation: &Operation) -> Verdict {
        let Some(table) = table_of(operation) else {
            return if write.is_table_known { Verdict::Claimed } else { Verdict::Indeterminate };
        };
        let index = write.tables.iter().position(|one| one.name == table);
        let writers = index.and_then(|index| write.table_writers.get(index));
        if writers.is_some_and(|writers| writers.iter().any(|id| self.is_runner(*id, operation))) {
            return Verdict::Claimed;
        }
        let reaches = write.reached_from.iter().any(|reach| self.is_runner(reach.procedure, operation));
        if reaches && !write.is_table_known {
            return Verdict::Indeterminate;
        }
        Verdict::Missed(format!(
            "the write of `{table}` is not claimed of {:?}; claimed are {:?}",
            operation.path.last(),
            names(&write.tables)
        ))
    }
}

fn unless(is_indeterminate: bool, difference: String) -> Verdict {
    if is_indeterminate { Verdict::Indeterminate } else { Verdict::Missed(difference) }
}

fn names(tables: &[TableName]) -> Vec<&str> {
    tables.iter().map(|table| table.name.as_str()).collect()
}

fn writes(operation: &Operation) -> bool {
    operation.statements.iter().any(|statement| statement.rows_written > 0)
}

/// The table that an operation is about: the one that the code names, else the one in which its id was found.
fn table_of(operation: &Operation) -> Option<&str> {
    let found = || {
        let lookups = operation.statements.iter().filter(|statement| statement.action == Action::Lookup);
        lookups.into_iter().find(|lookup| lookup.rows_returned > 0).map(|lookup| lookup.table.as_str())
    };
    operation.table.as_deref().or_else(found)
}

/// The statement that reads what the operation is about: relations that it loads or tests have statements of their own.
fn main_statement(operation: &Operation) -> Option<&Statement> {
    let reads = |statement: &&Statement| {
        matches!(statement.action, Action::Read | Action::Aggregate)
            && Some(&statement.table) == operation.table.as_ref()
    };
    operation.statements.iter().find(reads)
}

fn plain(operator: &'static str) -> &'static str {
    if operator == "isNull" { "eq" } else { operator }
}

fn word(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "eq",
        Operator::In => "in",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "gte",
        Operator::Less => "lt",
        Operator::LessOrEqual => "lte",
    }
}

fn bounds_differ(range: &Range, observed: &[(String, &'static str)]) -> Option<String> {
    let claimed: Vec<(&str, &str)> = match range {
        Range::Indeterminate => return None,
        Range::Absent => Vec::new(),
        Range::Known(bounds) => bounds
            .iter()
            .map(|bound| {
                (bound.column.as_ref().map_or("?", |column| column.name.as_str()), word(bound.operator))
            })
            .collect(),
    };
    let agrees = claimed.len() == observed.len()
        && claimed.iter().zip(observed).all(|(claimed, observed)| {
            (claimed.0 == "?" || claimed.0 == observed.0) && claimed.1 == observed.1
        });
    (!agrees).then(|| format!("its range is {observed:?}, claimed is {claimed:?}"))
}

/// What surely holds was asked; and what was asked is among what may hold, where all of that is known.
fn selection_differs(path: &AccessPath, observed: &[(String, &'static str)]) -> Option<String> {
    if path.index.is_some() || !path.relations.is_empty() {
        return None;
    }
    let claimed = &path.selection.conditions;
    let is = |condition: &Condition, (column, operator): &(String, &'static str)| {
        condition.column == *column && word(condition.operator) == *operator
    };
    let absent = claimed.iter().filter(|condition| !condition.is_conditional);
    if let Some(condition) =
        absent.into_iter().find(|condition| !observed.iter().any(|one| is(condition, one)))
    {
        return Some(format!("no condition on `{}` was seen in {observed:?}", condition.column));
    }
    let is_complete = !path.selection.is_open;
    let is_servable = |(_, operator): &&(String, &'static str)| !matches!(*operator, "ne" | "contains");
    let mut unclaimed = observed.iter().filter(is_servable);
    let extra = unclaimed.find(|one| is_complete && !claimed.iter().any(|condition| is(condition, one)))?;
    Some(format!("the condition {extra:?} is not claimed"))
}

fn order_differs(path: &AccessPath, statement: &Statement) -> Option<String> {
    let claimed = path.order_by.iter().map(|field| field.name.as_str());
    let observed: Vec<&str> = statement.order.iter().map(|key| key.column.as_str()).collect();
    if !claimed.clone().zip(&observed).all(|(claimed, observed)| claimed == *observed) {
        return Some(format!("its order is {observed:?}, claimed is {:?}", claimed.collect::<Vec<_>>()));
    }
    let descends = statement.order.first().is_some_and(|key| key.is_descending);
    let claimed = path.direction.filter(|_| path.order_by.is_empty())?;
    ((claimed == Direction::Descending) != descends).then(|| format!("its direction is not {claimed:?}"))
}

fn limit_differs(path: &AccessPath, operation: &Operation) -> Option<String> {
    let Limit::Constant(limit) = path.limit else { return None };
    #[expect(clippy::cast_precision_loss, reason = "a number of rows")]
    let returned = operation.rows_returned as f64;
    (returned > limit).then(|| format!("it gave {returned} rows, claimed are at most {limit}"))
}
