//! What the runtime asks of the host: the database, the clock, randomness, and the trace.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rquickjs::{Ctx, Function, Object};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::database::{self, Answer, Refusal};
use crate::options::Switches;
use crate::outcome::{Job, LogLine};
use crate::storage::Storage;
use crate::trace::{Operation, Statement};

/// The state behind the runtime's functions.
pub(crate) struct Host {
    /// The databases.
    pub(crate) storage: Storage,
    /// Randomness; ids too.
    pub(crate) random: fastrand::Rng,
    /// The virtual clock, in milliseconds since the epoch.
    pub(crate) now: f64,
    /// What the present call has done.
    pub(crate) record: Record,
    /// The jobs of earlier calls that wait for their time.
    pub(crate) pending: Vec<Job>,
    /// The steps that the present call has taken.
    pub(crate) steps: Rc<Cell<u64>>,
}

/// So many operations count as one more step: they take time and memory that the machine's own steps don't show.
const OPERATIONS_PER_STEP: usize = 5;

/// What a call has done so far.
#[derive(Default)]
pub(crate) struct Record {
    /// Its operations, with the stacks of the code that asked.
    pub(crate) operations: Vec<Recorded>,
    /// The jobs that it scheduled.
    pub(crate) jobs: Vec<Job>,
    /// What it logged.
    pub(crate) logs: Vec<LogLine>,
}

/// An operation and where it comes from.
pub(crate) struct Recorded {
    /// The operation, without sites.
    pub(crate) operation: Operation,
    /// The stack of the method.
    pub(crate) stack: String,
    /// The stack of the reader's making.
    pub(crate) opened: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begin {
    surface: String,
    method: String,
    #[serde(default)]
    table: Option<String>,
    #[serde(default)]
    named_index: Option<String>,
    #[serde(default)]
    opened: Option<String>,
    stack: String,
    shard: String,
    path: Vec<String>,
    #[serde(default)]
    cause: Option<usize>,
}

#[derive(Deserialize)]
struct OperationNumber {
    operation: usize,
}

#[derive(Deserialize)]
struct Transaction {
    shard: String,
    action: TransactionAction,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum TransactionAction {
    Begin,
    Commit,
    Rollback,
}

type SharedHost = Rc<RefCell<Host>>;

/// Puts the host's functions on an object that the runtime takes.
pub(crate) fn bind<'js>(
    context: &Ctx<'js>,
    host: &SharedHost,
    switches: Switches,
) -> rquickjs::Result<Object<'js>> {
    let object = Object::new(context.clone())?;
    object.set("switches", serde_json::to_string(&switches).unwrap_or_default())?;
    bind_database(context, host, &object)?;
    bind_trace(context, host, &object)?;
    bind_environment(context, host, &object)?;
    Ok(object)
}

fn bind_database<'js>(context: &Ctx<'js>, host: &SharedHost, object: &Object<'js>) -> rquickjs::Result<()> {
    request(context, host, object, "select", database::select)?;
    request(context, host, object, "aggregate", database::aggregate)?;
    request(context, host, object, "fetch", database::fetch)?;
    request(context, host, object, "insert", database::insert)?;
    request(context, host, object, "update", database::update)?;
    request(context, host, object, "remove", database::remove)?;
    let own = Rc::clone(host);
    let transaction = move |text: String| answer(transact(&mut own.borrow_mut(), &text));
    object.set("transaction", Function::new(context.clone(), transaction)?)?;
    let own = Rc::clone(host);
    let sequence = move |shard: String| own.borrow_mut().storage.next_sequence(&shard);
    object.set("sequence", Function::new(context.clone(), sequence)?)?;
    let own = Rc::clone(host);
    let schedule = move |text: String| answer(schedule(&mut own.borrow_mut(), &text));
    object.set("schedule", Function::new(context.clone(), schedule)?)?;
    let own = Rc::clone(host);
    object.set("pending", Function::new(context.clone(), move || pending(&own.borrow()))?)?;
    let own = Rc::clone(host);
    object
        .set("cancel", Function::new(context.clone(), move |id: String| cancel(&mut own.borrow_mut(), &id))?)
}

fn bind_trace<'js>(context: &Ctx<'js>, host: &SharedHost, object: &Object<'js>) -> rquickjs::Result<()> {
    let own = Rc::clone(host);
    let begin = move |text: String| {
        let host = &mut *own.borrow_mut();
        let number = begin(&mut host.record, &text);
        if number.is_multiple_of(OPERATIONS_PER_STEP) {
            host.steps.set(host.steps.get() + 1);
        }
        number
    };
    object.set("begin", Function::new(context.clone(), begin)?)?;
    let own = Rc::clone(host);
    let end = move |operation: usize, rows: f64| end(&mut own.borrow_mut().record, operation, rows);
    object.set("end", Function::new(context.clone(), end)?)?;
    let own = Rc::clone(host);
    let log = move |level: String, text: String| own.borrow_mut().record.logs.push(LogLine { level, text });
    object.set("log", Function::new(context.clone(), log)?)
}

