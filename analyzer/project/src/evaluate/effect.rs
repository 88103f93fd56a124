//! What an activation does to the world: reads, writes, dispatches, calls.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{ExprId, FileId, FunctionId};

use super::read::{ReadKey, ReaderValue, Tables};
use super::test::Test;
use super::value::{DatabaseValue, Value};
use crate::place::{Place, Site};

/// An activation in the evaluator's list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub(crate) struct ActivationId(pub(crate) u32);

/// A function that was evaluated with certain arguments: its summary in that calling context.
#[derive(Debug)]
pub(crate) struct Activation {
    pub(crate) file: FileId,
    pub(crate) function: FunctionId,
    pub(crate) effects: Vec<Effect>,
}

/// One effect.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    pub(crate) kind: EffectKind,
    /// The loops around it within its activation, outermost first.
    pub(crate) loops: Rc<Vec<Loop>>,
    /// Whether some runs of the activation pass it by.
    pub(crate) is_conditional: bool,
}

/// A loop, or a callback that runs once an element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loop {
    pub(crate) token: u32,
    pub(crate) over: LoopOver,
    pub(crate) place: Place,
}

/// What a loop goes over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LoopOver {
    /// Rows of a read.
    Rows(ReadKey),
    /// An array from the arguments, with the most elements that its validator lets pass.
    Argument {
        maximum: Option<usize>,
    },
    /// A constant number of elements.
    Constant(usize),
    Unknown,
}

/// The kinds of effect.
#[derive(Clone, Debug)]
pub(crate) enum EffectKind {
    Read(Rc<ReadEffect>),
    Rows(Rc<RowsEffect>),
    Write(Rc<WriteEffect>),
    Call {
        activation: ActivationId,
        site: Site,
    },
    Dispatch(Rc<DispatchEffect>),
    /// A look at the clock, a source of randomness, or the network.
    Ambient {
        site: Site,
        callee: EcoString,
    },
    /// The caller's identity is looked at.
    Identity,
    /// It is left by throwing unless who calls, or what is stored, allows to go on.
    Permission,
    /// A loop that nothing ends.
    EndlessLoop {
        place: Place,
        keyword: &'static str,
    },
    /// A function was called whose run was not followed: calls are nested too deeply, or too many functions have run.
    GaveUp {
        function: Place,
    },
}

/// A read of the database.
#[derive(Clone, Debug)]
pub(crate) struct ReadEffect {
    pub(crate) key: ReadKey,
    /// The expression that the read begins with.
    pub(crate) receiver: ExprId,
    /// The call that runs it.
    pub(crate) terminal: Site,
    /// The name of the method that runs it.
    pub(crate) method: EcoString,
    pub(crate) tables: Tables,
    pub(crate) database: DatabaseValue,
    pub(crate) form: ReadForm,
}

/// How a read says what it wants.
#[derive(Clone, Debug)]
pub(crate) enum ReadForm {
    /// `query(table)…`, with the terminal's argument.
    Fluent { reader: Rc<ReaderValue>, argument: Option<Value> },
    /// `findMany({ where, … })`, `count(where)`, …; `is_flat` when the table is an argument.
    Object { arguments: Value, is_flat: bool, is_orm: bool },
    /// `get(id)`.
    ById { names_table: bool, is_facade: bool },
    /// `rank(index, …)` and `rankPage(index, …)`.
    Rank { index: Value, arguments: Value },
    /// `related(start, …)`.
    Related,
}

/// Something that code does with the rows of a read.
#[derive(Clone, Debug)]
pub(crate) struct RowsEffect {
    pub(crate) key: ReadKey,
    pub(crate) kind: RowsUse,
    pub(crate) place: Place,
}

/// What code does with rows.
#[derive(Clone, Debug)]
pub(crate) enum RowsUse {
    /// `filter`, `find`, `some`, … or a loop that skips rows: only rows that pass the test count.
    Filter { method: EcoString, test: Test },
    /// `sort` or `toSorted` by a comparison of columns; `None` if it could not be read.
    Sort { columns: Option<Vec<EcoString>> },
}

/// A write to the database.
#[derive(Clone, Debug)]
pub(crate) struct WriteEffect {
    pub(crate) site: Site,
    pub(crate) receiver: ExprId,
    pub(crate) callee: ExprId,
    pub(crate) method: EcoString,
    pub(crate) tables: Tables,
    pub(crate) database: DatabaseValue,
    /// `where` of a bulk write.
    pub(crate) selection: Option<Value>,
    /// The id that a by-id write names.
    pub(crate) id: Option<Value>,
    /// The columns by which an upsert looks for its row.
    pub(crate) target: Option<Value>,
    /// The columns of rows that are there already, with their new values.
    pub(crate) patched: Option<Value>,
    pub(crate) is_hard: bool,
    /// Whether the call names its table.
    pub(crate) names_table: bool,
}

/// A call of another procedure, or a schedule of one.
#[derive(Clone, Debug)]
pub(crate) struct DispatchEffect {
    pub(crate) site: Site,
    pub(crate) callee: ExprId,
    /// `runQuery`, `runAfter`, …
    pub(crate) method: EcoString,
    pub(crate) target: Value,
    /// The options of a schedule.
    pub(crate) options: Option<Value>,
}
