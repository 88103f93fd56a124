//! The engine against the facts about Lunora.

use crate::support::{call, project, thrown, value};
use lunora_engine::{NullEquality, Options, Outcome, Switches};
use serde_json::json;

const SCHEMA: &str = r#"defineSchema({
  owners: defineTable({ name: v.string() }).relations((r) => ({ pets: r.many("pets", { field: "ownerId" }) })),
  pets: defineTable({
    ownerId: v.id("owners"),
    name: v.string().max(20),
    tag: v.optional(v.string().unique()),
    age: v.optional(v.number()),
    kind: v.string().default("dog"),
  })
    .index("by_owner_age", ["ownerId", "age"])
    .softDelete()
    .relations((r) => ({ owner: r.one("owners", { field: "ownerId", onDelete: "cascade" }) })),
  locked: defineTable({ petId: v.id("pets"), ownerId: v.id("owners") })
    .relations((r) => ({ owner: r.one("owners", { field: "ownerId", onDelete: "restrict" }) })),
  log: defineTable({ text: v.string() }),
  feed: defineTable({ n: v.number() }).commitOrdered().index("by_seq", ["_commitSeq"]),
  shared: defineTable({ code: v.string(), isOn: v.boolean(), extra: v.optional(v.number()) }).global().index("by_code", ["code"]),
  noisy: defineTable({ n: v.number() }).triggers((t) => ({
    said: t.afterInsert(async (ctx, event) => { await ctx.db.insert("log", { text: `n ${event.doc.n}` }); }),
  })),
})"#;

