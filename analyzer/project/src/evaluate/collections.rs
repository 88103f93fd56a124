//! Methods of arrays, of awaited rows, and of data that may be either.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{BinaryOperator, Expr, ExprId, Pattern, Stmt, StmtId};

use super::calls::CallSite;
use super::effect::{EffectKind, RowsEffect, RowsUse};
use super::frame::Frame;
use super::interpreter::Interpreter;
use super::origin::{Data, Dependence};
use super::read::ReadKey;
use super::test::Test;
use super::value::{ArrayValue, Closure, RowValue, Value};

impl Interpreter<'_> {
    /// Calls a method of a collection.
    pub(super) fn collection_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: &[Value],
        at: CallSite,
    ) -> Value {
        let callback = arguments.first().filter(|value| is_callable(value)).cloned();
        match (name, callback) {
            ("map" | "flatMap" | "from", Some(callback)) => self.map(receiver, &callback, at),
            ("forEach", Some(callback)) => {
                self.for_each(receiver, &callback, at);
                Value::Undefined
            }
            ("filter", Some(callback)) => {
                self.test_each(receiver, name, &callback, at);
                receiver.clone()
            }
            ("find" | "findLast", Some(callback)) => {
                self.test_each(receiver, name, &callback, at);
                self.element_without_loop(receiver)
            }
            ("some" | "every" | "findIndex" | "findLastIndex", Some(callback)) => {
                self.test_each(receiver, name, &callback, at);
                Test::Unknown(Dependence::on(receiver)).into_value()
            }
            ("reduce" | "reduceRight", Some(callback)) => {
                let initial = arguments.get(1).cloned().unwrap_or(Value::OPAQUE);
                self.reduce(receiver, name, &callback, initial, at)
            }
            ("sort" | "toSorted", callback) => {
                self.sort(receiver, callback.as_ref(), at);
                receiver.clone()
            }
            ("slice" | "reverse" | "toReversed" | "splice" | "toSpliced" | "values", _) => receiver.clone(),
            ("concat", _) => {
                arguments.iter().fold(receiver.clone(), |all, argument| concatenate(&all, argument))
            }
            ("flat", _) => self.flatten(receiver),
            ("at" | "pop" | "shift", _) => self.element_without_loop(receiver),
            // A recording run takes maps for arrays of their values.
            ("get", _) if self.is_recording() && matches!(receiver, Value::Array(_)) => {
                self.element_without_loop(receiver)
            }
            ("push" | "unshift" | "length" | "join" | "indexOf" | "includes", _) => {
                let mut dependence = Dependence::on(receiver);
                dependence.merge(&Dependence::on_all(arguments));
                if name == "includes" {
                    Test::Unknown(dependence).into_value()
                } else {
                    dependence.computed()
                }
            }
            _ => {
                if let ("localeCompare", Some(other)) = (name, arguments.first()) {
                    self.log_comparison(receiver, other);
                }
                self.escape(arguments);
                let mut dependence = Dependence::on(receiver);
                dependence.merge(&Dependence::on_all(arguments));
                dependence.computed()
            }
        }
    }

    /// The reads that a collection's elements are rows of.
    fn reads_of(collection: &Value) -> Vec<ReadKey> {
        collection
            .alternatives()
            .iter()
            .filter_map(|value| match value {
                Value::Rows(rows) | Value::Page(rows) => Some(rows.key),
                // Rows with something added to each of them.
                Value::Array(array) => match array.items.as_slice() {
                    [item] if array.open => {
                        item.as_row().filter(|row| row.loop_token.is_some()).map(|row| row.key)
                    }
                    _ => None,
                },
                _ => None,
            })
            .collect()
    }

    fn map(&mut self, receiver: &Value, callback: &Value, at: CallSite) -> Value {
        let result = self.each(receiver, callback, at);
        match (receiver, &result) {
            // `rows.map((row) => row)` and what only decorates keep being the rows.
            (Value::Rows(rows), Value::Row(row)) if rows.key == row.key => receiver.clone(),
            (_, Value::Array(inner)) if inner.open => result,
            _ => Value::Array(Rc::new(ArrayValue { items: vec![result], open: true })),
        }
    }

    fn each(&mut self, receiver: &Value, callback: &Value, at: CallSite) -> Value {
        let (token, element, over) = self.element_of(receiver);
        self.in_loop(token, over, at.site.place(), |interpreter| {
            interpreter.call_value(callback, vec![element, Value::OPAQUE, receiver.clone()], None)
        })
    }

    /// `forEach`, whose callback may pass over rows as a loop does.
    fn for_each(&mut self, receiver: &Value, callback: &Value, at: CallSite) {
        let (token, element, over) = self.element_of(receiver);
        let guard = self.in_loop(token, over, at.site.place(), |interpreter| {
            let guard = match callback {
                Value::Closure(closure) => interpreter.callback_guard(closure, element.clone()),
                _ => None,
            };
            interpreter.call_value(callback, vec![element, Value::OPAQUE, receiver.clone()], None);
            guard
        });
        if let Some(test) = guard {
            self.emit_filter(receiver, "forEach", &test, at);
        }
    }

    /// `reduce`, whose callback may pass over rows by handing on what it was given.
    fn reduce(
        &mut self,
        receiver: &Value,
        name: &str,
        callback: &Value,
        initial: Value,
        at: CallSite,
    ) -> Value {
        let (token, element, over) = self.element_of(receiver);
        let (guard, result) = self.in_loop(token, over, at.site.place(), |interpreter| {
            let guard = match callback {
                Value::Closure(closure) => interpreter.reduction_guard(closure, element.clone(), token),
                _ => None,
            };
            (guard, interpreter.call_value(callback, vec![initial.clone(), element], None))
        });
        if let Some(test) = guard.filter(|test| pins_columns(test, token)) {
            self.emit_filter(receiver, name, &test, at);
        }
        match result {
            Value::Object(_) | Value::Array(_) => Value::join(initial, result),
            _ => Dependence::on_all([receiver, &initial]).computed(),
        }
    }

    /// The condition under which a callback of `reduce` returns anything but what it was given: `(all, row) => test ? … : all`, a leading
    /// `if (test) return all;`, or one `if` before `return all`.
    fn reduction_guard(&mut self, closure: &Closure, element: Value, token: u32) -> Option<Test> {
        let program = self.program(closure.file);
        let function = program.function(closure.function);
        let [gathered, row, ..] = program.parameters_of(function) else { return None };
        let Pattern::Binding(all) = program.pattern(gathered.pattern) else { return None };
        let is_all = |expr: &ExprId| matches!(program.expr(*expr), Expr::Binding(binding) if binding == all);
        let returns_all =
            |stmt: &StmtId| matches!(program.stmt(*stmt), Stmt::Return(Some(value)) if is_all(value));
        let (test, is_kept) = match program.block(function.body) {
            [only] => match program.stmt(*only) {
                Stmt::Return(Some(value)) => match program.expr(*value) {
                    Expr::Conditional(parts) => match program.conditional(*parts) {
                        [test, _, alternate] if is_all(&alternate) => (test, true),
                        [test, consequent, _] if is_all(&consequent) => (test, false),
                        _ => return None,
                    },
                    _ => return None,
                },
                _ => return None,
            },
            [first, rest @ ..] => match program.stmt(*first) {
                Stmt::If { test, consequent, alternate } if alternate.is_empty() => {
                    match (program.block(*consequent), rest) {
                        ([only], _) if returns_all(only) => (*test, false),
                        (_, [last]) if returns_all(last) => (*test, true),
                        _ => return None,
                    }
                }
                _ => return None,
            },
            [] => return None,
        };
        let frame = Frame::new(closure.file, closure.function, Some(Rc::clone(&closure.frame)), None);
        if self.has_calls(&frame, test) {
            return None;
        }
        // What was gathered is another thing at each row.
        let before = Dependence { loops: vec![token], ..Dependence::default() };
        self.bind(&frame, gathered.pattern, before.computed());
        self.bind(&frame, row.pattern, element);
        let test = Test::of(&self.eval(&frame, test));
        Some(if is_kept { test } else { test.negated() })
    }

    /// Records with the reads behind a collection that only rows which pass a test matter.
    fn emit_filter(&mut self, receiver: &Value, method: &str, test: &Test, at: CallSite) {
        for key in Self::reads_of(receiver) {
            self.emit(EffectKind::Rows(Rc::new(RowsEffect {
                key,
                kind: RowsUse::Filter { method: EcoString::from(method), test: test.clone() },
                place: at.site.method_call(at.callee),
            })));
        }
    }

    /// `filter`, `find`, …: what the callback tests of the rows is recorded with their read.
    fn test_each(&mut self, receiver: &Value, name: &str, callback: &Value, at: CallSite) {
        let result = match callback {
            Value::Builtin(_) => return,
            _ => self.each(receiver, callback, at),
        };
        self.emit_filter(receiver, name, &Test::of(&result), at);
    }

    /// `sort`: the columns that the comparison reads of both rows, in order.
    fn sort(&mut self, receiver: &Value, callback: Option<&Value>, at: CallSite) {
        let keys = Self::reads_of(receiver);
        let columns = match (callback, keys.first()) {
            (Some(callback), Some(key)) => self.compared_columns(receiver, *key, callback),
            (Some(callback), None) => {
                let (_, element, _) = self.element_of(receiver);
                self.call_value(callback, vec![element.clone(), element], None);
                None
            }
            (None, _) => None,
        };
        for key in keys {
            self.emit(EffectKind::Rows(Rc::new(RowsEffect {
                key,
                kind: RowsUse::Sort { columns: columns.clone() },
                place: at.site.method_call(at.callee),
            })));
        }
    }

    fn compared_columns(
        &mut self,
        receiver: &Value,
        key: ReadKey,
        callback: &Value,
    ) -> Option<Vec<EcoString>> {
        let tables = receiver.alternatives().iter().find_map(|value| match value {
            Value::Rows(rows) | Value::Page(rows) if rows.key == key => Some(rows.tables.clone()),
            Value::Array(array) => array.items.first()?.as_row().map(|row| row.tables.clone()),
            _ => None,
        })?;
        let (left, right) = (self.new_token(), self.new_token());
        let row =
            |token| Value::Row(Rc::new(RowValue { key, tables: tables.clone(), loop_token: Some(token) }));
        let outer = self.column_log.replace(Vec::new());
        self.call_value(callback, vec![row(left), row(right)], None);
        let log = std::mem::replace(&mut self.column_log, outer)?;
        let mut of_left: Vec<Vec<EcoString>> = Vec::new();
        let mut of_right: Vec<Vec<EcoString>> = Vec::new();
        for (token, path) in log {
            let side = if token == left { &mut of_left } else { &mut of_right };
            if !side.contains(&path) {
                side.push(path);
            }
        }
        if of_left != of_right || of_left.is_empty() {
            return None;
        }
        of_left
            .into_iter()
            .map(|path| match path.as_slice() {
                [column] => Some(column.clone()),
                _ => None,
            })
            .collect()
    }

    /// Notes columns of two rows that are compared, if that is what is being looked for.
    pub(super) fn log_comparison(&mut self, left: &Value, right: &Value) {
        let Some(log) = &mut self.column_log else { return };
        if let (Some(left), Some(right)) = (compared_column(left), compared_column(right)) {
            log.push(left);
            log.push(right);
        }
    }

    fn flatten(&mut self, value: &Value) -> Value {
        match value {
            Value::Array(array) => {
                let mut flat = ArrayValue { items: Vec::new(), open: array.open };
                for item in &array.items {
                    match item {
                        Value::Array(inner) => flat.append(inner),
                        rows @ Value::Rows(_) if array.items.len() == 1 => return rows.clone(),
                        other => flat.items.push(self.element_without_loop(other)),
                    }
                }
                Value::Array(Rc::new(flat))
            }
            value => value.clone(),
        }
    }
}

