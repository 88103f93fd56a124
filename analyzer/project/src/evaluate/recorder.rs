//! What a recording run notes down beside evaluating: every place that names a table or a column.
//!
//! An ordinary link has no [`Recorder`]: each hook is one look at an empty option. A recording run also goes where no run would go
//! (`beyond.rs`), since a name that is overlooked breaks a rename.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{FileId, FunctionId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::declaration::{DeclarationValue, RegistrationValue, ValidatorValue};
use super::effect::WriteEffect;
use super::interpreter::Interpreter;
use super::origin::{Data, Dependence};
use super::read::{ReadKey, ReaderValue, Tables};
use super::statements::Completion;
use super::value::{Closure, ObjectValue, StringValue, Value};
use crate::place::{Place, Site};
use crate::procedure::Procedure;

/// What has been noted so far.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) notes: Vec<Note>,
    /// Every write with what its call was given.
    pub(crate) writes: Vec<RecordedWrite>,
    /// Middleware and owners that name tables: `mask(…)`, `defineModule(…)`.
    pub(crate) declarations: Vec<Rc<DeclarationValue>>,
    /// The argument validators of each procedure.
    pub(crate) inputs: Vec<(String, Value)>,
    /// What builders say that a procedure returns.
    pub(crate) registrations: Vec<(String, Rc<RegistrationValue>)>,
    /// What the handlers of each procedure return.
    pub(crate) results: Vec<(Procedure, Vec<Value>)>,
    /// What the database method that is being called was given.
    call: Option<RecordedCall>,
    pub(super) evaluated: FxHashSet<(FileId, FunctionId)>,
    pub(super) closures: FxHashMap<(FileId, FunctionId), Rc<Closure>>,
}

/// A write with what its call was given.
pub(crate) struct RecordedWrite {
    pub(crate) effect: Rc<WriteEffect>,
    pub(crate) call: RecordedCall,
}

/// What a method of the database was given.
#[derive(Clone)]
pub(crate) struct RecordedCall {
    pub(crate) surface: CallSurface,
    pub(crate) arguments: Vec<Value>,
}

/// Which of the database's surfaces a method belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CallSurface {
    Flat,
    Facade,
    Orm,
}

/// A name and where it is written.
#[derive(Clone, Debug)]
pub(crate) struct Spot {
    pub(crate) name: EcoString,
    /// Where the name itself is written, if it is.
    pub(crate) place: Option<Place>,
    /// Where it is used.
    pub(crate) at: Place,
}

/// One thing that was noted.
#[derive(Clone, Debug)]
pub(crate) enum Note {
    /// A column of a row is read, or set on it.
    Column { spot: Spot, tables: Tables, is_write: bool },
    /// Something that is made of rows of these reads has a part that may be a column.
    Derived { spot: Spot, reads: Vec<ReadKey> },
    /// A string beside rows, handed to code that can't be followed.
    Beside { spot: Spot, tables: Tables },
    /// A column whose name is computed.
    AnyColumn { at: Place, tables: Tables },
    /// A table is named where nothing is read or written.
    Table { spot: Spot },
    /// A fluent read as far as it goes, whether or not it is ever run.
    Reader { reader: Rc<ReaderValue> },
    /// A procedure is named by a string.
    Procedure { spot: Spot },
    /// Rows leave as a whole for another procedure.
    HandedOn { at: Place, tables: Tables },
    /// An edge of `related(…)`: `table.column`.
    Edge { spot: Spot },
    /// An index is named without its table.
    Index { spot: Spot },
    /// Evaluation gave up here.
    GaveUp { at: Place },
}

