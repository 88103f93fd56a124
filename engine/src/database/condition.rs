//! Conditions, and the SQL that they become.

use rusqlite::types::Value as SqlValue;
use serde::Deserialize;
use serde_json::Value;

use crate::schema::Table;
use crate::storage::expression;
use crate::trace::{Ordering, Restriction};

/// A condition on a row.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Condition {
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This is false; not merely unknown.
    Not(Box<Condition>),
    /// A comparison, as SQLite compares.
    Compare { field: String, operator: Operator, value: Bound },
    /// The field is absent or null.
    IsNull { field: String },
    /// The field is one of these.
    In { field: String, values: Vec<Bound> },
    /// The field holds a text, whatever the case of ASCII letters.
    Contains { field: String, text: String },
    /// Always or never.
    Constant(bool),
}

impl Condition {
    /// The conditions that all must hold, as the trace shows them.
    pub(crate) fn restrictions(&self) -> Vec<Restriction> {
        let (field, operator) = match self {
            Self::All(parts) => return parts.iter().flat_map(Self::restrictions).collect(),
            Self::Compare { field, operator, .. } => (field, operator.name()),
            Self::IsNull { field } => (field, "isNull"),
            Self::In { field, .. } => (field, "in"),
            Self::Contains { field, .. } => (field, "contains"),
            Self::Any(_) | Self::Not(_) | Self::Constant(_) => return Vec::new(),
        };
        vec![Restriction { column: field.clone(), operator }]
    }

    /// Each text that a field is asked to equal.
    pub(crate) fn equal_texts(&self, visit: &mut dyn FnMut(&str, &str)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.equal_texts(visit)),
            Self::Compare { field, operator: Operator::Eq, value: Bound::Text(text) } => visit(field, text),
            Self::In { field, values } => {
                for value in values {
                    if let Bound::Text(text) = value {
                        visit(field, text);
                    }
                }
            }
            _ => {}
        }
    }
}

/// How two values compare.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Operator {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
}

impl Operator {
    fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Gte => "gte",
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "<>",
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Gt => ">",
            Self::Gte => ">=",
        }
    }
}

/// A value that is bound.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Bound {
    Null(()),
    Integer(i64),
    Real(f64),
    Text(String),
    /// A number that JSON can't write.
    Odd {
        float: String,
    },
}

impl Bound {
    /// A stored value, as the runtime would bind it; `None` for one that is no scalar.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::Null(())),
            Value::Bool(flag) => Some(Self::Integer(i64::from(*flag))),
            Value::Number(number) => {
                number.as_i64().map(Self::Integer).or_else(|| number.as_f64().map(Self::Real))
            }
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Whether it is null.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null(()))
    }

    /// As SQLite binds it. Not-a-number becomes null there.
    pub(crate) fn sql(&self) -> SqlValue {
        match self {
            Self::Null(()) => SqlValue::Null,
            Self::Integer(integer) => SqlValue::Integer(*integer),
            Self::Real(real) => SqlValue::Real(*real),
            Self::Text(text) => SqlValue::Text(text.clone()),
            Self::Odd { float } => match float.as_str() {
                "Infinity" => SqlValue::Real(f64::INFINITY),
                "-Infinity" => SqlValue::Real(f64::NEG_INFINITY),
                _ => SqlValue::Null,
            },
        }
    }
}

/// A key of an order.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SortKey {
    pub(crate) field: String,
    pub(crate) is_descending: bool,
}

impl SortKey {
    /// As the trace shows it.
    pub(crate) fn shown(&self) -> Ordering {
        Ordering { column: self.field.clone(), is_descending: self.is_descending }
    }
}

/// SQL being written, with the values that it binds.
pub(crate) struct Sql<'a> {
    table: &'a Table,
    /// The values, in order.
    pub(crate) parameters: Vec<SqlValue>,
}

impl<'a> Sql<'a> {
    /// Nothing yet.
    pub(crate) fn new(table: &'a Table) -> Self {
        Self { table, parameters: Vec::new() }
    }

    /// The expression of a field.
    pub(crate) fn field(&self, field: &str) -> String {
        expression(self.table, field)
    }

