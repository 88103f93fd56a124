//! From tests to conditions: what a filter asks of the columns of a row.

use ecow::{EcoString, eco_format};
use lunora_facts::BinaryOperator;

use super::compact;
use crate::access::{Condition, ConditionSource, Filter, Operand, Operator, Origin};
use crate::evaluate::origin::{Data, Dependence, Origins};
use crate::evaluate::read::{ReadKey, Tables};
use crate::evaluate::schema_view::SchemaView;
use crate::evaluate::test::Test;
use crate::evaluate::value::Value;
use crate::place::{Place, Site};

/// What a predicate is about: the rows of one read.
pub(crate) struct Subject<'a> {
    pub(crate) key: ReadKey,
    /// Loops that run after the read: their elements are not fixed before it.
    pub(crate) later_loops: &'a [u32],
    pub(crate) schema: &'a SchemaView<'a>,
}

/// A filter as conditions on columns.
pub(crate) fn filter(test: &Test, method: &str, place: Place, subject: &Subject<'_>) -> Filter {
    let mut filter = Filter {
        place,
        method: EcoString::from(method),
        conditions: Vec::new(),
        has_residual: false,
        is_readable: true,
        is_only_use: true,
    };
    subject.gather(test, false, &mut filter);
    filter
}

/// A value as the operand of a comparison.
pub(crate) fn operand(value: &Value) -> Operand {
    Operand { origin: origin(value), literal: literal(value) }
}