fn bind_environment<'js>(
    context: &Ctx<'js>,
    host: &SharedHost,
    object: &Object<'js>,
) -> rquickjs::Result<()> {
    let own = Rc::clone(host);
    object.set("now", Function::new(context.clone(), move || own.borrow().now)?)?;
    let own = Rc::clone(host);
    let advance = move |milliseconds: f64| own.borrow_mut().now += milliseconds.max(0.0).floor();
    object.set("advance", Function::new(context.clone(), advance)?)?;
    let own = Rc::clone(host);
    object.set("random", Function::new(context.clone(), move || own.borrow_mut().random.f64())?)?;
    let encode = |bytes: Vec<u8>| BASE64_STANDARD.encode(bytes);
    object.set("base64Encode", Function::new(context.clone(), encode)?)?;
    let decode = |text: String| BASE64_STANDARD.decode(text).unwrap_or_default();
    object.set("base64Decode", Function::new(context.clone(), decode)?)
}

/// Binds a request to the database whose statements belong to an operation.
fn request<'js, R: DeserializeOwned + 'static>(
    context: &Ctx<'js>,
    host: &SharedHost,
    object: &Object<'js>,
    name: &'static str,
    run: fn(&mut Storage, &R) -> Result<Answer, Refusal>,
) -> rquickjs::Result<()> {
    let own = Rc::clone(host);
    let function = move |text: String| answer(perform(&mut own.borrow_mut(), &text, run));
    object.set(name, Function::new(context.clone(), function)?)
}

fn perform<R: DeserializeOwned>(
    host: &mut Host,
    text: &str,
    run: fn(&mut Storage, &R) -> Result<Answer, Refusal>,
) -> Result<String, Refusal> {
    let request: R = parse(text)?;
    let OperationNumber { operation } = parse(text)?;
    let Answer { json, statements } = run(&mut host.storage, &request)?;
    if let Some(recorded) = host.record.operations.get_mut(operation) {
        recorded.operation.statements.extend(statements);
    }
    Ok(json)
}

fn transact(host: &mut Host, text: &str) -> Result<String, Refusal> {
    let Transaction { shard, action } = parse(text)?;
    let shard = host.storage.shard(&shard);
    match action {
        TransactionAction::Begin => shard.begin(),
        TransactionAction::Commit => shard.end(true)?,
        TransactionAction::Rollback => shard.end(false)?,
    }
    Ok("true".to_owned())
}

fn schedule(host: &mut Host, text: &str) -> Result<String, Refusal> {
    host.record.jobs.push(parse(text)?);
    Ok("true".to_owned())
}

fn pending(host: &Host) -> String {
    let jobs: Vec<&Job> = host.pending.iter().chain(&host.record.jobs).collect();
    serde_json::to_string(&jobs).unwrap_or_default()
}

fn cancel(host: &mut Host, id: &str) {
    host.pending.retain(|job| job.id != id);
    host.record.jobs.retain(|job| job.id != id);
}

fn begin(record: &mut Record, text: &str) -> usize {
    let number = record.operations.len();
    let Ok(entry) = serde_json::from_str::<Begin>(text) else {
        return number;
    };
    let operation = Operation {
        path: entry.path,
        method: entry.method,
        surface: entry.surface,
        table: entry.table,
        named_index: entry.named_index,
        shard: entry.shard,
        cause: entry.cause,
        sites: Vec::new(),
        opened: Vec::new(),
        statements: Vec::new(),
        rows_returned: 0,
    };
    record.operations.push(Recorded { operation, stack: entry.stack, opened: entry.opened });
    number
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length of an array in JavaScript"
)]
fn end(record: &mut Record, operation: usize, rows: f64) {
    let Some(recorded) = record.operations.get_mut(operation) else {
        return;
    };
    let rows = rows.max(0.0) as u64;
    recorded.operation.rows_returned = rows;
    let simulated =
        |statement: &&mut Statement| statement.is_simulated && statement.action == crate::trace::Action::Read;
    for statement in recorded.operation.statements.iter_mut().filter(simulated) {
        statement.rows_visited = rows;
        statement.rows_returned = rows;
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| Refusal::Internal(format!("a request is malformed: {error}")))
}

/// What the runtime reads: JSON that is passed on as it is, or a refusal.
fn answer(result: Result<String, Refusal>) -> String {
    match result {
        Ok(json) => format!(r#"{{"ok":{json}}}"#),
        Err(refusal) => json!({ "error": refusal.to_json() }).to_string(),
    }
}
