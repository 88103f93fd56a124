//! Reads by other indexes, relations as a graph, jobs, what packages and the platform bring.

use crate::support::{call, project, thrown, value};
use lunora_engine::{Options, Outcome};
use serde_json::json;

const SCHEMA: &str = r#"defineSchema({
  places: defineTable({ name: v.string(), at: v.geoPoint(), nearId: v.optional(v.id("places")), tagIds: v.optional(v.array(v.id("tags"))) })
    .geoIndex("by_at", { field: "at" }).searchIndex("by_name", { field: "name" }),
  tags: defineTable({ label: v.string() }),
  priced: defineTable({ ...pricing, label: v.string() }),
})"#;

const FUNCTIONS: &str = r#"
import { QueryClient } from "@tanstack/query-core";
const client = new QueryClient({ retry: 3 });
export const fill = mutation.mutation(async ({ ctx }) => {
  const tagId = await ctx.db.tags.insert({ label: "t" });
  const home = await ctx.db.places.insert({ name: "old harbour", at: { lat: 52, lng: 4 }, tagIds: [tagId] });
  for (let i = 1; i <= 4; i++) await ctx.db.places.insert({ name: `harbour ${i}`, at: { lat: 52 + i / 10, lng: 4 }, nearId: home });
  return home;
});
export const near = query.query(async ({ ctx }) =>
  (await ctx.db.query("places").withGeoIndex("by_at", (q) => q.near({ lat: 52, lng: 4 }, 25_000)).collect()).map((place) => place.name));
export const inBox = query.query(async ({ ctx }) =>
  (await ctx.db.places.withGeoIndex("by_at", (q) => q.within({ sw: { lat: 52.25, lng: 3 }, ne: { lat: 53, lng: 5 } })).collect()).length);
export const geoPage = query.query(({ ctx }) =>
  ctx.db.query("places").withGeoIndex("by_at", (q) => q.near({ lat: 0, lng: 0 }, 1)).paginate({ numItems: 1, cursor: null }));
export const searched = query.query(async ({ ctx }) => {
  const names = [];
  let cursor = null;
  do {
    const result = await ctx.db.query("places").withSearchIndex("by_name", (q) => q.search("name", "harb")).paginate({ numItems: 2, cursor });
    names.push(result.page.length);
    cursor = result.continueCursor;
  } while (cursor);
  return names;
});
export const linked = query.input({ id: v.string(), options: v.any() }).query(async ({ ctx, args }) => {
  const { nodes, isDone } = await ctx.db.related({ table: "places", id: args.id }, args.options);
  return [nodes.length, isDone];
});
export const plan = mutation.mutation(async ({ ctx }) => {
  const first = await ctx.scheduler.runAfter(10, internal.rows.fill, {});
  await ctx.scheduler.runAfter(20, internal.rows.fill, {});
  return first;
});
export const jobs = query.query(async ({ ctx }) => (await ctx.db.system.query("_scheduled_functions").collect()).length);
export const stop = mutation.input({ id: v.string(), fails: v.boolean() }).mutation(async ({ ctx, args }) => {
  await ctx.scheduler.cancel(args.id);
  if (args.fails) throw new LunoraError("BAD_REQUEST", "kept");
});
export const cached = query.query(() => client.getQueryData(["x"]));
export const priced = query.query(({ ctx }) => ctx.db.priced.findMany());
export const web = query.query(() => {
  const url = new URL("../b?q=1&q=2#top", "https://Example.com:443/a/c/d");
  url.searchParams.append("r", "x y&z");
  const headers = new Headers({ "Content-Type": "text/plain" });
  return [url.href, url.searchParams.getAll("q"), headers.get("content-type"), Response.json({ ok: true }, { status: 201 }).status, URL.canParse("nope")];
});
"#;

fn engine() -> lunora_engine::Engine {
    let schema = format!("{SCHEMA};\nimport {{ pricing }} from \"@acme/pricing\"");
    project(&schema, FUNCTIONS, Options::default())
}

#[test]
fn a_geo_index_finds_what_is_near_nearest_first_and_has_no_pages() {
    let mut engine = engine();
    value(&mut engine, "fill", json!({}));
    assert_eq!(value(&mut engine, "near", json!({})), json!(["old harbour", "harbour 1", "harbour 2"]));
    assert_eq!(value(&mut engine, "inBox", json!({})), json!(2));
    assert_eq!(thrown(&mut engine, "geoPage", json!({})).code, "INTERNAL");
}

#[test]
fn a_search_gives_every_hit_in_one_page() {
    let mut engine = engine();
    value(&mut engine, "fill", json!({}));
    assert_eq!(value(&mut engine, "searched", json!({})), json!([2, 2, 1]));
}

