//! Writes against the facts: uniqueness, defaults, deletes, caps, codes.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::support::{call, project, thrown, value};
use lunora_engine::{
    Options, Outcome, ReplaceCreationTime, RequiredColumns, Switches, TieBreak, UniqueOnZero,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const SCHEMA: &str = r#"defineSchema({
  keyed: defineTable({ a: v.any(), b: v.any() }).index("by_a_b", ["a", "b"], { unique: true }).softDelete(),
  filled: defineTable({
    flag: v.boolean().default(false), count: v.number().default(0), none: v.string().nullable().default(null),
    made: v.string().$defaultFn(() => "made"), owner: v.string().serverDefault(({ auth }) => auth.userId ?? "nobody"),
    at: v.timestamp().defaultNow(), touched: v.optional(v.string().$onUpdateFn(() => "touched")), plain: v.optional(v.string()),
  }),
  parents: defineTable({ name: v.string() }),
  cascaded: defineTable({ parentId: v.id("parents") }).relations((r) => ({ parent: r.one("parents", { field: "parentId", onDelete: "cascade" }) })),
  emptied: defineTable({ parentId: v.id("parents").nullable() }).relations((r) => ({ parent: r.one("parents", { field: "parentId", onDelete: "set null" }) })),
  restricted: defineTable({ parentId: v.id("parents") }).relations((r) => ({ parent: r.one("parents", { field: "parentId", onDelete: "restrict" }) })),
  big: defineTable({ text: v.string() }).index("by_text", ["text"]),
})"#;

const FUNCTIONS: &str = r#"
export const put = mutation.input({ a: v.any(), b: v.any() }).mutation(async ({ ctx, args }) => ctx.db.keyed.insert({ ...args }));
export const hide = mutation.input({ id: v.string() }).mutation(async ({ ctx, args }) => { await ctx.db.keyed.delete(args.id); });
export const show = mutation.input({ id: v.string() }).mutation(async ({ ctx, args }) => { await ctx.db.keyed.restore(args.id); });
export const wipe = mutation.mutation(({ ctx }) => ctx.db.deleteAll("keyed", { hard: true }));
export const seen = query.input({ id: v.string() }).query(async ({ ctx, args }) => ({
  listed: (await ctx.db.query("keyed").collect()).length,
  found: (await ctx.db.keyed.findMany()).page.length,
  all: (await ctx.db.keyed.findMany({ includeDeleted: true })).page.length,
  counted: await ctx.db.keyed.count(),
  byId: Boolean(await ctx.db.get(args.id)),
}));
export const fillIn = mutation.input({ given: v.any(), patch: v.any() }).mutation(async ({ ctx, args }) => {
  const id = await ctx.db.filled.insert(args.given);
  const inserted = await ctx.db.filled.get(id);
  await ctx.db.filled.patch(id, args.patch);
  return { inserted, patched: await ctx.db.filled.get(id) };
});
export const family = mutation.input({ tables: v.array(v.string()) }).mutation(async ({ ctx, args }) => {
  const parentId = await ctx.db.parents.insert({ name: "p" });
  for (const table of args.tables) await ctx.db[table].insert({ parentId });
  return parentId;
});
export const dropParent = mutation.input({ id: v.string() }).mutation(async ({ ctx, args }) => { await ctx.db.parents.delete(args.id); });
export const left = query.query(async ({ ctx }) => ({
  parents: await ctx.db.parents.count(), cascaded: await ctx.db.cascaded.count(), restricted: await ctx.db.restricted.count(),
  emptied: (await ctx.db.emptied.findMany()).page.map((row) => row.parentId),
}));
export const tooBig = mutation.mutation(async ({ ctx }) => { await ctx.db.big.insert({ text: "x".repeat(2 * 1024 * 1024) }); });
export const tooMuch = mutation.mutation(async ({ ctx }) => { for (let i = 0; i < 20; i++) await ctx.db.big.insert({ text: "x".repeat(1_900_000) }); });
export const some = mutation.mutation(async ({ ctx }) => { for (let i = 0; i < 10; i++) await ctx.db.insertMany("big", Array.from({ length: 100 }, (_, n) => ({ text: `${n % 3}` }))); });
export const readsTooMuch = query.query(async ({ ctx }) => { for (let i = 0; i < 101; i++) await ctx.db.query("big").filter(() => false).collect(); });
export const ties = query.input({ order: v.string() }).query(async ({ ctx, args }) =>
  (await ctx.db.query("big").withIndex("by_text").order(args.order as any).take(50)).map((row) => row._id));