const FUNCTIONS: &str = r#"
export const fill = mutation.input({ count: v.number() }).mutation(async ({ ctx, args }) => {
  const ownerId = await ctx.db.insert("owners", { name: "Ada" });
  const otherId = await ctx.db.insert("owners", { name: "Bo" });
  for (let i = 0; i < args.count; i++) {
    await ctx.db.pets.insert({ ownerId: i % 10 === 0 ? ownerId : otherId, name: `p${i}`, ...(i % 3 === 0 ? {} : { age: i }) });
  }
  return { ownerId, otherId };
});
export const scan = query.query(({ ctx }) => ctx.db.query("pets").filter((pet) => pet.age === 1).collect());
export const scanTake = query.query(({ ctx }) => ctx.db.query("pets").take(3));
export const indexed = query.input({ ownerId: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("pets").withIndex("by_owner_age", (q) => q.eq("ownerId", args.ownerId)).collect());
export const where = query.input({ ownerId: v.string() }).query(async ({ ctx, args }) =>
  (await ctx.db.pets.findMany({ where: { ownerId: args.ownerId, name: { contains: "P1" } } })).page.map((pet) => pet.name));
export const agelessFirst = query.input({ ownerId: v.string() }).query(async ({ ctx, args }) => {
  const range = () => ctx.db.query("pets").withIndex("by_owner_age", (q) => q.eq("ownerId", args.ownerId).eq("age", null));
  return { collect: (await range().collect()).length, page: (await range().paginate({ numItems: 50, cursor: null })).page.length };
});
export const several = query.input({ ids: v.array(v.string()), ages: v.array(v.number()) }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.pets.findMany({ where: { ownerId: { in: args.ids }, age: { in: args.ages } } });
  return page.length;
});
export const either = query.input({ ownerId: v.string() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.pets.findMany({ where: { OR: [{ ownerId: args.ownerId, age: { lt: 25 } }, { ownerId: args.ownerId, age: { gt: 75 } }] } });
  return page.length;
});
export const petsWithOwner = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.pets.findMany({ orderBy: [{ name: "asc" }], limit: 2, with: { owner: { select: ["name"] } } });
  return page.map((pet) => pet.owner.name);
});
export const ownersOfOld = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.owners.findMany({ where: { pets: { some: { age: { gt: 97 } } } }, with: { _count: { pets: true } } });
  return page.map((owner) => [owner.name, owner._count.pets]);
});
export const tagTwice = mutation.input({ tag: v.string() }).mutation(async ({ ctx, args }) => {
  const ownerId = await ctx.db.insert("owners", { name: "Cy" });
  await ctx.db.insert("pets", { ownerId, name: "a", tag: args.tag });
  await ctx.db.insert("pets", { ownerId, name: "b", tag: args.tag });
});
export const untagged = mutation.mutation(async ({ ctx }) => {
  const ownerId = await ctx.db.insert("owners", { name: "Di" });
  await ctx.db.insert("pets", { ownerId, name: "a" });
  await ctx.db.insert("pets", { ownerId, name: "b" });
  return ctx.db.pets.insert({ ownerId, name: "c", tag: "t" }, { skipDuplicates: true });
});
export const bury = mutation.input({ id: v.string() }).mutation(({ ctx, args }) => ctx.db.delete(args.id));
export const anyPet = query.query(({ ctx }) => ctx.db.query("pets").first());
export const getPet = query.input({ id: v.string() }).query(({ ctx, args }) => ctx.db.get(args.id));
export const counts = query.query(async ({ ctx }) => ({
  owners: await ctx.db.owners.count(), pets: await ctx.db.pets.count(), log: await ctx.db.count("log"), noisy: await ctx.db.noisy.count(),
}));
export const failsLate = mutation.mutation(async ({ ctx }) => {
  await ctx.db.insert("noisy", { n: 1 });
  await ctx.db.shared.insert({ code: "kept", isOn: true });
  await ctx.scheduler.runAfter(0, internal.rows.later, {});
  throw new LunoraError("BAD_REQUEST", "no");
});
export const worksAndSchedules = mutation.mutation(async ({ ctx }) => {
  await ctx.db.insert("noisy", { n: 2 });
  return ctx.scheduler.runAfter(1000, internal.rows.later, { a: 1 });
});
export const later = internalMutation.mutation(() => null);
export const actionWrites = action.action(async ({ ctx }) => {
  await ctx.runMutation(api.rows.worksAndSchedules, {});
  await ctx.runMutation(api.rows.failsLate, {});
});
export const sharedRows = query.query(async ({ ctx }) => (await ctx.db.shared.findMany({ where: { code: "kept" } })).page);
export const sharedFluent = query.query(({ ctx }) => ctx.db.query("shared").withIndex("by_code").collect());
export const unknownIndex = query.query(({ ctx }) => ctx.db.query("pets").withIndex("by_nothing").collect());
export const notUnique = query.query(({ ctx }) => ctx.db.query("pets").unique());
export const patchUndefined = mutation.input({ id: v.string() }).mutation(({ ctx, args }) => ctx.db.patch(args.id, { age: undefined }));
export const missingRequired = mutation.mutation(({ ctx }) => ctx.db.insert("pets", { name: "x" }));
export const tooLong = mutation.mutation(({ ctx }) => ctx.db.insert("pets", { name: "x".repeat(21) }));
export const tooMany = mutation.mutation(({ ctx }) => ctx.db.insertMany("log", Array.from({ length: 501 }, () => ({ text: "" }))));
export const dropOwner = mutation.input({ id: v.string() }).mutation(({ ctx, args }) => ctx.db.owners.delete(args.id));
export const lockOwner = mutation.input({ id: v.string() }).mutation(({ ctx, args }) => ctx.db.insert("locked", { petId: "x", ownerId: args.id }));
export const strictArgs = query.input({ n: v.number().int().max(5) }).query(({ args }) => args);
export const random = query.query(({ ctx }) => [Math.random(), crypto.randomUUID(), Date.now() === ctx.now, new Date().toISOString()]);
export const network = action.action(async () => (await fetch("https://example.com")).status);
export const writesInQuery = query.query(({ ctx }) => (ctx.db as any).insert("log", { text: "" }));
export const publish = mutation.mutation(async ({ ctx }) => {
  const id = await ctx.db.insert("feed", { n: 1 });
  await ctx.db.insert("feed", { n: 2 });
  return id;
});
export const republish = mutation.input({ id: v.string() }).mutation(({ ctx, args }) => ctx.db.patch(args.id, { n: 3 }));
export const feed = query.query(async ({ ctx }) =>
  (await ctx.db.query("feed").withIndex("by_seq", (q) => q.gt("_commitSeq", 0)).collect()).map((row: any) => [row.n, row._commitSeq]));
export const big = mutation.mutation(async ({ ctx }) => { await ctx.db.insert("log", { text: 5n as any }); });
"#;

fn engine() -> lunora_engine::Engine {
    project(SCHEMA, FUNCTIONS, Options::default())
}

