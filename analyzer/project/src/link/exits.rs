//! The ways out of predicates, as the model tells them.

use lunora_facts::BinaryOperator;

use crate::evaluate::predicate_exits::Exit;
use crate::evaluate::test::Test;
use crate::evaluate::value::Value;
use crate::procedure::{ExitForm, PredicateExit};

/// A way out, with the polarity of the condition that leads there.
pub(super) fn predicate_exit(exit: &Exit) -> PredicateExit {
    PredicateExit {
        place: exit.place,
        guard: exit.path.last().and_then(polarity),
        is_conditional: !exit.path.is_empty(),
        form: exit.value.as_ref().map_or(ExitForm::Nothing, form),
    }
}

fn form(value: &Value) -> ExitForm {
    match value {
        Value::Undefined => ExitForm::Undefined,
        Value::Null => ExitForm::Null,
        value if matches_everything(value) => ExitForm::EmptyObject,
        _ => ExitForm::Other,
    }
}

/// Whether a `where` tree holds no condition.
fn matches_everything(value: &Value) -> bool {
    let Value::Object(object) = value else { return false };
    !object.open
        && object.base.is_none()
        && object.props.iter().all(|prop| match (&*prop.name, &prop.value) {
            ("AND", Value::Array(parts)) => !parts.open && parts.items.iter().all(matches_everything),
            ("OR", Value::Array(parts)) => parts.items.iter().any(matches_everything),
            _ => false,
        })
}

/// Whether a condition says that something holds, or that it does not.
fn polarity(test: &Test) -> Option<bool> {
    match test {
        Test::Truthy(_) | Test::Unknown(_) => Some(true),
        Test::Not(test) => polarity(test).map(|holds| !holds),
        Test::Compare { operator: BinaryOperator::Equal, left, right, .. } => {
            Some(!is_falsy(left) && !is_falsy(right))
        }
        Test::Compare { operator: BinaryOperator::NotEqual, left, right, .. } => {
            Some(is_falsy(left) || is_falsy(right))
        }
        Test::All(tests) | Test::Any(tests) => {
            let first = polarity(tests.first()?)?;
            tests.iter().all(|test| polarity(test) == Some(first)).then_some(first)
        }
        _ => None,
    }
}

fn is_falsy(value: &Value) -> bool {
    value.truthiness() == Some(false)
}
