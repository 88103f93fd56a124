//! The fluent reader: links, terminals, and the range of an index.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::ExprId;

use super::calls::CallSite;
use super::effect::{EffectKind, LoopOver, ReadEffect, ReadForm};
use super::frame::Frame;
use super::interpreter::Interpreter;
use super::read::{IndexStep, RangeBound, RangeValue, ReaderValue, Step};
use super::test::Test;
use super::value::{RowValue, RowsValue, Value};
use crate::place::Site;

impl Interpreter<'_> {
    /// `for await (const row of reader)`.
    pub(super) fn iterate_reader(&mut self, frame: &Rc<Frame>, iterable: ExprId, value: Value) -> Value {
        let readers: Vec<Rc<ReaderValue>> = value
            .alternatives()
            .iter()
            .filter_map(|value| match value {
                Value::Reader(reader) => Some(Rc::clone(reader)),
                _ => None,
            })
            .collect();
        if readers.is_empty() {
            return value;
        }
        let site = Site { file: frame.file, expr: iterable };
        let rows: Vec<Value> =
            readers.iter().map(|reader| self.run_reader(reader, "iterate", None, site)).collect();
        Value::join_all(rows)
    }

    /// A link or a terminal of a fluent read.
    pub(super) fn reader_method(
        &mut self,
        reader: &Rc<ReaderValue>,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
        let step = match name {
            "withIndex" | "withSearchIndex" | "withGeoIndex" => {
                let kind = match name {
                    "withIndex" => IndexStep::Index,
                    "withSearchIndex" => IndexStep::Search,
                    _ => IndexStep::Geo,
                };
                let range = match arguments.get(1) {
                    None | Some(Value::Undefined) => Value::Undefined,
                    Some(callback) => {
                        let start = Value::Range(Rc::new(RangeValue::default()));
                        self.call_value(callback, vec![start], None)
                    }
                };
                Step::Index { kind, name: first, range, call: at.site, callee: at.callee }
            }
            "filter" => {
                let token = self.new_token();
                let row = Value::Row(Rc::new(RowValue {
                    key: reader.key,
                    tables: reader.tables.clone(),
                    loop_token: Some(token),
                }));
                let result =
                    self.in_loop(token, LoopOver::Rows(reader.key), at.site.place(), |interpreter| {
                        interpreter.call_value(&first, vec![row], None)
                    });
                Step::Filter { test: Test::of(&result), call: at.site, callee: at.callee }
            }
            "order" => Step::Order { direction: first, call: at.site, callee: at.callee },
            "collect" | "collectWithScores" | "first" | "unique" | "take" | "paginate" => {
                let argument = arguments.into_iter().next();
                return self.run_reader(reader, name, argument, at.site);
            }
            _ => {
                self.escape(&arguments);
                Step::Other
            }
        };
        let mut next = (**reader).clone();
        next.steps.push(step);
        next.last = at.site;
        self.note_reader(&next);
        Value::Reader(Rc::new(next))
    }

    fn run_reader(
        &mut self,
        reader: &Rc<ReaderValue>,
        method: &str,
        argument: Option<Value>,
        terminal: Site,
    ) -> Value {
        let argument = argument.map(|argument| self.with_maximum(argument));
        self.emit(EffectKind::Read(Rc::new(ReadEffect {
            key: reader.key,
            receiver: reader.receiver,
            terminal,
            method: EcoString::from(method),
            tables: reader.tables.clone(),
            database: reader.database,
            form: ReadForm::Fluent { reader: Rc::clone(reader), argument },
        })));
        let rows = RowsValue { key: reader.key, tables: reader.tables.clone() };
        match method {
            "first" | "unique" => {
                Value::Row(Rc::new(RowValue { key: rows.key, tables: rows.tables, loop_token: None }))
            }
            "paginate" => Value::Page(Rc::new(rows)),
            _ => Value::Rows(Rc::new(rows)),
        }
    }

    /// A limit that a guard before it bounds, as a value that says so.
    pub(super) fn with_maximum(&self, value: Value) -> Value {
        match self.maximum(&value) {
            Some(maximum) if !matches!(value, Value::Number(_)) => {
                super::statements::bounded(&value, maximum)
            }
            _ => value,
        }
    }
}

/// `q.eq(field, value)` and its kin.
pub(super) fn range_method(range: &Rc<RangeValue>, name: &str, arguments: &[Value], at: CallSite) -> Value {
    let mut range = (**range).clone();
    match name {
        "eq" | "gt" | "gte" | "lt" | "lte" | "search" | "near" | "within" => {
            range.bounds.push(RangeBound {
                method: EcoString::from(name),
                field: arguments.first().cloned().unwrap_or(Value::Undefined),
                value: arguments.get(1).cloned().unwrap_or(Value::Undefined),
                call: at.site,
                callee: at.callee,
            });
        }
        _ => range.has_other = true,
    }
    Value::Range(Rc::new(range))
}