#[test]
fn a_scan_visits_every_row_and_an_indexed_read_its_matches() {
    let mut engine = engine();
    let ids = value(&mut engine, "fill", json!({ "count": 100 }));
    let scan = call(&mut engine, "scan", json!({})).trace;
    assert_eq!((scan.rows_visited(), scan.rows_returned()), (100, 1));
    assert!(scan.operations[0].statements[0].is_scan);
    let take = call(&mut engine, "scanTake", json!({})).trace;
    assert_eq!(take.rows_visited(), 3);
    let indexed = call(&mut engine, "indexed", json!({ "ownerId": ids["ownerId"] })).trace;
    assert_eq!((indexed.rows_visited(), indexed.rows_returned()), (10, 10));
    assert_eq!(indexed.operations[0].statements[0].index.as_deref(), Some("by_owner_age"));
    let several = call(
        &mut engine,
        "several",
        json!({ "ids": [ids["ownerId"], ids["otherId"]], "ages": [10, 11, 13] }),
    )
    .trace;
    assert_eq!((several.rows_visited(), several.rows_returned()), (3, 3));
    let either = call(&mut engine, "either", json!({ "ownerId": ids["ownerId"] })).trace;
    assert_eq!(
        (either.rows_visited(), either.rows_returned()),
        (3, 3),
        "{:?}",
        either.operations[0].statements[0].plan
    );
    let get = call(&mut engine, "dropOwner", json!({ "id": "nobody" })).trace;
    assert_eq!(get.rows_visited(), 0);
}

#[test]
fn an_operation_says_where_the_code_asks_for_it() {
    let mut engine = engine();
    let trace = call(&mut engine, "indexed", json!({ "ownerId": "x" })).trace;
    let operation = &trace.operations[0];
    let line = FUNCTIONS
        .lines()
        .position(|line| line.contains("q.eq(\"ownerId\", args.ownerId)).collect()"))
        .unwrap() as u32
        + 4;
    assert_eq!((operation.sites[0].file.as_str(), operation.sites[0].line), ("lunora/rows.ts", line));
    assert_eq!(operation.opened[0].line, line);
    let statement = &operation.statements[0];
    let columns: Vec<&str> = statement.conditions.iter().map(|condition| condition.column.as_str()).collect();
    assert_eq!(columns, ["ownerId", "deletedAt"]);
    assert_eq!(statement.order[0].column, "age");
    assert_eq!((operation.method.as_str(), operation.surface.as_str()), ("collect", "fluent"));
}

#[test]
fn equality_with_null_finds_rows_only_in_pages() {
    let mut engine = engine();
    let ids = value(&mut engine, "fill", json!({ "count": 60 }));
    let found = value(&mut engine, "agelessFirst", json!({ "ownerId": ids["ownerId"] }));
    assert_eq!(found, json!({ "collect": 0, "page": 2 }));
    let switches = Switches { null_equality: NullEquality::IsNull, ..Switches::default() };
    let mut engine = project(SCHEMA, FUNCTIONS, Options { switches, ..Options::default() });
    let ids = value(&mut engine, "fill", json!({ "count": 60 }));
    assert_eq!(value(&mut engine, "agelessFirst", json!({ "ownerId": ids["ownerId"] }))["collect"], json!(2));
}

#[test]
fn object_reads_use_where_relations_and_counts() {
    let mut engine = engine();
    let ids = value(&mut engine, "fill", json!({ "count": 100 }));
    assert_eq!(value(&mut engine, "where", json!({ "ownerId": ids["ownerId"] })), json!(["p10"]));
    assert_eq!(value(&mut engine, "petsWithOwner", json!({})), json!(["Ada", "Bo"]));
    assert_eq!(value(&mut engine, "ownersOfOld", json!({})), json!([["Bo", 90]]));
}

#[test]
fn unique_columns_conflict_unless_they_are_absent() {
    let mut engine = engine();
    let error = thrown(&mut engine, "tagTwice", json!({ "tag": "t" }));
    assert_eq!(
        (error.code.as_str(), error.status, error.conflict.as_deref()),
        ("CONFLICT", 409, Some("unique"))
    );
    assert_eq!(value(&mut engine, "counts", json!({}))["owners"], json!(0));
    assert!(value(&mut engine, "untagged", json!({})).is_string());
    assert!(value(&mut engine, "untagged", json!({})).is_null());
}

#[test]
fn soft_deletes_hide_rows_from_lists_but_not_by_id() {
    let mut engine = engine();
    value(&mut engine, "fill", json!({ "count": 3 }));
    let pet = value(&mut engine, "anyPet", json!({}));
    value(&mut engine, "bury", json!({ "id": pet["_id"] }));
    assert_eq!(value(&mut engine, "counts", json!({}))["pets"], json!(2));
    let buried = value(&mut engine, "getPet", json!({ "id": pet["_id"] }));
    assert!(buried["deletedAt"].is_number());
}

