//! Object reads and aggregates against a naive filter over all rows, with SQL's three values of truth.

use std::cell::RefCell;

use crate::support::{project, value};
use lunora_engine::{Engine, Options};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

const SCHEMA: &str = r#"defineSchema({
  rows: defineTable({ n: v.number(), a: v.any(), b: v.any(), size: v.optional(v.number()) }).index("by_a_b", ["a", "b"]).index("by_b", ["b"]),
})"#;

const FUNCTIONS: &str = r#"
export const refill = mutation.input({ rows: v.any() }).mutation(async ({ ctx, args }) => {
  await ctx.db.deleteAll("rows");
  await ctx.db.insertMany("rows", args.rows);
});
export const find = query.input({ where: v.any() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.rows.findMany({ where: args.where });
  return { found: page.map((row) => row.n), count: await ctx.db.rows.count(args.where), exists: await ctx.db.rows.exists(args.where) };
});
export const totals = query.query(async ({ ctx }) => {
  const result: any = {};
  for (const op of ["sum", "avg", "min", "max"]) result[op] = await ctx.db.rows.aggregate({ op, field: "size" });
  result.groups = await ctx.db.rows.groupBy({ by: "b", agg: { op: "sum", field: "size" } });
  return result;
});
"#;

fn cell() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        (0..3i64).prop_map(|n| Some(json!(n))),
        "[aB]{0,2}".prop_map(|text| Some(json!(text))),
    ]
}

/// Two columns of any kind, and a number.
type Cells = (Option<Value>, Option<Value>, Option<i64>);

fn rows() -> impl Strategy<Value = Vec<Value>> {
    let size = prop::option::of(-5..50i64);
    prop::collection::vec((cell(), cell(), size), 0..14).prop_map(|rows| {
        let row = |(n, (a, b, size)): (usize, Cells)| {
            let mut row = Map::from_iter([("n".to_owned(), json!(n))]);
            let cells = [("a", a), ("b", b), ("size", size.map(Value::from))];
            row.extend(cells.into_iter().filter_map(|(name, cell)| Some((name.to_owned(), cell?))));
            Value::Object(row)
        };
        rows.into_iter().enumerate().map(row).collect()
    })
}

/// A where tree: columns with values or operators, below `AND`, `OR` and `NOT`.
fn tree() -> impl Strategy<Value = Value> {
    let operand =
        || prop_oneof![(0..3i64).prop_map(Value::from), "[aB]{0,2}".prop_map(Value::from), Just(Value::Null)];
    let single =
        (prop_oneof![Just("eq"), Just("ne"), Just("gt"), Just("gte"), Just("lt"), Just("lte")], operand());
    let several = (prop_oneof![Just("in"), Just("notIn")], prop::collection::vec(operand(), 0..3));
    let operators = prop_oneof![
        single.prop_map(|(operator, operand)| json!({ operator: operand })),
        several.prop_map(|(operator, operands)| json!({ operator: operands })),
        any::<bool>().prop_map(|is_null| json!({ "isNull": is_null })),
        "[ab]{1,2}".prop_map(|text| json!({ "contains": text })),
        operand(),
    ];
    let column =
        (prop_oneof![Just("a"), Just("b")], operators).prop_map(|(column, test)| json!({ column: test }));
    column.prop_recursive(2, 8, 3, |inner| {
        let list = || prop::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            list().prop_map(|parts| json!({ "AND": parts })),
            list().prop_map(|parts| json!({ "OR": parts })),
            inner.clone().prop_map(|part| json!({ "NOT": part })),
        ]
    })
}