impl Interpreter<'_> {
    /// Notes down names from here on.
    pub(crate) fn start_recording(&mut self) {
        self.recorder = Some(Box::default());
        self.fuel = self.fuel.saturating_mul(4);
    }

    /// What was noted; the interpreter goes on without noting more.
    pub(crate) fn stop_recording(&mut self) -> Recorder {
        self.recorder.take().map(|recorder| *recorder).unwrap_or_default()
    }

    /// Whether names are noted. Hooks on hot paths ask this first, so that an ordinary link calls nothing.
    #[inline]
    pub(super) fn is_recording(&self) -> bool {
        self.recorder.is_some()
    }

    /// A member of something is named at a place.
    pub(super) fn note_member(&mut self, value: &Value, name: &str, place: Place, is_write: bool) {
        if self.recorder.is_some() {
            let spot = Spot { name: EcoString::from(name), place: Some(place), at: place };
            self.note_part(value, &spot, is_write);
        }
    }

    /// `value[index]` and `{ [index]: x } = value`.
    pub(super) fn note_index(&mut self, value: &Value, index: &Value, at: Place) {
        if self.recorder.is_none() {
            return;
        }
        if value.alternatives().iter().any(|value| matches!(value, Value::Database(_))) {
            self.note_table(index, at);
        }
        for index in index.alternatives() {
            match index {
                Value::String(name) => {
                    let spot = Spot { name: name.text.clone(), place: name.place, at };
                    self.note_part(value, &spot, false);
                }
                Value::Number(_) => {}
                _ => {
                    for value in value.alternatives() {
                        if let Some(row) = value.as_row() {
                            let tables = row.tables.clone();
                            self.note(Note::AnyColumn { at, tables });
                        }
                    }
                }
            }
        }
    }

    /// A method of the database is called.
    pub(super) fn note_call(&mut self, receiver: &Value, arguments: &[Value], at: Site) {
        let Some(recorder) = &mut self.recorder else { return };
        let surface = match receiver {
            Value::Database(_) => CallSurface::Flat,
            Value::Orm(_) => CallSurface::Orm,
            _ => CallSurface::Facade,
        };
        recorder.call = Some(RecordedCall { surface, arguments: arguments.to_vec() });
        if let Value::Database(_) = receiver {
            // Of literals with the same text, tables keep one place.
            for argument in arguments.iter().filter(|argument| matches!(argument, Value::OneOf(_))) {
                self.note_table(argument, at.place());
            }
            if let Some(options) = arguments.get(1) {
                self.note_edges(options, at.place());
            }
        }
    }

    /// A write, with what its call was given.
    pub(super) fn note_write(&mut self, effect: &Rc<WriteEffect>) {
        if let Some(recorder) = &mut self.recorder
            && let Some(call) = recorder.call.clone()
        {
            recorder.writes.push(RecordedWrite { effect: Rc::clone(effect), call });
        }
    }

    /// A table is named where nothing is read or written: `normalizeId("t", …)`.
    pub(super) fn note_table(&mut self, value: &Value, at: Place) {
        if self.recorder.is_none() {
            return;
        }
        for value in value.alternatives() {
            if let Value::String(name) = value {
                let spot = Spot { name: name.text.clone(), place: name.place, at };
                self.note(Note::Table { spot });
            }
        }
    }

    /// A link of a fluent read.
    pub(super) fn note_reader(&mut self, reader: &ReaderValue) {
        if self.recorder.is_some() {
            self.note(Note::Reader { reader: Rc::new(reader.clone()) });
        }
    }

    /// A member that is a table: `ctx.db.t`.
    pub(super) fn note_facade(&mut self, value: &Value, at: Place) {
        if self.recorder.is_none() {
            return;
        }
        for value in value.alternatives() {
            if let Value::Facade(facade) = value {
                for name in facade.tables.names.iter() {
                    let spot = Spot { name: name.text.clone(), place: name.place, at };
                    self.note(Note::Table { spot });
                }
            }
        }
    }

    /// What a dispatch names, if that is a string.
    pub(super) fn note_dispatch(&mut self, target: Option<&Value>) {
        if let (true, Some(Value::String(StringValue { text, place: Some(place) }))) =
            (self.recorder.is_some(), target)
        {
            let spot = Spot { name: text.clone(), place: Some(*place), at: *place };
            self.note(Note::Procedure { spot });
        }
    }

    /// An index is named by the first argument of a search in vectors.
    pub(super) fn note_vector_search(&mut self, path: &str, arguments: &[Value]) {
        if self.recorder.is_some()
            && path.starts_with("vectors")
            && let Some(Value::String(StringValue { text, place: Some(place) })) = arguments.first()
        {
            let spot = Spot { name: text.clone(), place: Some(*place), at: *place };
            self.note(Note::Index { spot });
        }
    }

    /// Middleware, or another declaration that names tables.
    pub(super) fn note_declaration(&mut self, declaration: &Rc<DeclarationValue>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.declarations.push(Rc::clone(declaration));
        }
    }

    /// The argument validators of a procedure.
    pub(crate) fn note_inputs(&mut self, procedure: &str, input: &Value) {
        if let Some(recorder) = &mut self.recorder {
            recorder.inputs.push((procedure.to_owned(), input.clone()));
        }
    }

    /// The builder of a procedure.
    pub(crate) fn note_registration(&mut self, procedure: &str, registration: &RegistrationValue) {
        if let Some(recorder) = &mut self.recorder {
            recorder.inputs.push((procedure.to_owned(), registration.input.clone()));
            recorder.registrations.push((procedure.to_owned(), Rc::new(registration.clone())));
        }
    }

    /// What the handlers of a procedure return.
    pub(crate) fn note_results(&mut self, procedure: &Procedure, results: impl Iterator<Item = Value>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.results.push((procedure.clone(), results.collect()));
        }
    }

    /// Rows that are arguments of another procedure.
    pub(super) fn note_handed_on(&mut self, value: Option<&Value>, at: Place) {
        if let (true, Some(value)) = (self.recorder.is_some(), value) {
            let mut found = Vec::new();
            tables_of_rows(value, 0, &mut found);
            for tables in found {
                self.note(Note::HandedOn { at, tables });
            }
        }
    }

    /// Values that go to code that can't be followed: strings beside rows may name their columns.
    pub(super) fn note_escape(&mut self, arguments: &[Value]) {
        if self.recorder.is_none() {
            return;
        }
        let mut rows = Vec::new();
        arguments.iter().for_each(|argument| tables_of_rows(argument, 0, &mut rows));
        if rows.is_empty() {
            return;
        }
        let strings = arguments.iter().flat_map(|argument| match argument {
            Value::Array(array) => array.items.as_slice(),
            argument => std::slice::from_ref(argument),
        });
        let spots: Vec<Spot> = strings
            .filter_map(Value::as_str)
            .filter_map(|name| Some(Spot { name: name.text.clone(), place: name.place, at: name.place? }))
            .collect();
        for spot in spots {
            for tables in &rows {
                self.note(Note::Beside { spot: spot.clone(), tables: tables.clone() });
            }
        }
    }

    /// What a function gets that code which can't be followed may call: something that is made of what went there with it.
    pub(super) fn escaped_argument(&self, arguments: &[Value]) -> Value {
        if self.recorder.is_none() {
            return Value::OPAQUE;
        }
        let dependence = Dependence::on_all(arguments);
        if dependence.reads.is_empty() { Value::OPAQUE } else { dependence.computed() }
    }

    /// Evaluation gives up on a call.
    pub(super) fn note_limit(&mut self, function: Place) {
        self.note(Note::GaveUp { at: function });
    }

    /// A function that is being evaluated.
    pub(super) fn note_evaluated(&mut self, closure: &Closure) {
        if let Some(recorder) = &mut self.recorder {
            recorder.evaluated.insert((closure.file, closure.function));
        }
    }

    /// A function that may never be called.
    pub(super) fn note_closure(&mut self, closure: &Rc<Closure>) {
        if let Some(recorder) = &mut self.recorder {
            recorder.closures.entry((closure.file, closure.function)).or_insert_with(|| Rc::clone(closure));
        }
    }

    /// Evaluates, in a recording run only, something that no run does; nothing that it assigns lasts.
    pub(super) fn if_recording(&mut self, evaluate: impl FnOnce(&mut Self) -> Completion) {
        if self.recorder.is_some() {
            self.speculate(evaluate);
        }
    }

    fn note_part(&mut self, value: &Value, spot: &Spot, is_write: bool) {
        match value {
            Value::OneOf(values) => values.iter().for_each(|value| self.note_part(value, spot, is_write)),
            Value::Row(row) => {
                self.note(Note::Column { spot: spot.clone(), tables: row.tables.clone(), is_write });
            }
            Value::Object(object) if object.get(&spot.name).is_none() => {
                if let Some(base) = &object.base {
                    self.note_part(base, spot, is_write);
                }
            }
            Value::Data(data) => {
                if let Data::Computed { dependence, .. } = &**data
                    && !dependence.reads.is_empty()
                {
                    self.note(Note::Derived { spot: spot.clone(), reads: dependence.reads.clone() });
                }
            }
            _ => {}
        }
    }

    fn note_edges(&mut self, options: &Value, at: Place) {
        let Some(Value::Array(edges)) = options.as_object().and_then(|options| options.value("edges")) else {
            return;
        };
        let edges = Rc::clone(edges);
        for edge in edges.items.iter().filter_map(Value::as_str) {
            let spot = Spot { name: edge.text.clone(), place: edge.place, at };
            self.note(Note::Edge { spot });
        }
    }

    fn note(&mut self, note: Note) {
        if let Some(recorder) = &mut self.recorder {
            recorder.notes.push(note);
        }
    }
}

/// The properties that a validator of objects lists.
pub(crate) fn object_shape(validator: &ValidatorValue) -> Option<&Rc<ObjectValue>> {
    match (&*validator.kind, validator.parts.first()) {
        ("object", Some(Value::Object(shape))) => Some(shape),
        _ => None,
    }
}

/// The tables of all rows in a value.
fn tables_of_rows(value: &Value, depth: u32, found: &mut Vec<Tables>) {
    /// Rows deeper within other values are not looked for.
    const MAX_DEPTH: u32 = 4;
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Row(row) => found.push(row.tables.clone()),
        Value::Rows(rows) | Value::Page(rows) => found.push(rows.tables.clone()),
        Value::Array(array) => array.items.iter().for_each(|item| tables_of_rows(item, depth + 1, found)),
        Value::OneOf(values) => values.iter().for_each(|value| tables_of_rows(value, depth + 1, found)),
        Value::Object(object) => {
            object.base.iter().for_each(|base| tables_of_rows(base, depth + 1, found));
            object.props.iter().for_each(|prop| tables_of_rows(&prop.value, depth + 1, found));
        }
        _ => {}
    }
}
