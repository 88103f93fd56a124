//! Objects that say themselves how to go over them: `[Symbol.iterator]` and `[Symbol.asyncIterator]`.

use super::interpreter::Interpreter;
use super::value::Value;
use crate::place::Site;

/// What extraction calls the members with these keys.
const ITERATOR: &str = "[Symbol.iterator]";
const ASYNC_ITERATOR: &str = "[Symbol.asyncIterator]";

impl Interpreter<'_> {
    /// Begins to go over a value, if that is an object with an iterator of its own: what the iterator's method returns. A generator has
    /// run then.
    pub(super) fn own_iterator(&mut self, value: &Value, is_await: bool, site: Site) -> Option<Value> {
        let mut iterators = Vec::new();
        for object in value.alternatives() {
            let method = match is_await.then(|| self.own_method(object, ASYNC_ITERATOR)).flatten() {
                Some(method) => Some(method),
                None => self.own_method(object, ITERATOR),
            };
            if let Some(Value::Closure(method)) = method {
                iterators.push(self.call_closure(&method, Vec::new(), Some(object.clone()), Some(site)));
            }
        }
        (!iterators.is_empty()).then(|| Value::join_all(iterators))
    }

    /// The next element of an iterator.
    pub(super) fn next_of(&mut self, iterator: &Value, site: Site) -> Value {
        match self.own_method(iterator, "next") {
            Some(Value::Closure(next)) => {
                let step = self.call_closure(&next, Vec::new(), Some(iterator.clone()), Some(site));
                self.member(&step, "value", None)
            }
            _ => Value::OPAQUE,
        }
    }

    /// A method that an object or its class says it has.
    fn own_method(&mut self, object: &Value, name: &str) -> Option<Value> {
        match object {
            Value::Object(own) => match own.get(name) {
                Some(prop) => Some(prop.value.clone()),
                None => self.class_member(object, name),
            },
            _ => None,
        }
    }
}
