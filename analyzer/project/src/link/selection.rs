//! From the value of a `where` to conditions on columns.

use ecow::EcoString;

use super::compact;
use super::predicates::operand;
use crate::access::{Condition, FieldUse, Operator, Selection};
use crate::evaluate::value::{ObjectProp, ObjectValue, PropSite, Value};
use crate::place::Place;

/// Keys of an operator object.
const OPERATORS: &[&str] = &["eq", "ne", "gt", "gte", "lt", "lte", "in", "notIn", "isNull", "contains"];
/// Keys of a relation node.
const RELATION_NODES: &[&str] = &["is", "isNot", "some", "none", "every"];

/// The conditions of a `where`, with the names of the relations that it tests.
pub(crate) fn selection(value: Option<&Value>, relations: &mut Vec<FieldUse>) -> Selection {
    let mut selection = Selection::default();
    let Some(value) = value.filter(|value| !matches!(value, Value::Undefined)) else {
        return selection;
    };
    selection.is_present = true;
    Gatherer { selection: &mut selection, relations }.tree(value, false);
    selection
}

struct Gatherer<'a> {
    selection: &'a mut Selection,
    relations: &'a mut Vec<FieldUse>,
}

impl Gatherer<'_> {
    fn tree(&mut self, value: &Value, is_conditional: bool) {
        match value {
            Value::Object(object) => {
                self.selection.is_open |= object.open;
                for prop in &object.props {
                    self.prop(prop, is_conditional || !prop.certain);
                }
            }
            Value::OneOf(values) => {
                let several = values.len() > 1;
                for value in values.iter() {
                    if !value.is_nullish() {
                        self.tree(value, is_conditional || several);
                    }
                }
            }
            Value::Undefined | Value::Null | Value::Bool(_) => {}
            _ => self.selection.is_open = true,
        }
    }

    fn prop(&mut self, prop: &ObjectProp, is_conditional: bool) {
        match &*prop.name {
            "AND" => self.each(&prop.value, is_conditional),
            "OR" => self.alternatives(&prop.value, is_conditional),
            "NOT" => {
                self.names_only(&prop.value);
                self.selection.has_residual = true;
            }
            _ => self.column(prop, is_conditional),
        }
    }

    fn each(&mut self, value: &Value, is_conditional: bool) {
        match value {
            Value::Array(array) => {
                self.selection.is_open |= array.open;
                for item in &array.items {
                    self.tree(item, is_conditional || array.open);
                }
            }
            value => self.tree(value, is_conditional),
        }
    }

    fn alternatives(&mut self, value: &Value, is_conditional: bool) {
        let Value::Array(array) = value else {
            self.names_only(value);
            self.selection.has_residual = true;
            self.selection.is_open |= !matches!(value, Value::Object(_));
            return;
        };
        let mut lists = Vec::new();
        let mut is_servable = !array.open && !array.items.is_empty();
        for item in &array.items {
            let mut inner = Selection::default();
            Gatherer { selection: &mut inner, relations: self.relations }.tree(item, is_conditional);
            self.selection.fields.append(&mut inner.fields);
            // A condition beside ones that an index serves only narrows an alternative further.
            is_servable &= !inner.is_open && !inner.conditions.is_empty();
            lists.push(inner.conditions);
        }
        if is_servable && !is_conditional {
            self.selection.alternatives.push(lists);
        } else {
            self.selection.has_residual = true;
        }
    }

    fn column(&mut self, prop: &ObjectProp, is_conditional: bool) {
        let place = prop.at.map(PropSite::key);
        if is_relation_node(&prop.value) {
            self.relations.push(FieldUse { name: prop.name.clone(), place });
            self.selection.has_residual = true;
            return;
        }
        compact::push(&mut self.selection.fields, FieldUse { name: prop.name.clone(), place });
        let values: Vec<&Value> = prop.value.alternatives().iter().collect();
        let may_be_absent = values.iter().any(|value| matches!(value, Value::Undefined));
        let is_conditional = is_conditional || may_be_absent;
        let alternatives: Vec<Selection> = values
            .into_iter()
            .filter(|value| !matches!(value, Value::Undefined))
            .map(|value| self.alternative(&prop.name, place, value, is_conditional))
            .collect();
        for alternative in &alternatives {
            self.selection.has_residual |= alternative.has_residual;
            for condition in &alternative.conditions {
                // What only one of several values says does not hold for sure.
                let is_in = |other: &Selection| {
                    let mut conditions = other.conditions.iter();
                    conditions.any(|known| known.operator == condition.operator && !known.is_conditional)
                };
                let is_conditional = !alternatives.iter().all(is_in);
                self.add(Condition { is_conditional, ..condition.clone() });
            }
        }
    }

    /// What one of the values of a column says.
    fn alternative(
        &mut self,
        column: &EcoString,
        place: Option<Place>,
        value: &Value,
        is_conditional: bool,
    ) -> Selection {
        let mut inner = Selection::default();
        let mut gatherer = Gatherer { selection: &mut inner, relations: self.relations };
        match value {
            Value::Object(object) if is_operators(object) => {
                gatherer.operators(column, place, object, is_conditional);
            }
            value => gatherer.push(column, place, Operator::Equal, value, is_conditional),
        }
        inner
    }

    fn operators(
        &mut self,
        column: &EcoString,
        place: Option<Place>,
        object: &ObjectValue,
        is_conditional: bool,
    ) {
        for prop in &object.props {
            let operator = match &*prop.name {
                "eq" => Operator::Equal,
                "in" => Operator::In,
                "gt" => Operator::Greater,
                "gte" => Operator::GreaterOrEqual,
                "lt" => Operator::Less,
                "lte" => Operator::LessOrEqual,
                "isNull" if matches!(prop.value, Value::Bool(true)) => {
                    self.push(column, place, Operator::Equal, &Value::Null, is_conditional);
                    continue;
                }
                _ => {
                    self.selection.has_residual = true;
                    continue;
                }
            };
            let may_be_absent =
                prop.value.alternatives().iter().any(|value| matches!(value, Value::Undefined));
            let is_conditional = is_conditional || !prop.certain || may_be_absent;
            self.push(column, place, operator, &prop.value, is_conditional);
        }
    }

    fn push(
        &mut self,
        column: &EcoString,
        place: Option<Place>,
        operator: Operator,
        value: &Value,
        is_conditional: bool,
    ) {
        self.add(Condition {
            column: column.clone(),
            place,
            operator,
            operand: operand(value),
            source: None,
            is_conditional,
        });
    }

    fn add(&mut self, condition: Condition) {
        let known = self
            .selection
            .conditions
            .iter_mut()
            .find(|known| known.column == condition.column && known.operator == condition.operator);
        match known {
            Some(known) => known.is_conditional &= condition.is_conditional,
            None => compact::push(&mut self.selection.conditions, condition),
        }
    }

    /// The columns below a part of a `where` that no index can serve.
    fn names_only(&mut self, value: &Value) {
        let mut inner = Selection::default();
        let mut gatherer = Gatherer { selection: &mut inner, relations: self.relations };
        gatherer.each(value, true);
        self.selection.fields.append(&mut inner.fields);
    }
}

fn is_operators(object: &ObjectValue) -> bool {
    !object.props.is_empty()
        && !object.open
        && object.props.iter().all(|prop| OPERATORS.contains(&&*prop.name))
}

fn is_relation_node(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.props.iter().any(|prop| RELATION_NODES.contains(&&*prop.name)))
}