impl Subject<'_> {
    fn gather(&self, test: &Test, is_conditional: bool, filter: &mut Filter) {
        match test {
            Test::Constant(_) => {}
            Test::All(tests) => {
                for test in tests {
                    self.gather(test, is_conditional, filter);
                }
            }
            Test::Any(tests) => self.gather_any(tests, is_conditional, filter),
            _ => match self.condition(test, is_conditional) {
                Some(condition) => compact::push(&mut filter.conditions, condition),
                None => self.gather_residual(test, filter),
            },
        }
    }

    fn gather_any(&self, tests: &[Test], is_conditional: bool, filter: &mut Filter) {
        let (of_row, others): (Vec<&Test>, Vec<&Test>) =
            tests.iter().partition(|test| self.depends_on_row(test));
        let is_conditional = is_conditional || !others.is_empty();
        match of_row.as_slice() {
            [] => {
                for test in others {
                    self.gather_residual(test, filter);
                }
            }
            [only] => self.gather(only, is_conditional, filter),
            several => {
                let mut alternatives = Vec::new();
                for test in several {
                    match self.condition(self.row_part(test), is_conditional) {
                        Some(condition) if matches!(condition.operator, Operator::Equal | Operator::In) => {
                            alternatives.push(condition);
                        }
                        _ => {
                            filter.has_residual = true;
                            return;
                        }
                    }
                }
                // `a === x || a === y` is one condition with several values.
                let first = alternatives.swap_remove(0);
                if alternatives.iter().all(|other| other.column == first.column) {
                    let operand = Operand { origin: Origin::Mixed, literal: None };
                    filter.conditions.push(Condition { operator: Operator::In, operand, ..first });
                } else {
                    filter.has_residual = true;
                }
            }
        }
    }

    /// What a test asks of the row, if all else that it asks is the same for every row.
    fn row_part<'test>(&self, test: &'test Test) -> &'test Test {
        let Test::All(parts) = test else { return test };
        let mut of_row = parts.iter().filter(|part| self.depends_on_row(part));
        match (of_row.next(), of_row.next()) {
            (Some(only), None) => only,
            _ => test,
        }
    }

    fn gather_residual(&self, test: &Test, filter: &mut Filter) {
        if self.depends_on_row(test) {
            filter.has_residual = true;
        } else if let Test::Unknown(dependence) = test
            && (dependence.origins.contains(Origins::UNKNOWN) || dependence.origins.contains(Origins::CALL))
        {
            filter.is_readable = false;
        }
    }

    fn condition(&self, test: &Test, is_conditional: bool) -> Option<Condition> {
        match test {
            Test::Compare { operator, left, right, site } => {
                let (column, operator, value, is_swapped) = match (self.column(left), self.column(right)) {
                    (Some(column), None) => (column, comparison(*operator, false)?, right, false),
                    (None, Some(column)) => (column, comparison(*operator, true)?, left, true),
                    _ => return None,
                };
                if !self.is_fixed(value) {
                    return None;
                }
                let source = site.map(|at| ConditionSource {
                    comparison: at.site.place(),
                    operand: Site { expr: if is_swapped { at.left } else { at.right }, ..at.site }.place(),
                });
                Some(Condition {
                    column,
                    place: None,
                    operator,
                    operand: operand(value),
                    source,
                    is_conditional,
                })
            }
            Test::Truthy(value) => self.boolean(value, true, is_conditional),
            Test::Not(inner) => match &**inner {
                Test::Truthy(value) => self.boolean(value, false, is_conditional),
                _ => None,
            },
            // `[a, b].includes(row.x)` and the like are told apart by no index in the fluent form.
            _ => None,
        }
    }

    /// `row.done` and `!row.done`, for a column that is always a boolean.
    fn boolean(&self, value: &Value, wanted: bool, is_conditional: bool) -> Option<Condition> {
        let (column, tables) = self.column_with_tables(value)?;
        let is_boolean = !tables.names.is_empty()
            && tables
                .names
                .iter()
                .all(|name| self.schema.table(&name.text).is_some_and(|table| table.is_boolean(&column)));
        is_boolean.then(|| Condition {
            column,
            place: None,
            operator: Operator::Equal,
            operand: Operand { origin: Origin::Literal, literal: Some(eco_format!("{wanted}")) },
            source: None,
            is_conditional,
        })
    }

    fn column(&self, value: &Value) -> Option<EcoString> {
        self.column_with_tables(value).map(|(column, _)| column)
    }

    fn column_with_tables(&self, value: &Value) -> Option<(EcoString, Tables)> {
        let Value::Data(data) = value else {
            return None;
        };
        match &**data {
            Data::Column { key, tables, path, .. } if *key == self.key => match path.as_slice() {
                [column] => Some((column.clone(), tables.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a value is the same for all rows, and known before the read begins.
    fn is_fixed(&self, value: &Value) -> bool {
        let dependence = Dependence::on(value);
        !dependence.reads.contains(&self.key)
            && !dependence.loops.iter().any(|token| self.later_loops.contains(token))
    }

    fn depends_on_row(&self, test: &Test) -> bool {
        let value = Value::Test(std::rc::Rc::new(test.clone()));
        Dependence::on(&value).reads.contains(&self.key)
    }
}

/// The operator with the column on the left.
fn comparison(operator: BinaryOperator, is_swapped: bool) -> Option<Operator> {
    let operator = match operator {
        BinaryOperator::Equal => Operator::Equal,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::LessEqual => Operator::LessOrEqual,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::GreaterEqual => Operator::GreaterOrEqual,
        _ => return None,
    };
    if !is_swapped {
        return Some(operator);
    }
    Some(match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        other => other,
    })
}

fn origin(value: &Value) -> Origin {
    match value {
        Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Origin::Literal
        }
        Value::Data(data) => match &**data {
            Data::Argument { path, .. } => Origin::Argument(path.clone()),
            Data::Identity { .. } => Origin::Identity,
            Data::Column { path, .. } => Origin::Row { column: EcoString::from(path.join(".")) },
            Data::NewId { .. } => Origin::Call,
            Data::Computed { dependence, .. } => match dependence.origins {
                Origins::ENVIRONMENT => Origin::Environment,
                Origins::CLOCK => Origin::Clock,
                Origins::RANDOM => Origin::Random,
                Origins::CALL => Origin::Call,
                Origins::IDENTITY => Origin::Identity,
                _ => Origin::Mixed,
            },
        },
        Value::Unknown(crate::evaluate::value::Unknown::External) => Origin::Call,
        _ => Origin::Mixed,
    }
}

fn literal(value: &Value) -> Option<EcoString> {
    match value {
        Value::Undefined => Some(EcoString::inline("undefined")),
        Value::Null => Some(EcoString::inline("null")),
        Value::Bool(value) => Some(eco_format!("{value}")),
        Value::Number(value) => Some(eco_format!("{value}")),
        Value::String(string) => Some(eco_format!("{:?}", &*string.text)),
        _ => None,
    }
}
