//! Where plain data comes from: the origin lattice.

use std::rc::Rc;

use ecow::EcoString;

use super::declaration::ValidatorValue;
use super::read::{ReadKey, Tables};
use super::test::Test;
use super::value::{Unknown, Value};

/// Plain data whose value is not known, with its origin.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// An argument of the procedure, or a part of it.
    Argument { path: Vec<EcoString>, validator: Option<Rc<ValidatorValue>>, loop_token: Option<u32> },
    /// `ctx.auth…`.
    Identity { path: Vec<EcoString> },
    /// A column of a row, or a part of it.
    Column { key: ReadKey, tables: Tables, path: Vec<EcoString>, loop_token: Option<u32> },
    /// The id that an insert returned.
    NewId { tables: Tables },
    /// Anything that is computed from other values.
    Computed {
        dependence: Dependence,
        /// The largest number that it can be.
        maximum: Option<f64>,
    },
}

impl PartialEq for Data {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Argument { path: a, loop_token: c, .. },
                Self::Argument { path: b, loop_token: d, .. },
            ) => a == b && c == d,
            (Self::Identity { path: a }, Self::Identity { path: b }) => a == b,
            (
                Self::Column { key: a, tables: b, path: c, loop_token: d },
                Self::Column { key: e, tables: f, path: g, loop_token: h },
            ) => a == e && b == f && c == g && d == h,
            (Self::NewId { tables: a }, Self::NewId { tables: b }) => a == b,
            (Self::Computed { dependence: a, maximum: b }, Self::Computed { dependence: c, maximum: d }) => {
                a == c && b == d
            }
            _ => false,
        }
    }
}

/// A set of [`Origins`] with the reads and loops behind them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Dependence {
    pub(crate) origins: Origins,
    /// Reads whose rows it depends on, sorted.
    pub(crate) reads: Vec<ReadKey>,
    /// Loops whose element it depends on, sorted.
    pub(crate) loops: Vec<u32>,
}

/// A set of origins.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Origins(u16);

impl Origins {
    pub(crate) const ARGUMENT: Self = Self(1);
    pub(crate) const IDENTITY: Self = Self(1 << 1);
    pub(crate) const ROW: Self = Self(1 << 2);
    pub(crate) const ENVIRONMENT: Self = Self(1 << 3);
    pub(crate) const CLOCK: Self = Self(1 << 4);
    pub(crate) const RANDOM: Self = Self(1 << 5);
    pub(crate) const CALL: Self = Self(1 << 6);
    pub(crate) const UNKNOWN: Self = Self(1 << 7);

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing but these origins is in it.
    pub(crate) fn is_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Dependence {
    pub(crate) fn of(origins: Origins) -> Self {
        Self { origins, ..Self::default() }
    }

    /// What a value depends on.
    pub(crate) fn on(value: &Value) -> Self {
        let mut dependence = Self::default();
        dependence.add(value, 0);
        dependence
    }

    /// What any of several values depends on.
    pub(crate) fn on_all<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut dependence = Self::default();
        for value in values {
            dependence.add(value, 0);
        }
        dependence
    }

    /// Whether the arguments of a call decide it, and nothing that is known of its sender or stored.
    pub(crate) fn is_of_caller_alone(&self) -> bool {
        self.origins.is_within(
            Origins::ARGUMENT.union(Origins::CLOCK).union(Origins::RANDOM).union(Origins::ENVIRONMENT),
        )
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.origins = self.origins.union(other.origins);
        self.reads.extend(&other.reads);
        self.loops.extend(&other.loops);
        self.normalise();
    }

    /// The data that is computed from it.
    pub(crate) fn computed(self) -> Value {
        Value::data(Data::Computed { dependence: self, maximum: None })
    }

    fn add(&mut self, value: &Value, depth: u32) {
        /// Deeper parts of a value are taken as unknown.
        const MAX_DEPTH: u32 = 6;
        if depth > MAX_DEPTH {
            self.origins = self.origins.union(Origins::UNKNOWN);
            return;
        }
        match value {
            Value::Data(data) => self.add_data(data),
            Value::Row(row) => {
                self.origins = self.origins.union(Origins::ROW);
                self.reads.push(row.key);
                self.loops.extend(row.loop_token);
            }
            Value::Rows(rows) | Value::Page(rows) => {
                self.origins = self.origins.union(Origins::ROW);
                self.reads.push(rows.key);
            }
            Value::Object(object) => {
                for prop in &object.props {
                    self.add(&prop.value, depth + 1);
                }
            }
            Value::Array(array) => {
                for item in &array.items {
                    self.add(item, depth + 1);
                }
            }
            Value::OneOf(values) => {
                for value in values.iter() {
                    self.add(value, depth + 1);
                }
            }
            Value::Test(test) => self.add_test(test, depth + 1),
            Value::Unknown(Unknown::External) => {
                self.origins = self.origins.union(Origins::CALL);
            }
            Value::Unknown(Unknown::Opaque) => {
                self.origins = self.origins.union(Origins::UNKNOWN);
            }
            _ => {}
        }
        self.normalise();
    }

    fn add_data(&mut self, data: &Data) {
        match data {
            Data::Argument { loop_token, .. } => {
                self.origins = self.origins.union(Origins::ARGUMENT);
                self.loops.extend(loop_token);
            }
            Data::Identity { .. } => self.origins = self.origins.union(Origins::IDENTITY),
            Data::Column { key, loop_token, .. } => {
                self.origins = self.origins.union(Origins::ROW);
                self.reads.push(*key);
                self.loops.extend(loop_token);
            }
            Data::NewId { .. } => self.origins = self.origins.union(Origins::CALL),
            Data::Computed { dependence, .. } => self.merge(dependence),
        }
    }

    fn add_test(&mut self, test: &Test, depth: u32) {
        match test {
            Test::Constant(_) => {}
            Test::Unknown(dependence) => self.merge(dependence),
            Test::Truthy(value) => self.add(value, depth),
            Test::Compare { left, right, .. } => {
                self.add(left, depth);
                self.add(right, depth);
            }
            Test::Not(test) => self.add_test(test, depth),
            Test::All(tests) | Test::Any(tests) => {
                for test in tests {
                    self.add_test(test, depth);
                }
            }
        }
    }

    fn normalise(&mut self) {
        self.reads.sort_unstable();
        self.reads.dedup();
        self.loops.sort_unstable();
        self.loops.dedup();
    }
}