/// Whether a test holds only for rows whose columns equal something that is the same for each of them.
fn pins_columns(test: &Test, token: u32) -> bool {
    let is_of_row = |value: &Value| Dependence::on(value).loops.contains(&token);
    let is_column = |value: &Value| match value {
        Value::Data(data) => {
            matches!(&**data, Data::Column { path, loop_token: Some(own), .. } if *own == token && path.len() == 1)
        }
        _ => false,
    };
    match test {
        Test::Compare { operator: BinaryOperator::Equal, left, right, .. } => {
            (is_column(left) && !is_of_row(right)) || (is_column(right) && !is_of_row(left))
        }
        Test::All(tests) => tests.iter().all(|test| pins_columns(test, token)),
        _ => false,
    }
}

/// The column of a row that a value is, `?? constant` aside.
fn compared_column(value: &Value) -> Option<(u32, Vec<EcoString>)> {
    let mut columns = value.alternatives().iter().filter_map(|value| match value {
        Value::Data(data) => match &**data {
            Data::Column { path, loop_token: Some(token), .. } => Some((*token, path.clone())),
            _ => None,
        },
        _ => None,
    });
    let column = columns.next()?;
    let others_are_constant = value.alternatives().iter().all(|value| {
        matches!(value, Value::Data(_) | Value::String(_) | Value::Number(_) | Value::Null | Value::Undefined)
    });
    (others_are_constant && columns.next().is_none()).then_some(column)
}

fn is_callable(value: &Value) -> bool {
    match value {
        Value::Closure(_) | Value::Builtin(_) | Value::Method(_) => true,
        Value::OneOf(values) => values.iter().any(is_callable),
        _ => false,
    }
}

fn concatenate(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Array(a), Value::Array(b)) => {
            let mut both = (**a).clone();
            both.append(b);
            Value::Array(Rc::new(both))
        }
        _ => Value::join(left.clone(), right.clone()),
    }
}