export const clientIds = mutation.input({ id: v.any() }).mutation(({ ctx, args }) => ctx.db.insert("big", { text: "c" }, { clientId: args.id }));
export const badCursor = query.input({ cursor: v.string() }).query(({ ctx, args }) => ctx.db.query("big").paginate({ numItems: 2, cursor: args.cursor }));
export const badIn = query.query(({ ctx }) => ctx.db.big.findMany({ where: { text: { in: "x" as any } } }));
export const noTable = query.query(({ ctx }) => ctx.db.query("nothing" as any).collect());
export const noRelation = query.query(({ ctx }) => ctx.db.big.findMany({ with: { nothing: true } as any }));
export const noneUnique = query.query(({ ctx }) => ctx.db.query("parents").unique());
export const noneThrows = query.query(({ ctx }) => ctx.db.parents.findFirstOrThrow());
export const badDelay = mutation.mutation(({ ctx }) => ctx.scheduler.runAfter(-1, internal.rows.left, {}));
export const wrongKind = mutation.mutation(({ ctx }) => ctx.runQuery(api.rows.tooBig as any, {}));
export const noFunction = query.query(({ ctx }) => ctx.runQuery(api.rows.nothing as any, {}));
export const endless = query.query(({ ctx }) => ctx.runQuery(api.rows.endless, {}));
export const own = mutation.mutation(() => { throw new LunoraError("RATE_LIMITED", "slow down", { data: { after: 5 } }); });
export const plainError = mutation.mutation(() => { throw new Error("secret"); });
export const replaced = mutation.mutation(async ({ ctx }) => {
  const id = await ctx.db.parents.insert({ name: "a" });
  const before = (await ctx.db.parents.get(id))._creationTime;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await ctx.db.parents.replace(id, { name: "b" });
  return (await ctx.db.parents.get(id))._creationTime - before;
});
export const nameless = mutation.mutation(({ ctx }) => ctx.db.parents.insert({} as any));
"#;

fn engine(switches: Switches) -> lunora_engine::Engine {
    project(SCHEMA, FUNCTIONS, Options { switches, ..Options::default() })
}

