//! Index reads against a plain filter, and pages against a whole read, on random rows.

use std::cell::RefCell;

use crate::support::{project, value};
use lunora_engine::{Engine, Options};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const SCHEMA: &str = r#"defineSchema({
  rows: defineTable({ a: v.any(), b: v.any(), n: v.number() }).index("by_a_b", ["a", "b"]),
})"#;

const FUNCTIONS: &str = r#"
export const store = mutation.input({ rows: v.any() }).mutation(async ({ ctx, args }) => {
  await ctx.db.insertMany("rows", args.rows, { limit: 1000 });
});
export const clear = mutation.mutation(({ ctx }) => ctx.db.deleteAll("rows"));
export const all = query.query(({ ctx }) => ctx.db.query("rows").collect());
const ranged = (ctx: any, args: any) => {
  let reader = ctx.db.query("rows").withIndex("by_a_b", (q: any) => args.bounds.reduce((r: any, [op, field, value]: any) => r[op](field, value), q));
  return reader.order(args.order);
};
export const range = query.input({ bounds: v.any(), order: v.string() }).query(({ ctx, args }) => ranged(ctx, args).collect());
export const iterate = query.input({ bounds: v.any(), order: v.string() }).query(async ({ ctx, args }) => {
  const found = [];
  for await (const row of ranged(ctx, args)) found.push(row);
  return found;
});
export const page = query.input({ bounds: v.any(), order: v.string(), size: v.number(), cursor: v.string().nullable() }).query(({ ctx, args }) =>
  ranged(ctx, args).paginate({ numItems: args.size, cursor: args.cursor }));
export const objects = query.input({ where: v.any(), size: v.number(), cursor: v.string().nullable(), order: v.string() }).query(({ ctx, args }) =>
  ctx.db.rows.findMany({ where: args.where, limit: args.size, cursor: args.cursor, orderBy: [{ b: args.order }] }));
"#;

fn engine() -> Engine {
    project(SCHEMA, FUNCTIONS, Options::default())
}

/// A column's value; `None` is absent.
fn cell() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        (0..4i64).prop_map(|n| Some(json!(n))),
        (0..3i64).prop_map(|n| Some(json!(n as f64 + 0.5))),
        "[ab]{0,2}".prop_map(|text| Some(json!(text))),
        any::<bool>().prop_map(|flag| Some(json!(flag))),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec((cell(), cell()), 0..30).prop_map(|cells| {
        let row = |(n, (a, b)): (usize, (Option<Value>, Option<Value>))| {
            let mut row = json!({ "n": n });
            for (name, cell) in [("a", a), ("b", b)] {
                if let (Some(value), Some(fields)) = (cell, row.as_object_mut()) {
                    fields.insert(name.to_owned(), value);
                }
            }
            row
        };
        cells.into_iter().enumerate().map(row).collect()
    })
}

/// Bounds in any order on any column.
fn bounds() -> impl Strategy<Value = Vec<(&'static str, &'static str, Value)>> {
    let operator = prop_oneof![Just("eq"), Just("gt"), Just("gte"), Just("lt"), Just("lte")];
    let column = prop_oneof![Just("a"), Just("b"), Just("n")];
    let operand = prop_oneof![
        (0..4i64).prop_map(|n| json!(n)),
        "[ab]{0,2}".prop_map(|text| json!(text)),
        any::<bool>().prop_map(|flag| json!(flag))
    ];
    proptest::collection::vec((operator, column, operand), 0..3)
}

/// How SQLite compares what is stored: absent and null before numbers before texts; booleans are numbers.
fn rank(value: Option<&Value>) -> (u8, f64, String) {
    match value {
        None | Some(Value::Null) => (0, 0.0, String::new()),
        Some(Value::Bool(flag)) => (1, f64::from(u8::from(*flag)), String::new()),
        Some(Value::Number(number)) => (1, number.as_f64().unwrap(), String::new()),
        Some(text) => (2, 0.0, text.as_str().unwrap().to_owned()),
    }
}

fn holds(row: &Value, (operator, column, operand): &(&str, &str, Value)) -> bool {
    let (left, right) = (rank(row.get(column)), rank(Some(operand)));
    left.0 > 0
        && match *operator {
            "eq" => left == right,
            "gt" => left > right,
            "gte" => left >= right,
            "lt" => left < right,
            _ => left <= right,
        }
}

fn numbers(rows: &Value) -> Vec<i64> {
    rows.as_array().unwrap().iter().map(|row| row["n"].as_i64().unwrap()).collect()
}

fn sorted(mut numbers: Vec<i64>) -> Vec<i64> {
    numbers.sort_unstable();
    numbers
}

fn refill(engine: &mut Engine, rows: &[Value]) {
    value(engine, "clear", json!({}));
    value(engine, "store", json!({ "rows": rows }));
}

#[test]
fn an_index_read_gives_what_a_filter_gives_in_the_order_of_the_index() {
    let engine = RefCell::new(engine());
    let mut runner = TestRunner::new(lunora_properties::config(64));
    let outcome = runner.run(&(rows(), bounds(), any::<bool>()), |(rows, bounds, is_descending)| {
        let engine = &mut *engine.borrow_mut();
        refill(engine, &rows);
        let order = if is_descending { "desc" } else { "asc" };
        let found = value(engine, "range", json!({ "bounds": bounds, "order": order }));
        let expected: Vec<i64> = rows
            .iter()
            .filter(|row| bounds.iter().all(|bound| holds(row, bound)))
            .map(|row| row["n"].as_i64().unwrap())
            .collect();
        prop_assert_eq!(sorted(numbers(&found)), sorted(expected));
        let keys: Vec<_> =
            found.as_array().unwrap().iter().map(|row| (rank(row.get("a")), rank(row.get("b")))).collect();
        let mut ordered = keys.clone();
        ordered.sort_by(|left, right| left.partial_cmp(right).unwrap());
        if is_descending {
            ordered.reverse();
        }
        prop_assert_eq!(keys, ordered);
        let iterated = value(engine, "iterate", json!({ "bounds": bounds, "order": order }));
        prop_assert_eq!(numbers(&iterated), numbers(&found));
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn pages_visit_every_row_once_while_others_are_inserted() {
    let engine = RefCell::new(engine());
    let mut runner = TestRunner::new(lunora_properties::config(48));
    let outcome = runner.run(
        &(rows(), 1..6i64, any::<bool>(), any::<bool>()),
        |(rows, size, is_descending, is_object)| {
            let engine = &mut *engine.borrow_mut();
            refill(engine, &rows);
            let order = if is_descending { "desc" } else { "asc" };
            let name = if is_object { "objects" } else { "page" };
            let (mut cursor, mut seen) = (Value::Null, Vec::new());
            for turn in 0.. {
                let args =
                    json!({ "bounds": [], "where": {}, "order": order, "size": size, "cursor": cursor });
                let page = value(engine, name, args);
                seen.extend(numbers(&page["page"]).into_iter().filter(|number| *number < 1_000));
                prop_assert!(turn < 200);
                if page["isDone"] == json!(true) {
                    break;
                }
                cursor = page["continueCursor"].clone();
                if turn < 5 {
                    value(engine, "store", json!({ "rows": [{ "n": 1_000 + turn, "a": turn, "b": "a" }] }));
                }
            }
            prop_assert_eq!(sorted(seen), (0..rows.len() as i64).collect::<Vec<_>>());
            Ok(())
        },
    );
    outcome.unwrap();
}
