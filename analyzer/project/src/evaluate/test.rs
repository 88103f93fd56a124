//! Boolean values as trees, so that a predicate can be read back as conditions on columns.

use std::rc::Rc;

use lunora_facts::{BinaryOperator, ExprId};

use super::origin::{Data, Dependence};
use super::value::Value;
use crate::place::Site;

/// Where a comparison is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CompareSite {
    /// The whole comparison.
    pub(crate) site: Site,
    pub(crate) left: ExprId,
    pub(crate) right: ExprId,
}

/// Where a comparison stands does not make it another one.
impl PartialEq for CompareSite {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A condition.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Test {
    Constant(bool),
    /// A condition that can't be expressed, with what it depends on.
    Unknown(Dependence),
    /// The truthiness of a value.
    Truthy(Value),
    Compare {
        operator: BinaryOperator,
        left: Value,
        right: Value,
        site: Option<CompareSite>,
    },
    Not(Rc<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
}

impl Test {
    /// The condition that a value is truthy.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Test(test) => (**test).clone(),
            Value::Unknown(_) => Self::Unknown(Dependence::on(value)),
            // One of several tests, by a condition that is not known: a `switch` that returns them.
            Value::OneOf(values) if value.is_condition() => {
                let which = Self::Unknown(Dependence::default());
                Self::any(values.iter().map(|value| Self::all([which.clone(), Self::of(value)])))
            }
            value => match value.truthiness() {
                Some(constant) => Self::Constant(constant),
                None => Self::Truthy(value.clone()),
            },
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Not(test) => (*test).clone(),
            Self::Compare { operator: BinaryOperator::Equal, left, right, site } => {
                Self::Compare { operator: BinaryOperator::NotEqual, left, right, site }
            }
            Self::Compare { operator: BinaryOperator::NotEqual, left, right, site } => {
                Self::Compare { operator: BinaryOperator::Equal, left, right, site }
            }
            Self::All(tests) => Self::any(tests.into_iter().map(Self::negated)),
            Self::Any(tests) => Self::all(tests.into_iter().map(Self::negated)),
            test => Self::Not(Rc::new(test)),
        }
    }

    /// The opposite of an order comparison; any other test stays.
    pub(crate) fn negated_comparison(self) -> Self {
        match self {
            Self::Compare { operator, left, right, site } => {
                let operator = match operator {
                    BinaryOperator::Less => BinaryOperator::GreaterEqual,
                    BinaryOperator::LessEqual => BinaryOperator::Greater,
                    BinaryOperator::Greater => BinaryOperator::LessEqual,
                    BinaryOperator::GreaterEqual => BinaryOperator::Less,
                    other => other,
                };
                Self::Compare { operator, left, right, site }
            }
            test => test,
        }
    }

    pub(crate) fn all(tests: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for test in tests {
            match test {
                Self::Constant(true) => {}
                Self::Constant(false) => return Self::Constant(false),
                Self::All(tests) => parts.extend(tests),
                test => parts.push(test),
            }
        }
        match parts.len() {
            0 => Self::Constant(true),
            1 => parts.remove(0),
            _ => Self::All(parts),
        }
    }

    pub(crate) fn any(tests: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for test in tests {
            match test {
                Self::Constant(false) => {}
                Self::Constant(true) => return Self::Constant(true),
                Self::Any(tests) => parts.extend(tests),
                test => parts.push(test),
            }
        }
        match parts.len() {
            0 => Self::Constant(false),
            1 => parts.remove(0),
            _ => Self::Any(parts),
        }
    }

    /// `test ? consequent : alternate`.
    pub(crate) fn choose(test: &Self, consequent: Self, alternate: Self) -> Self {
        Self::any([Self::all([test.clone(), consequent]), Self::all([test.clone().negated(), alternate])])
    }

    /// Whether it is about what somebody may do: it looks at the caller, or at what is stored, for more than whether it is there. What
    /// can't be told may be.
    pub(crate) fn asks_for_permission(&self) -> bool {
        match self {
            Self::Constant(_) => false,
            Self::Unknown(dependence) => !dependence.is_of_caller_alone(),
            Self::Truthy(value) => !is_presence(value) && !Dependence::on(value).is_of_caller_alone(),
            Self::Compare { left, right, .. } => {
                let is_about_presence = [(left, right), (right, left)].into_iter().any(|(value, other)| {
                    matches!(other, Value::Undefined | Value::Null) && is_presence(value)
                });
                !is_about_presence && !Dependence::on_all([left, right]).is_of_caller_alone()
            }
            Self::Not(test) => test.asks_for_permission(),
            Self::All(tests) | Self::Any(tests) => tests.iter().any(Self::asks_for_permission),
        }
    }

    /// The value that is this condition.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Constant(value) => Value::Bool(value),
            test => Value::Test(Rc::new(test)),
        }
    }
}

/// Whether a value is there or not, and nothing else to look at: a row, or who calls.
fn is_presence(value: &Value) -> bool {
    value.alternatives().iter().all(|value| match value {
        Value::Row(_) | Value::Rows(_) | Value::Undefined | Value::Null => true,
        Value::Data(data) => matches!(**data, Data::Identity { .. }),
        _ => false,
    })
}
