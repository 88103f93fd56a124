//! Reads as they are being built: the fluent reader, its range, the tables that a name may stand for.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::ExprId;

use super::effect::ActivationId;
use super::test::Test;
use super::value::{DatabaseValue, StringValue, Value};
use crate::place::Site;

/// The call that begins a read, which identifies it.
pub(crate) type ReadKey = Site;

/// The tables that an expression may name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub(crate) names: Rc<Vec<StringValue>>,
    /// Whether there can be no others.
    pub(crate) complete: bool,
}

impl PartialEq for Tables {
    fn eq(&self, other: &Self) -> bool {
        self.complete == other.complete
            && self.names.len() == other.names.len()
            && self.names.iter().zip(other.names.iter()).all(|(a, b)| a.text == b.text)
    }
}

impl Tables {
    pub(crate) fn unknown() -> Self {
        Self::default()
    }

    /// The tables that a value names.
    pub(crate) fn of(value: &Value) -> Self {
        let mut names: Vec<StringValue> = Vec::new();
        let mut complete = true;
        for value in value.alternatives() {
            match value {
                Value::String(name) if names.iter().all(|known| known.text != name.text) => {
                    names.push(name.clone());
                }
                Value::String(_) => {}
                _ => complete = false,
            }
        }
        Self { names: Rc::new(names), complete }
    }

    /// The one table with this name.
    pub(crate) fn named(name: StringValue) -> Self {
        Self { names: Rc::new(vec![name]), complete: true }
    }
}

/// A fluent read that has not ended yet.
#[derive(Clone, Debug)]
pub(crate) struct ReaderValue {
    pub(crate) key: ReadKey,
    /// The database expression that the read begins with.
    pub(crate) receiver: ExprId,
    pub(crate) database: DatabaseValue,
    pub(crate) tables: Tables,
    pub(crate) steps: Vec<Step>,
    /// The activation that began the read; its terminal may run in another one.
    pub(crate) made_in: Option<ActivationId>,
    /// The last call of the chain so far.
    pub(crate) last: Site,
    pub(crate) is_facade: bool,
}

impl PartialEq for ReaderValue {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.tables == other.tables && self.steps == other.steps
    }
}

/// A link of a fluent read.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Step {
    Index {
        kind: IndexStep,
        name: Value,
        range: Value,
        call: Site,
        callee: ExprId,
    },
    Filter {
        test: Test,
        call: Site,
        callee: ExprId,
    },
    Order {
        direction: Value,
        call: Site,
        callee: ExprId,
    },
    /// A call that is none of the reader's.
    Other,
}

/// Which kind of index a step names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum IndexStep {
    Index,
    Search,
    Geo,
}

/// The range of an index, as its callback builds it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct RangeValue {
    pub(crate) bounds: Vec<RangeBound>,
    /// Calls that are none of the range builder's.
    pub(crate) has_other: bool,
}

/// `q.eq(field, value)` and its kin.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct RangeBound {
    pub(crate) method: EcoString,
    pub(crate) field: Value,
    pub(crate) value: Value,
    pub(crate) call: Site,
    pub(crate) callee: ExprId,
}