#[test]
fn a_mutation_that_throws_leaves_only_what_it_wrote_to_global_tables() {
    let mut engine = engine();
    let failed = call(&mut engine, "failsLate", json!({}));
    assert!(failed.jobs.is_empty());
    assert_eq!(value(&mut engine, "counts", json!({}))["log"], json!(0));
    let kept = value(&mut engine, "sharedRows", json!({}));
    assert_eq!((&kept[0]["isOn"], &kept[0]["extra"]), (&json!(true), &json!(null)));
}

#[test]
fn each_mutation_of_an_action_commits_alone() {
    let mut engine = engine();
    let result = call(&mut engine, "actionWrites", json!({}));
    assert!(matches!(result.outcome, Outcome::Threw(_)));
    let jobs: Vec<Option<&str>> = result.jobs.iter().map(|job| job.key.as_deref()).collect();
    assert_eq!(jobs, [Some("rows:later")]);
    let insert = &result.trace.operations[1];
    assert_eq!((insert.table.as_deref(), insert.cause), (Some("log"), Some(0)));
    assert_eq!(insert.path, ["rows:actionWrites", "rows:worksAndSchedules"]);
    assert_eq!(value(&mut engine, "counts", json!({}))["log"], json!(1));
}

#[test]
fn commit_sequences_are_shared_by_the_writes_of_a_mutation() {
    let mut engine = engine();
    let id = value(&mut engine, "publish", json!({}));
    value(&mut engine, "republish", json!({ "id": id }));
    assert_eq!(value(&mut engine, "feed", json!({})), json!([[2, 1], [3, 2]]));
}

#[test]
fn jobs_run_when_their_time_has_come() {
    let mut engine = engine();
    value(&mut engine, "worksAndSchedules", json!({}));
    assert_eq!(engine.run_due_jobs(10).unwrap(), []);
    engine.advance(1_000);
    let ran = engine.run_due_jobs(10).unwrap();
    assert_eq!(ran.len(), 1);
    assert_eq!(
        (&ran[0].0.args, &ran[0].1.outcome),
        (&json!({ "a": 1 }), &Outcome::Returned { value: json!(null).into() })
    );
}

#[test]
fn deletes_cascade_or_are_restricted() {
    let mut engine = engine();
    let ids = value(&mut engine, "fill", json!({ "count": 20 }));
    value(&mut engine, "dropOwner", json!({ "id": ids["ownerId"] }));
    assert_eq!(value(&mut engine, "counts", json!({}))["pets"], json!(18));
    value(&mut engine, "lockOwner", json!({ "id": ids["otherId"] }));
    let error = thrown(&mut engine, "dropOwner", json!({ "id": ids["otherId"] }));
    assert_eq!(error.conflict.as_deref(), Some("restrict"));
    assert_eq!(value(&mut engine, "counts", json!({}))["pets"], json!(18));
}

#[test]
fn errors_have_lunoras_codes() {
    let mut engine = engine();
    value(&mut engine, "fill", json!({ "count": 2 }));
    let pet = value(&mut engine, "anyPet", json!({}));
    for (name, args, code) in [
        ("sharedFluent", json!({}), "INTERNAL"),
        ("unknownIndex", json!({}), "INTERNAL"),
        ("notUnique", json!({}), "NOT_UNIQUE"),
        ("patchUndefined", json!({ "id": pet["_id"] }), "INTERNAL"),
        ("patchUndefined", json!({ "id": "nobody" }), "NOT_FOUND"),
        ("tooLong", json!({}), "VALIDATION_ERROR"),
        ("tooMany", json!({}), "BATCH_LIMIT_EXCEEDED"),
        ("strictArgs", json!({ "n": 6 }), "VALIDATION_ERROR"),
        ("strictArgs", json!({}), "VALIDATION_ERROR"),
        ("big", json!({}), "VALIDATION_ERROR"),
        ("writesInQuery", json!({}), "INTERNAL_SERVER_ERROR"),
    ] {
        assert_eq!(thrown(&mut engine, name, args).code, code, "{name}");
    }
    assert!(value(&mut engine, "missingRequired", json!({})).is_string());
    assert_eq!(value(&mut engine, "strictArgs", json!({ "n": 5, "other": 1 })), json!({ "n": 5 }));
    assert_eq!(
        call(&mut engine, "network", json!({})).outcome,
        Outcome::NotVerifiable { needs: "the network".into() }
    );
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let run = || {
        let mut engine = engine();
        engine.seed(30, 7).unwrap();
        let filled = call(&mut engine, "fill", json!({ "count": 10 }));
        let random = call(&mut engine, "random", json!({}));
        let read = call(&mut engine, "scan", json!({}));
        serde_json::to_string(&[filled, random, read]).unwrap()
    };
    assert_eq!(run(), run());
}
