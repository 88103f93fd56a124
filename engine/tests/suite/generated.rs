//! Generated rows and arguments, and the encoding of values.

use lunora_engine::{CallOptions, Options, Outcome};
use serde_json::json;

use crate::support::{project, value};

const SCHEMA: &str = r#"defineSchema({
  people: defineTable({ authId: v.string().unique(), email: v.string().email(), rank: v.bigint(), photo: v.optional(v.bytes()) })
    .index("by_rank", ["rank"]),
  groups: defineTable({
    code: v.string().pattern(/^[A-Z]{3}-\d{4}$/).unique(),
    url: v.string().url(),
    size: v.number().int().min(2).max(9),
    even: v.number().int().check((n) => n % 2 === 0, "must be even"),
    tags: v.array(v.string().length(4)).min(1).max(3),
    where: v.geoPoint(),
    rule: v.union(v.literal("open"), v.literal(3), v.object({ at: v.timestamp(), by: v.id("people") })),
    parentId: v.id("groups").nullable(),
    counts: v.record(v.string(), v.number()),
    closedAt: v.optional(v.date().nullable()),
  }).global(),
  members: defineTable({ groupId: v.id("groups"), personId: v.id("people"), note: v.optional(v.any()) })
    .index("by_group_person", ["groupId", "personId"], { unique: true })
    .relations((r) => ({ group: r.one("groups", { field: "groupId" }), person: r.one("people", { field: "personId" }) })),
})"#;

const FUNCTIONS: &str = r#"
import schema from "./schema";
export const invalid = query.query(async ({ ctx }) => {
  const wrong: string[] = [];
  for (const table of Object.keys(schema.tables)) {
    const { page } = await ctx.db[table].findMany();
    for (const row of page) {
      for (const [column, validator] of Object.entries(schema.tables[table].shape)) {
        const value = table === "groups" && row[column] === null && column === "closedAt" ? undefined : row[column];
        const outcome = (validator as any).safeParse(value);
        if (!outcome.ok) wrong.push(`${table}.${column}: ${outcome.error.message}`);
      }
    }
  }
  return wrong;
});
export const joined = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.members.findMany({ with: { group: true, person: true } });
  return page.filter((member) => member.group && member.person).length;
});
export const mine = query.input({ groupId: v.id("groups") }).query(async ({ ctx, args }) => {
  const me = await ctx.db.people.findFirst({ where: { authId: ctx.auth.userId ?? "" } });
  if (!me) throw new LunoraError("UNAUTHENTICATED", "who?");
  const member = await ctx.db.members.findFirst({ where: { groupId: args.groupId, personId: me._id } });
  if (!member) throw new LunoraError("FORBIDDEN", "not yours");
  return true;
});
export const ranks = mutation.mutation(async ({ ctx }) => {
  const bytes = new Uint8Array([0, 255, 7]).buffer;
  const values = [10n ** 30n, -5n, 0n, -(10n ** 20n), 7n];
  for (const rank of values) await ctx.db.insert("people", { authId: `r${rank}`, email: "a@b.cd", rank, photo: bytes });
  const found = await ctx.db.query("people").withIndex("by_rank", (q) => q.lte("rank", 10n ** 30n)).collect();
  const photo = new Uint8Array(found[0].photo!);
  return { ranks: found.map((row) => `${row.rank}`), photo: [...photo] };
});
"#;

#[test]
fn generated_rows_satisfy_their_validators_and_refer_to_rows() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    let seeded = engine.seed(300, 3).unwrap();
    assert_eq!(seeded.problems, Vec::<String>::new());
    assert_eq!(seeded.tables[0], ("people".to_owned(), 300));
    assert_eq!(value(&mut engine, "invalid", json!({})), json!([]));
    assert_eq!(value(&mut engine, "joined", json!({})), json!(300));
}

#[test]
fn arguments_and_users_hit_generated_rows_together() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    engine.seed(50, 3).unwrap();
    let identities = engine.identities();
    let hits = (0..40).filter(|attempt| {
        let identity = &identities[*attempt % identities.len()];
        let args = engine.arguments("rows:mine", Some(identity), *attempt as u64).unwrap();
        let options = CallOptions { identity: Some(identity.clone()), shard: None };
        engine.call("rows:mine", &args, &options).unwrap().outcome
            == Outcome::Returned { value: json!(true).into() }
    });
    assert!(hits.count() > 10);
}

#[test]
fn big_integers_sort_as_numbers_and_bytes_come_back() {
    let mut engine = project(SCHEMA, FUNCTIONS, Options::default());
    let expected = ["-100000000000000000000", "-5", "0", "7", "1000000000000000000000000000000"];
    assert_eq!(value(&mut engine, "ranks", json!({})), json!({ "ranks": expected, "photo": [0, 255, 7] }));
}

#[test]
fn some_user_has_whatever_role_and_flag_a_guard_asks_for() {
    let schema = r#"defineSchema({ members: defineTable({
      clerkId: v.string(), active: v.boolean(), plan: v.string(),
      role: v.union(v.literal("guest"), v.literal("observer"), v.literal("director")),
    }) })"#;
    let functions = r#"export const guarded = query.query(async ({ ctx }) => {
      const { page: [me] } = await ctx.db.members.findMany({ where: { clerkId: ctx.auth.userId ?? "" }, limit: 1 });
      if (!me?.active || me.role !== "director") throw new LunoraError("FORBIDDEN", "no");
      switch (me.plan) {
        case "gold":
        case "silver":
          return true;
        default:
          throw new LunoraError("FORBIDDEN", "pay");
      }
    });"#;
    for seed in 1..4 {
        let mut engine = project(schema, functions, Options::default());
        engine.seed(20, seed).unwrap();
        let passes = engine.identities().into_iter().any(|identity| {
            let options = CallOptions { identity: Some(identity), shard: None };
            let called = engine.call("rows:guarded", &json!({}), &options).unwrap();
            called.outcome == Outcome::Returned { value: json!(true).into() }
        });
        assert!(passes, "seed {seed}");
    }
}

#[test]
fn an_argument_hits_the_column_that_code_compares_it_with() {
    let schema = r#"defineSchema({ targets: defineTable({ designation: v.string().unique() }) })"#;
    let functions = r#"export const find = query.input({ from: v.string() }).query(({ ctx, args }) =>
      ctx.db.query("targets").filter((row) => row.designation === args.from).first());"#;
    let mut engine = project(schema, functions, Options::default());
    engine.seed(30, 1).unwrap();
    let hits = (0..12).filter(|seed| {
        let args = engine.arguments("rows:find", None, *seed).unwrap();
        value(&mut engine, "find", args) != json!(null)
    });
    assert!(hits.count() > 4);
}
