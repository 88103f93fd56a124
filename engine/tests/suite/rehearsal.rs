//! Calls that leave nothing behind, and rows in different numbers.

use lunora_engine::{CallOptions, Options, ROOT_SHARD, Sizes};
use serde_json::json;

use crate::support::{project, value};

const SCHEMA: &str = r#"defineSchema({
  notes: defineTable({ by: v.string(), size: v.number() }).index("by_by", ["by"]),
  tags: defineTable({ name: v.string() }).global(),
})"#;

const FUNCTIONS: &str = r#"
export const count = query.query(async ({ ctx }) => [await ctx.db.notes.count(), await ctx.db.tags.count()]);
export const add = mutation.mutation(async ({ ctx }) => {
  await ctx.scheduler.runAfter(0, internal.rows.later, {});
  await ctx.db.tags.insert({ name: "new" });
  return ctx.db.insert("notes", { by: "me", size: Math.random() });
});
export const fail = mutation.mutation(async ({ ctx }) => {
  await ctx.db.insert("notes", { by: "me", size: 1 });
  throw new Error("no");
});
export const both = action.action(async ({ ctx }) => {
  await ctx.runMutation(api.rows.add, {}, { shardKey: "other" });
  await ctx.runMutation(api.rows.fail, {}).catch(() => null);
  await ctx.runMutation(api.rows.add, {});
  return ctx.runQuery(api.rows.count, {});
});
export const later = internalMutation.mutation(async ({ ctx }) => { await ctx.db.insert("notes", { by: "job", size: 2 }); });
"#;

#[test]
fn what_a_rehearsal_writes_is_undone_and_each_one_goes_the_same() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    engine.seed(7, 1).unwrap();
    let options = CallOptions::default();
    let first = engine.rehearse("rows:add", &json!({}), &options).unwrap();
    assert_eq!(first.trace.rows_written(), 2);
    assert_eq!(engine.rehearse("rows:add", &json!({}), &options).unwrap(), first);
    let both = engine.rehearse("rows:both", &json!({}), &options).unwrap();
    assert_eq!(serde_json::to_value(both.outcome).unwrap()["value"], json!([8, 9]));
    assert!(engine.run_due_jobs(10).unwrap().is_empty());
    assert_eq!(value(&mut engine, "count", json!({})), json!([7, 7]));
    engine.call("rows:add", &json!({}), &options).unwrap();
    assert_eq!(value(&mut engine, "count", json!({})), json!([8, 8]));
}

#[test]
fn tables_get_as_many_rows_as_is_asked_until_they_are_cleared() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    let sizes = Sizes { rows: 3, tables: [("notes".to_owned(), 200)].into() };
    engine.seed_tables(ROOT_SHARD, &sizes, 1).unwrap();
    assert_eq!(value(&mut engine, "count", json!({})), json!([200, 3]));
    let by_index = engine.find_equal("notes", &["by".to_owned()], 1).unwrap().unwrap();
    assert_eq!(by_index.index.as_deref(), Some("by_by"));
    assert!(by_index.rows_visited > 0 && by_index.rows_visited < 100);
    assert_eq!(by_index.rows_visited, by_index.rows_returned);
    let by_scan = engine.find_equal("notes", &["size".to_owned()], 1).unwrap().unwrap();
    assert_eq!(by_scan.rows_visited, 200);
    engine.clear();
    assert_eq!(value(&mut engine, "count", json!({})), json!([0, 0]));
    assert_eq!(engine.find_equal("notes", &["by".to_owned()], 1).unwrap(), None);
}

#[test]
fn a_rehearsal_without_an_index_finds_the_same_rows_by_a_scan() {
    let mut engine = project(
        SCHEMA,
        &format!(
            "{FUNCTIONS}\nexport const mine = query.input({{ by: v.string() }}).query(({{ ctx, args }}) => ctx.db.query(\"notes\").withIndex(\"by_by\", (q) => q.eq(\"by\", args.by)).collect());"
        ),
        Options::default(),
    );
    engine.seed(100, 1).unwrap();
    let (args, options) = (engine.arguments("rows:mine", None, 3).unwrap(), CallOptions::default());
    let with = engine.rehearse("rows:mine", &args, &options).unwrap();
    let without = engine.rehearse_without(("notes", "by_by"), "rows:mine", &args, &options).unwrap();
    assert_eq!(with.outcome, without.outcome);
    assert!(with.trace.rows_visited() < 100);
    assert_eq!(without.trace.rows_visited(), 100);
    assert_eq!(engine.rehearse("rows:mine", &args, &options).unwrap(), with);
}

#[test]
fn rows_that_were_put_aside_come_back_as_they_were() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    engine.seed(3, 1).unwrap();
    let ids = engine.identities();
    let aside = engine.exchange(None);
    engine.seed(5, 1).unwrap();
    assert_eq!(value(&mut engine, "count", json!({})), json!([5, 5]));
    drop(engine.exchange(Some(aside)));
    assert_eq!(value(&mut engine, "count", json!({})), json!([3, 3]));
    assert_eq!(engine.identities(), ids);
}

#[test]
fn rows_that_another_engine_generated_are_taken_over_if_they_would_be_the_same() {
    let mut first = project(SCHEMA, FUNCTIONS, Options::default());
    let sizes = Sizes { rows: 3, tables: [("notes".to_owned(), 50)].into() };
    let rows = first.generate(&sizes, 1).unwrap();
    let args = first.arguments("rows:count", None, 1).unwrap();
    let rehearsed = |engine: &mut lunora_engine::Engine| {
        engine.rehearse("rows:count", &args, &CallOptions::default()).unwrap().outcome
    };
    let expected = rehearsed(&mut first);
    assert_eq!(serde_json::to_value(&expected).unwrap()["value"], json!([50, 3]));

    let indexed = SCHEMA.replace(r#".index("by_by", ["by"])"#, r#".index("by_size", ["size"])"#);
    let mut second = project(&indexed, FUNCTIONS, Options::default());
    second.know_users(&first.users().unwrap());
    assert!(second.take_over(&rows));
    assert_eq!(second.generated_rows("notes").unwrap(), 50);
    assert_eq!(rehearsed(&mut second), expected);
    assert_eq!(second.identities(), first.identities());
    let by_size = second.find_equal("notes", &["size".to_owned()], 1).unwrap().unwrap();
    assert_eq!(by_size.index.as_deref(), Some("by_size"));

    let widened = SCHEMA.replace("size: v.number()", "size: v.number(), text: v.string()");
    let mut third = project(&widened, FUNCTIONS, Options::default());
    third.know_users(&first.users().unwrap());
    assert!(!third.take_over(&rows));
    assert_eq!(third.generated_rows("notes").unwrap(), 0);
}
