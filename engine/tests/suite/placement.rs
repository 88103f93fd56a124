//! Which shard a call runs in, and who may see rows.

use crate::support::{project, thrown, value};
use lunora_engine::{CallOptions, Options, Outcome, RequiredPolicies, Routing, Switches};
use serde_json::json;

const SCHEMA: &str = r#"defineSchema({
  notes: defineTable({ userId: v.string(), text: v.string() }).shardBy("userId").index("by_user", ["userId"]),
  words: defineTable({ text: v.string() }).public(),
}).rls("required")"#;

const FUNCTIONS: &str = r#"
import { definePolicy, rls } from "lunorash/server";
const own = definePolicy({ table: "notes", on: "read", when: ({ ctx }) => ({ userId: ctx.auth.userId ?? "nobody" }) });
export const add = mutation.input({ userId: v.string(), text: v.string() }).mutation(({ ctx, args }) => ctx.db.notes.insert(args));
export const raw = query.query(async ({ ctx }) => (await ctx.db.query("notes").collect()).map((row) => row.text));
export const of = query.input({ userId: v.string() }).query(async ({ ctx, args }) =>
  (await ctx.db.query("notes").withIndex("by_user", (q) => q.eq("userId", args.userId)).collect()).map((row) => row.text));
export const mine = query.use(rls([own])).query(async ({ ctx }) => (await ctx.db.query("notes").collect()).map((row) => row.text));
export const words = query.query(({ ctx }) => ctx.db.words.count());
"#;

fn engine(switches: Switches) -> lunora_engine::Engine {
    project(SCHEMA, FUNCTIONS, Options { switches, ..Options::default() })
}

#[test]
fn a_call_runs_in_the_shard_that_it_names_else_in_the_root() {
    let mut engine = engine(Switches::default());
    let add = json!({ "userId": "ada", "text": "hers" });
    let ada = CallOptions { identity: None, shard: Some("ada".to_owned()) };
    engine.call("rows:add", &add, &ada).unwrap();
    value(&mut engine, "add", json!({ "userId": "ada", "text": "lost" }));
    assert_eq!(value(&mut engine, "of", json!({ "userId": "ada" })), json!(["lost"]));
    let read = engine.call("rows:raw", &json!({}), &ada).unwrap();
    assert_eq!(read.outcome, Outcome::Returned { value: json!(["hers"]).into() });
}

#[test]
fn an_argument_can_say_the_shard() {
    let mut engine = engine(Switches { routing: Routing::FromArguments, ..Switches::default() });
    value(&mut engine, "add", json!({ "userId": "ada", "text": "hers" }));
    assert_eq!(value(&mut engine, "of", json!({ "userId": "ada" })), json!(["hers"]));
    assert_eq!(value(&mut engine, "of", json!({ "userId": "bo" })), json!([]));
    assert_eq!(thrown(&mut engine, "raw", json!({})).code, "BAD_REQUEST");
}

#[test]
fn tables_that_require_policies_are_closed_to_code_without_them() {
    let mut engine =
        engine(Switches { required_policies: RequiredPolicies::Enforced, ..Switches::default() });
    for (name, args) in [("raw", json!({})), ("add", json!({ "userId": "ada", "text": "t" }))] {
        let thrown = thrown(&mut engine, name, args);
        assert_eq!((thrown.code.as_str(), thrown.status), ("RLS_REQUIRED", 403));
    }
    assert_eq!(value(&mut engine, "words", json!({})), json!(0));
    assert_eq!(value(&mut engine, "mine", json!({})), json!([]));
}
