//! What a function starts without waiting for it.

use crate::support::{call, project, thrown, value};
use lunora_engine::{Options, Outcome};
use serde_json::json;

const SCHEMA: &str = "defineSchema({ rows: defineTable({ n: v.number() }) })";

const FUNCTIONS: &str = r#"
export const fill = mutation.mutation(async ({ ctx }) => { for (const n of [1, 2]) await ctx.db.rows.insert({ n }); });
export const forgets = mutation.mutation(({ ctx }) => { ctx.db.rows.insert({ n: 3 }); });
export const collides = mutation.mutation(({ ctx }) =>
  Promise.all([1, 2].map(() => ctx.db.rows.patchMany({ where: {}, values: { n: 9 } }))));
export const failsEarly = mutation.mutation(async ({ ctx }) => {
  const slow = async () => { for (let i = 0; i < 20; i++) await null; await ctx.db.rows.insert({ n: 4 }); };
  slow();
  throw new LunoraError("BAD_REQUEST", "no");
});
export const all = query.query(async ({ ctx }) => (await ctx.db.query("rows").collect()).map((row) => row.n).sort());
"#;

#[test]
fn a_write_that_nobody_waits_for_is_part_of_the_transaction() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    let forgotten = call(&mut engine, "forgets", json!({}));
    assert_eq!(forgotten.trace.rows_written(), 1);
    assert_eq!(value(&mut engine, "all", json!({})), json!([3]));
}

#[test]
fn what_a_failed_call_left_behind_touches_nothing() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    value(&mut engine, "fill", json!({}));
    let collision = thrown(&mut engine, "collides", json!({}));
    assert_eq!(collision.conflict.as_deref(), Some("occ"));
    assert_eq!(thrown(&mut engine, "failsEarly", json!({})).code, "BAD_REQUEST");
    let read = call(&mut engine, "all", json!({}));
    assert_eq!(read.outcome, Outcome::Returned { value: json!([1, 2]).into() });
    assert_eq!(read.trace.rows_written(), 0);
}
