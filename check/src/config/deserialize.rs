//! Serde over a JSON document that keeps its places, so that every error can say where.

use std::fmt;

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::{Range, Ranged};
use lunora_report::{closest, nearest};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Map;

use super::{RuleLevel, RuleSetting};

/// What is wrong with a value, and where.
#[derive(Debug)]
pub(super) struct Problem {
    /// `None` only until the value that is at fault is known.
    pub(super) range: Option<Range>,
    pub(super) message: String,
}

impl Problem {
    pub(super) fn at(range: Range, message: impl Into<String>) -> Self {
        Self { range: Some(range), message: message.into() }
    }

    /// Keeps the innermost place.
    fn or_at(mut self, range: Range) -> Self {
        self.range.get_or_insert(range);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { range: None, message: message.to_string() }
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        match unexpected {
            de::Unexpected::Unit => de::Error::custom(format!("invalid type: null, expected {expected}")),
            unexpected => de::Error::custom(format!("invalid type: {unexpected}, expected {expected}")),
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        de::Error::custom(unknown("key", field, expected))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        de::Error::custom(unknown("value", variant, expected))
    }
}

/// Says that a name is not known, and which known one is nearest.
pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let guess = match (nearest(name, known.iter().copied()), closest(name, known.iter().copied())) {
        (Some(meant), _) => format!(" Did you mean `{meant}`?"),
        (None, Some(_)) if known.len() <= 8 => {
            let known: Vec<_> = known.iter().map(|known| format!("`{known}`")).collect();
            format!(" Known are {}.", known.join(", "))
        }
        (None, Some(closest)) => format!(" The nearest known one is `{closest}`."),
        (None, None) => String::new(),
    };
    format!("unknown {what} `{name}`.{guess}")
}

/// Reads a value out of a document.
pub(super) fn from_document<T: de::DeserializeOwned>(value: &Value<'_>) -> Result<T, Problem> {
    T::deserialize(Node(value))
}

struct Node<'a>(&'a Value<'a>);

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let result = match self.0 {
            Value::StringLit(text) => visitor.visit_str(&text.value),
            Value::NumberLit(number) => visit_number(number.value, visitor),
            Value::BooleanLit(boolean) => visitor.visit_bool(boolean.value),
            Value::NullKeyword(_) => visitor.visit_unit(),
            Value::Object(object) => visitor.visit_map(Properties::new(object)),
            Value::Array(array) => visitor.visit_seq(Elements(array.elements.iter())),
        };
        result.map_err(|problem: Problem| problem.or_at(self.0.range()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let result = match self.0 {
            Value::StringLit(text) => visitor.visit_enum((*text.value).into_deserializer()),
            _ => return self.deserialize_any(visitor),
        };
        result.map_err(|problem: Problem| problem.or_at(self.0.range()))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

fn visit_number<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, Problem> {
    if let Ok(number) = text.parse::<u64>() {
        visitor.visit_u64(number)
    } else if let Ok(number) = text.parse::<i64>() {
        visitor.visit_i64(number)
    } else if let Ok(number) = text.parse::<f64>() {
        visitor.visit_f64(number)
    } else {
        Err(de::Error::custom(format!("`{text}` is no number")))
    }
}

struct Elements<'a>(std::slice::Iter<'a, Value<'a>>);

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        self.0.next().map(|value| seed.deserialize(Node(value))).transpose()
    }
}

struct Properties<'a> {
    remaining: std::slice::Iter<'a, ObjectProp<'a>>,
    value: Option<&'a Value<'a>>,
}

impl<'a> Properties<'a> {
    fn new(object: &'a Object<'a>) -> Self {
        Self { remaining: object.properties.iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Properties<'_> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some(property) = self.remaining.next() else {
            return Ok(None);
        };
        self.value = Some(&property.value);
        let key = de::value::StrDeserializer::<Problem>::new(property.name.as_str());
        seed.deserialize(key).map(Some).map_err(|problem| problem.or_at(property.name.range()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        match self.value.take() {
            Some(value) => seed.deserialize(Node(value)),
            None => Err(de::Error::custom("a value without a key")),
        }
    }
}

impl<'de> Deserialize<'de> for RuleSetting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RuleSettingVisitor)
    }
}

struct RuleSettingVisitor;

impl<'de> Visitor<'de> for RuleSettingVisitor {
    type Value = RuleSetting;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("`off`, `info`, `warn`, `error`, or an object with `level` and options")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RuleSetting, E> {
        Ok(RuleSetting {
            level: Some(RuleLevel::deserialize(text.into_deserializer())?),
            options: Map::new(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleSetting, A::Error> {
        let mut setting = RuleSetting::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == "level" {
                setting.level = Some(map.next_value()?);
            } else {
                setting.options.insert(key, map.next_value()?);
            }
        }
        Ok(setting)
    }
}