/// A value as SQLite orders it: numbers before texts; `None` for what is absent or null.
fn key(value: Option<&Value>) -> Option<(u8, i64, String)> {
    match value? {
        Value::Null => None,
        Value::Number(number) => Some((1, number.as_i64().unwrap(), String::new())),
        text => Some((2, 0, text.as_str().unwrap().to_owned())),
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    if parts.contains(&None) { None } else { Some(true) }
}

fn not(holds: Option<bool>) -> Option<bool> {
    holds.map(|holds| !holds)
}

fn holds(tree: &Value, row: &Value) -> Option<bool> {
    let list = |value: &Value| value.as_array().unwrap().clone();
    all(tree.as_object().unwrap().iter().map(|(name, test)| match name.as_str() {
        "AND" => all(list(test).iter().map(|part| holds(part, row))),
        "OR" => not(all(list(test).iter().map(|part| not(holds(part, row))))),
        "NOT" => not(holds(test, row)),
        column => match test {
            Value::Object(operators) => {
                all(operators.iter().map(|(operator, operand)| compare(row.get(column), operator, operand)))
            }
            plain => compare(row.get(column), "eq", plain),
        },
    }))
}

fn compare(cell: Option<&Value>, operator: &str, operand: &Value) -> Option<bool> {
    let left = key(cell);
    let among = |operands: &Value| {
        let operands = operands.as_array().unwrap();
        if operands.is_empty() {
            return Some(false);
        }
        let is_in = operands.iter().any(|operand| key(Some(operand)) == left && left.is_some());
        let is_open = left.is_none() || operands.contains(&Value::Null);
        if is_in { Some(true) } else { (!is_open).then_some(false) }
    };
    match operator {
        "isNull" => return Some(left.is_none() == operand.as_bool().unwrap()),
        "eq" if operand.is_null() => return Some(left.is_none()),
        "ne" if operand.is_null() => return Some(left.is_some()),
        "in" => return among(operand),
        "notIn" => {
            return if operand.as_array().unwrap().is_empty() { Some(true) } else { not(among(operand)) };
        }
        "contains" => {
            let text = |(_, number, text): (u8, i64, String)| {
                if text.is_empty() { number.to_string() } else { text }
            };
            let is_empty_text = cell.is_some_and(|cell| cell == "");
            let cell = if is_empty_text { Some(String::new()) } else { left.map(text) };
            return cell.map(|cell| cell.to_lowercase().contains(operand.as_str().unwrap()));
        }
        _ => {}
    }
    let (left, right) = (left?, key(Some(operand))?);
    Some(match operator {
        "eq" => left == right,
        "ne" => left != right,
        "gt" => left > right,
        "gte" => left >= right,
        "lt" => left < right,
        _ => left <= right,
    })
}

fn check(cases: u32, test: impl Fn(&mut Engine, &[Value], &Value) -> Result<(), TestCaseError>) {
    let engine = RefCell::new(project(SCHEMA, FUNCTIONS, Options::default()));
    let mut runner = TestRunner::new(lunora_properties::config(cases));
    let outcome = runner.run(&(rows(), tree()), |(rows, tree)| {
        let engine = &mut *engine.borrow_mut();
        value(engine, "refill", json!({ "rows": rows }));
        test(engine, &rows, &tree)
    });
    outcome.unwrap();
}

#[test]
fn a_where_finds_what_a_filter_finds() {
    check(120, |engine, rows, tree| {
        let expected: Vec<usize> =
            (0..rows.len()).filter(|position| holds(tree, &rows[*position]) == Some(true)).collect();
        let result = value(engine, "find", json!({ "where": tree }));
        let mut found: Vec<usize> = serde_json::from_value(result["found"].clone()).unwrap();
        found.sort_unstable();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(&result["count"], &json!(expected.len()));
        prop_assert_eq!(&result["exists"], &json!(!expected.is_empty()));
        Ok(())
    });
}

#[test]
fn aggregates_leave_out_rows_without_the_column() {
    check(40, |engine, rows, _| {
        let sizes: Vec<i64> = rows.iter().filter_map(|row| row["size"].as_i64()).collect();
        let totals = value(engine, "totals", json!({}));
        let whole = |value: Option<i64>| value.map_or(Value::Null, Value::from);
        let sum = (!sizes.is_empty()).then(|| sizes.iter().sum::<i64>());
        prop_assert_eq!(&totals["sum"], &whole(sum));
        prop_assert_eq!(&totals["min"], &whole(sizes.iter().min().copied()));
        prop_assert_eq!(&totals["max"], &whole(sizes.iter().max().copied()));
        let average = sum.map(|sum| sum as f64 / sizes.len() as f64);
        let is_average = match (average, totals["avg"].as_f64()) {
            (Some(expected), Some(found)) => (expected - found).abs() < 1e-9,
            (expected, found) => expected == found,
        };
        prop_assert!(is_average, "{:?}: {}", average, totals);
        let grouped: i64 =
            totals["groups"].as_array().unwrap().iter().filter_map(|group| group["value"].as_i64()).sum();
        prop_assert_eq!(grouped, sizes.iter().sum::<i64>());
        Ok(())
    });
}
