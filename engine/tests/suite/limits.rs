//! Hostile code ends at its limit, and the next function still runs.

use crate::support::{call, project, value};
use lunora_engine::{Limit, Limits, Options, Outcome};
use serde_json::json;

const SCHEMA: &str = "defineSchema({ rows: defineTable({ n: v.number() }) })";

const FUNCTIONS: &str = r#"
export const endless = query.query(() => { for (;;); });
export const endlessCatch = query.query(async () => { for (;;) { try { await null; } catch {} } });
export const bomb = query.query(() => { const all = []; for (;;) all.push(new Array(10000).fill("x".repeat(100))); });
export const deep = query.query(() => { const down = (n: number): number => 1 + down(n + 1); return down(0); });
export const asks = query.query(async ({ ctx }) => { for (;;) await ctx.db.rows.count(); });
export const never = query.query(() => new Promise(() => {}));
export const half = mutation.mutation(async ({ ctx }) => { await ctx.db.insert("rows", { n: 1 }); for (;;); });
export const slowRegex = query.query(() => /^(a+)+$/.test("a".repeat(40) + "b"));
export const waits = action.action(async ({ ctx }) => {
  const before = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  return Date.now() - before;
});
export const count = query.query(({ ctx }) => ctx.db.rows.count());
"#;

#[test]
fn hostile_code_ends_and_the_next_call_runs() {
    let limits = Limits { memory: 32 * 1024 * 1024, steps: 500, ..Limits::default() };
    let mut engine = project(SCHEMA, FUNCTIONS, Options { limits, ..Options::default() });
    let cases = [
        ("endless", Outcome::Exceeded { limit: Limit::Steps }),
        ("endlessCatch", Outcome::Exceeded { limit: Limit::Steps }),
        ("bomb", Outcome::Exceeded { limit: Limit::Memory }),
        ("deep", Outcome::Exceeded { limit: Limit::Stack }),
        ("asks", Outcome::Exceeded { limit: Limit::Steps }),
        ("never", Outcome::NeverSettled),
        ("half", Outcome::Exceeded { limit: Limit::Steps }),
        ("slowRegex", Outcome::Exceeded { limit: Limit::Steps }),
    ];
    for (name, expected) in cases {
        assert_eq!(call(&mut engine, name, json!({})).outcome, expected, "{name}");
        assert_eq!(value(&mut engine, "count", json!({})), json!(0), "after {name}");
    }
}

#[test]
fn waiting_moves_the_virtual_clock() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    assert_eq!(value(&mut engine, "waits", json!({})), json!(60_000));
}

#[test]
fn code_that_nests_without_end_is_refused() {
    let deep = format!("export const x = {}1{};", "(".repeat(100_000), ")".repeat(100_000));
    let memory = lunora_source::Memory::new([
        (
            "/p/lunora/schema.ts",
            "import { defineSchema } from \"lunorash/server\"; export default defineSchema({});".to_owned(),
        ),
        ("/p/lunora/a.ts", deep),
        ("/p/lunora/b.ts", format!("export const x = {}1;", "!".repeat(1_500))),
    ]);
    let discovery = lunora_source::DiscoveryOptions::default();
    let locations = lunora_source::find_projects(&memory, &["/p".into()], &discovery).unwrap();
    let tree = lunora_source::load(&memory, &locations[0], &discovery).unwrap();
    let engine = lunora_engine::Engine::load(&memory, &tree, Options::default()).unwrap();
    assert_eq!(engine.failed_modules()[0].file, "lunora/a.ts");
}

#[test]
fn a_module_that_never_ends_is_left_out() {
    let memory = lunora_source::Memory::new([
        (
            "/p/lunora/schema.ts",
            "import { defineSchema } from \"lunorash/server\"; export default defineSchema({});",
        ),
        ("/p/lunora/a.ts", "for (;;);"),
        (
            "/p/lunora/b.ts",
            "import { query } from \"./_generated/server\"; export const one = query.query(() => 1);",
        ),
    ]);
    let discovery = lunora_source::DiscoveryOptions::default();
    let locations = lunora_source::find_projects(&memory, &["/p".into()], &discovery).unwrap();
    let tree = lunora_source::load(&memory, &locations[0], &discovery).unwrap();
    let limits = Limits { steps: 100, ..Limits::default() };
    let mut engine =
        lunora_engine::Engine::load(&memory, &tree, Options { limits, ..Options::default() }).unwrap();
    assert_eq!(engine.failed_modules()[0].file, "lunora/a.ts");
    let result = engine.call("b:one", &json!({}), &lunora_engine::CallOptions::default()).unwrap();
    assert_eq!(result.outcome, Outcome::Returned { value: json!(1).into() });
}