    /// A placeholder for a value.
    pub(crate) fn bind(&mut self, value: SqlValue) -> String {
        self.parameters.push(value);
        format!("?{}", self.parameters.len())
    }

    /// A condition. Conjunctions are flat, as the planner sees them.
    pub(crate) fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::All(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .filter(|part| !matches!(part, Condition::Constant(true)))
                    .map(|part| self.condition(part))
                    .filter(|part| part != "1")
                    .collect();
                if parts.is_empty() { "1".to_owned() } else { parts.join(" AND ") }
            }
            Condition::Any(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.condition(part)).collect();
                if parts.is_empty() { "0".to_owned() } else { format!("({})", parts.join(" OR ")) }
            }
            Condition::Not(inner) => match inner.as_ref() {
                Condition::IsNull { field } => format!("{} IS NOT NULL", self.field(field)),
                other => format!("NOT ({})", self.condition(other)),
            },
            Condition::Compare { field, operator, value } => {
                let value = self.bind(value.sql());
                format!("{} {} {value}", self.field(field), operator.sql())
            }
            Condition::IsNull { field } => format!("{} IS NULL", self.field(field)),
            Condition::In { values, .. } if values.is_empty() => "0".to_owned(),
            Condition::In { field, values } => {
                let list: Vec<String> = values.iter().map(|value| self.bind(value.sql())).collect();
                format!("{} IN ({})", self.field(field), list.join(", "))
            }
            Condition::Contains { field, text } => {
                let text = self.bind(SqlValue::Text(text.clone()));
                format!("instr(lower({}), lower({text})) > 0", self.field(field))
            }
            Condition::Constant(holds) => if *holds { "1" } else { "0" }.to_owned(),
        }
    }

    /// The rows behind a place in an order; the place is that of the last row that was given.
    pub(crate) fn after(&mut self, order: &[SortKey], place: &[Bound]) -> String {
        let bound = order.first().zip(place.first()).and_then(|(key, value)| self.leading_bound(key, value));
        let behind = self.behind(order, place);
        match bound {
            Some(bound) => format!("{bound} AND {behind}"),
            None => behind,
        }
    }

    /// The rows up to a place in an order, the place included.
    pub(crate) fn until(&mut self, order: &[SortKey], place: &[Bound]) -> String {
        format!("NOT coalesce({}, 0)", self.behind(order, place))
    }

    /// Behind in the first key; or equal in it and behind in the second; and so on.
    fn behind(&mut self, order: &[SortKey], place: &[Bound]) -> String {
        let mut alternatives = Vec::new();
        for (position, (key, value)) in order.iter().zip(place).enumerate() {
            let mut parts = Vec::new();
            for (earlier, equal) in order.iter().zip(place).take(position) {
                parts.push(self.equal(earlier, equal));
            }
            parts.push(self.beyond(key, value));
            alternatives.push(format!("({})", parts.join(" AND ")));
        }
        format!("({})", alternatives.join(" OR "))
    }

    /// What follows from being behind a place and can be sought in an index, which the alternatives can't.
    fn leading_bound(&mut self, key: &SortKey, value: &Bound) -> Option<String> {
        let is_never_null = matches!(key.field.as_str(), "_id" | "_creationTime");
        if value.is_null() || (key.is_descending && !is_never_null) {
            return None;
        }
        let field = self.field(&key.field);
        let value = self.bind(value.sql());
        Some(format!("{field} {} {value}", if key.is_descending { "<=" } else { ">=" }))
    }

    fn equal(&mut self, key: &SortKey, value: &Bound) -> String {
        let field = self.field(&key.field);
        if value.is_null() {
            return format!("{field} IS NULL");
        }
        format!("{field} = {}", self.bind(value.sql()))
    }

    /// Nulls come first in ascending order, last in descending.
    fn beyond(&mut self, key: &SortKey, value: &Bound) -> String {
        let field = self.field(&key.field);
        match (key.is_descending, value.is_null()) {
            (false, true) => format!("{field} IS NOT NULL"),
            (true, true) => "0".to_owned(),
            (false, false) => format!("{field} > {}", self.bind(value.sql())),
            (true, false) => format!("({field} < {} OR {field} IS NULL)", self.bind(value.sql())),
        }
    }
}