#[test]
fn related_rows_are_found_by_direction_edge_and_depth() {
    let mut engine = engine();
    let id = value(&mut engine, "fill", json!({}));
    for (options, expected) in [
        (json!({}), json!([5, true])),
        (json!({ "direction": "out" }), json!([1, true])),
        (json!({ "direction": "in", "limit": 3 }), json!([3, false])),
        (json!({ "edges": ["places.tagIds"] }), json!([1, true])),
    ] {
        assert_eq!(
            value(&mut engine, "linked", json!({ "id": id, "options": options })),
            expected,
            "{options}"
        );
    }
    let deep = json!({ "id": id, "options": { "depth": 5 } });
    assert_eq!(thrown(&mut engine, "linked", deep).code, "BAD_REQUEST");
}

#[test]
fn a_job_can_be_cancelled_unless_the_mutation_that_does_fails() {
    let mut engine = engine();
    let id = value(&mut engine, "plan", json!({}));
    assert_eq!(value(&mut engine, "jobs", json!({})), json!(2));
    thrown(&mut engine, "stop", json!({ "id": id, "fails": true }));
    assert_eq!(value(&mut engine, "jobs", json!({})), json!(2));
    value(&mut engine, "stop", json!({ "id": id, "fails": false }));
    engine.advance(1_000);
    assert_eq!(engine.run_due_jobs(10).unwrap().len(), 1);
}

#[test]
fn what_a_package_would_bring_is_missed_only_where_a_call_needs_it() {
    let mut engine = engine();
    let needs = |outcome: Outcome| match outcome {
        Outcome::NotVerifiable { needs } => needs,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        needs(call(&mut engine, "cached", json!({})).outcome),
        "`QueryClient` of @tanstack/query-core"
    );
    assert_eq!(needs(call(&mut engine, "priced", json!({})).outcome), "`pricing` of @acme/pricing");
    assert_eq!(value(&mut engine, "jobs", json!({})), json!(0));
}

#[test]
fn urls_headers_and_responses_are_those_of_the_platform() {
    let mut engine = engine();
    let expected =
        json!(["https://example.com/a/b?q=1&q=2&r=x+y%26z#top", ["1", "2"], "text/plain", 201, false]);
    assert_eq!(value(&mut engine, "web", json!({})), expected);
}

#[test]
fn rows_go_when_their_time_is_over_and_not_before() {
    let schema = "defineSchema({
      codes: defineTable({ name: v.string(), until: v.optional(v.timestamp()) }).ttl(\"until\", { after: 1000 }),
      notes: defineTable({ until: v.timestamp() }),
    })";
    let mut engine = project(
        schema,
        "export const add = mutation.input({ name: v.string(), until: v.optional(v.timestamp()) }).mutation(({ ctx, args }) => ctx.db.insert(\"codes\", args));
         export const names = query.query(async ({ ctx }) => (await ctx.db.query(\"codes\").collect()).map((code) => code.name));
         export const now = query.query(({ ctx }) => ctx.now);",
        Options::default(),
    );
    let now = value(&mut engine, "now", json!({})).as_f64().unwrap();
    for (name, until) in [("over", json!(now - 5_000.0)), ("soon", json!(now + 5_000.0))] {
        value(&mut engine, "add", json!({ "name": name, "until": until }));
    }
    value(&mut engine, "add", json!({ "name": "never" }));
    assert_eq!(engine.sweep().unwrap().into_iter().collect::<Vec<_>>(), [("codes".to_owned(), 1)]);
    assert_eq!(value(&mut engine, "names", json!({})), json!(["soon", "never"]));
    engine.advance(5_500);
    assert_eq!(engine.sweep().unwrap().get("codes"), Some(&0));
    engine.advance(1_000);
    assert_eq!(engine.sweep().unwrap().get("codes"), Some(&1));
    assert_eq!(value(&mut engine, "names", json!({})), json!(["never"]));
}

#[test]
fn a_stream_gives_its_items_and_writes_nothing() {
    let mut engine = project(
        "defineSchema({ notes: defineTable({ text: v.string() }) })",
        "export const add = mutation.mutation(({ ctx }) => ctx.db.notes.insert({ text: \"a\" }));
         export const texts = query.stream(async function* ({ ctx }) {
           for (const note of await ctx.db.query(\"notes\").collect()) yield note.text;
         });
         export const endless = query.stream(async function* ({ signal }) {
           try { for (let at = 0; !signal.aborted; at++) yield at; } finally { yield \"not read\"; }
         });
         export const deaf = query.stream(function* () { for (let at = 0; ; at++) yield at; });
         export const writes = query.stream(async function* ({ ctx }) { yield await ctx.db.insert(\"notes\", { text: \"b\" }); });",
        Options::default(),
    );
    value(&mut engine, "add", json!({}));
    assert_eq!(value(&mut engine, "texts", json!({})), json!(["a"]));
    for endless in ["endless", "deaf"] {
        assert_eq!(value(&mut engine, endless, json!({})).as_array().map(Vec::len), Some(100), "{endless}");
    }
    assert!(matches!(call(&mut engine, "writes", json!({})).outcome, Outcome::Threw(_)));
}