#[test]
fn a_unique_index_takes_each_key_once_and_nulls_any_number_of_times() {
    let engine = RefCell::new(engine(Switches::default()));
    let cell = || {
        prop_oneof![
            Just(Value::Null),
            (0..2i64).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(json!("x")),
        ]
    };
    let steps = prop::collection::vec((cell(), cell(), any::<bool>()), 1..12);
    let mut runner = TestRunner::new(lunora_properties::config(40));
    let outcome = runner.run(&steps, |steps| {
        let engine = &mut *engine.borrow_mut();
        value(engine, "wipe", json!({}));
        let mut taken = BTreeSet::new();
        for (a, b, is_deleted) in steps {
            // In SQL, true is 1.
            let key = [&a, &b]
                .map(|cell| cell.as_bool().map_or(cell.to_string(), |flag| u8::from(flag).to_string()));
            let is_free = a.is_null() || b.is_null() || taken.insert(key);
            match call(engine, "put", json!({ "a": a, "b": b })).outcome {
                Outcome::Returned { value: id } => {
                    prop_assert!(is_free);
                    if is_deleted {
                        // A row that is only marked still holds its key.
                        value(engine, "hide", json!({ "id": id.to_value() }));
                    }
                }
                Outcome::Threw(thrown) => {
                    prop_assert!(!is_free);
                    prop_assert_eq!(thrown.conflict.as_deref(), Some("unique"));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn a_soft_deleted_row_is_seen_by_id_alone_until_it_is_restored() {
    let mut engine = engine(Switches::default());
    let id = value(&mut engine, "put", json!({ "a": 1, "b": 2 }));
    value(&mut engine, "hide", json!({ "id": id }));
    value(&mut engine, "hide", json!({ "id": id }));
    let hidden = json!({ "listed": 0, "found": 0, "all": 1, "counted": 0, "byId": true });
    assert_eq!(value(&mut engine, "seen", json!({ "id": id })), hidden);
    value(&mut engine, "show", json!({ "id": id }));
    assert_eq!(value(&mut engine, "seen", json!({ "id": id }))["listed"], json!(1));
}

#[test]
fn defaults_fill_what_is_absent_and_nothing_else() {
    let mut engine = engine(Switches::default());
    let args = json!({ "given": { "count": 7, "owner": "forged" }, "patch": { "plain": "p" } });
    let filled = value(&mut engine, "fillIn", args);
    let inserted = &filled["inserted"];
    assert_eq!(
        (&inserted["flag"], &inserted["count"], &inserted["none"]),
        (&json!(false), &json!(7), &json!(null))
    );
    assert_eq!((&inserted["made"], &inserted["owner"]), (&json!("made"), &json!("nobody")));
    assert!(inserted["at"].is_number() && inserted.get("touched").is_none());
    assert_eq!(
        (&filled["patched"]["touched"], &filled["patched"]["plain"]),
        (&json!("touched"), &json!("p"))
    );
    let given = json!({ "given": {}, "patch": { "touched": "own", "owner": "forged" } });
    let patched = &value(&mut engine, "fillIn", given)["patched"];
    assert_eq!((&patched["touched"], &patched["owner"]), (&json!("own"), &json!("nobody")));
}

#[test]
fn a_delete_cascades_empties_or_is_restricted_as_the_relation_says() {
    let mut engine = engine(Switches::default());
    let id = value(&mut engine, "family", json!({ "tables": ["cascaded", "emptied", "cascaded"] }));
    value(&mut engine, "dropParent", json!({ "id": id }));
    let left = json!({ "parents": 0, "cascaded": 0, "restricted": 0, "emptied": [null] });
    assert_eq!(value(&mut engine, "left", json!({})), left);
    let id = value(&mut engine, "family", json!({ "tables": ["cascaded", "restricted"] }));
    assert_eq!(thrown(&mut engine, "dropParent", json!({ "id": id })).conflict.as_deref(), Some("restrict"));
    assert_eq!(value(&mut engine, "left", json!({}))["cascaded"], json!(1), "all of it is rolled back");
    value(&mut engine, "dropParent", json!({ "id": "nobody" }));
}

#[test]
fn every_code_has_its_status() {
    let mut engine = engine(Switches::default());
    value(&mut engine, "some", json!({}));
    for (name, args, code, status) in [
        ("tooBig", json!({}), "PAYLOAD_TOO_LARGE", 413),
        ("tooMuch", json!({}), "TRANSACTION_LIMIT_EXCEEDED", 413),
        ("readsTooMuch", json!({}), "TRANSACTION_LIMIT_EXCEEDED", 413),
        ("clientIds", json!({ "id": "note-1" }), "INTERNAL", 500),
        ("badCursor", json!({ "cursor": "~2bm9wZQ==" }), "BAD_REQUEST", 400),
        ("badCursor", json!({ "cursor": "nope" }), "BAD_REQUEST", 400),
        ("badIn", json!({}), "BAD_REQUEST", 400),
        ("noTable", json!({}), "INTERNAL", 500),
        ("noRelation", json!({}), "INTERNAL", 500),
        ("noneThrows", json!({}), "NOT_FOUND", 404),
        ("badDelay", json!({}), "INVALID_INPUT", 400),
        ("wrongKind", json!({}), "BAD_REQUEST", 400),
        ("noFunction", json!({}), "FUNCTION_NOT_FOUND", 404),
        ("endless", json!({}), "RUN_DEPTH_EXCEEDED", 500),
        ("own", json!({}), "RATE_LIMITED", 429),
        ("plainError", json!({}), "INTERNAL_SERVER_ERROR", 500),
        ("show", json!({ "id": "nobody" }), "NOT_FOUND", 404),
        ("hide", json!({}), "VALIDATION_ERROR", 400),
    ] {
        let thrown = thrown(&mut engine, name, args);
        assert_eq!((thrown.code.as_str(), thrown.status), (code, status), "{name}: {}", thrown.message);
    }
    let id = "0b5c2f6e-7d4a-4c1b-9f3e-2a1b3c4d5e6f";
    assert_eq!(value(&mut engine, "clientIds", json!({ "id": id })), json!(id));
    assert_eq!(thrown(&mut engine, "clientIds", json!({ "id": id })).conflict.as_deref(), Some("unique"));
    assert_eq!(value(&mut engine, "noneUnique", json!({})), json!(null));
}

#[test]
fn switches_say_what_releases_do_differently() {
    let mut newest = engine(Switches::default());
    assert_eq!(value(&mut newest, "replaced", json!({})), json!(1_000));
    assert!(value(&mut newest, "nameless", json!({})).is_string());
    let mut earlier = engine(Switches {
        unique_on_zero: UniqueOnZero::Throw,
        replace_creation_time: ReplaceCreationTime::Keep,
        tie_break: TieBreak::Ascending,
        required_columns: RequiredColumns::Strict,
        ..Switches::default()
    });
    assert_eq!(thrown(&mut earlier, "noneUnique", json!({})).code, "NOT_UNIQUE");
    assert_eq!(value(&mut earlier, "replaced", json!({})), json!(0));
    assert_eq!(thrown(&mut earlier, "nameless", json!({})).code, "VALIDATION_ERROR");
    for (engine, follows) in [(&mut newest, true), (&mut earlier, false)] {
        value(engine, "some", json!({}));
        let ids = value(engine, "ties", json!({ "order": "desc" }));
        let ids: Vec<&str> = ids.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(ids.is_sorted_by(|left, right| left >= right), follows);
        assert_eq!(ids.is_sorted(), !follows);
    }
}
