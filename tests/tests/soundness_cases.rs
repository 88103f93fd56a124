//! What random programs once showed, shrunk: each of these ran in a way that was not claimed.

use lunora_tests::trial::trial;

const SCHEMA: &str = r#"import { defineSchema, defineTable, v } from "lunorash/server";
const columns = { owner: v.string(), kind: v.string(), rank: v.number(), flag: v.boolean() };
export default defineSchema({
  notes: defineTable(columns).index("by_owner_rank", ["owner", "rank"]),
  tasks: defineTable(columns).index("by_kind", ["kind"]),
});
"#;

const TOOLS: &str = r#"import { query } from "./_generated/server";
export const runs = async (work: () => Promise<any>) => work();
export const rowsOf = (ctx: any, table: string) => ctx.db.query(table).collect();
const viewer = async ({ ctx, next }: any) => next({ ctx: { first: await ctx.db.notes.findFirst({}) } });
export const one = query.use(viewer);
export const other = query.use(viewer).use(async ({ next }) => next());
"#;

/// What is wrong with a project of these tables and functions, of which each is called.
fn differences(functions: &str) -> Vec<String> {
    let header = "import { v } from \"lunorash/server\";\nimport { mutation, query } from \"./_generated/server\";\n\
                  import { one, other, rowsOf, runs } from \"./tools\";\n\
                  const shared = { owner: v.string(), kind: v.string(), flag: v.boolean(), items: v.array(v.string()) };\n";
    let files = [
        ("lunora/schema.ts", SCHEMA.to_owned()),
        ("lunora/tools.ts", TOOLS.to_owned()),
        ("lunora/first.ts", format!("{header}{functions}")),
    ];
    match trial(&files.map(|(path, text)| (path.to_owned(), text))) {
        Ok(tally) if tally.operations == 0 => vec!["nothing ran".to_owned()],
        Ok(_) => Vec::new(),
        Err(found) => found,
    }
}

/// Everything that these functions do is claimed.
fn holds(functions: &str) {
    let found = differences(functions);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A known gap: the analyzer does not follow a value through a `Map` (only when it records mentions), so what is done with it is missing
/// from the claims. Once this fails, make it a case that holds, and let the grammar of programs use maps.
#[test]
fn a_database_that_is_kept_in_a_map_is_not_followed_yet() {
    let found = differences(
        "export const a = query.query(({ ctx }) => {
          const held: any = new Map([[\"own\", ctx.db]]);
          return held.get(\"own\").query(\"notes\").collect();
        });",
    );
    assert_eq!(found.len(), 1);
    assert!(
        found.iter().all(|difference| difference.ends_with("nothing is claimed there")),
        "{}",
        found.join("\n")
    );
}

#[test]
fn middleware_that_several_builders_share_counts_for_each() {
    holds(
        "export const a = one.query(() => 1);
        export const b = other.query(() => 2);",
    );
}

#[test]
fn a_condition_that_may_be_overwritten_by_another_is_not_certain() {
    holds(
        "export const a = query.input(shared).query(({ ctx, args }) => ctx.db.notes.findMany({
          where: { owner: args.owner, ...(args.flag ? { owner: { ne: args.owner } } : {}) },
        }));
        export const b = query.input(shared).query(({ ctx, args }) => ctx.db.notes.findMany({
          where: { owner: { gte: args.owner, lte: args.owner }, ...(args.flag ? { owner: args.owner } : {}) },
        }));",
    );
}

#[test]
fn the_orm_takes_a_table_that_is_computed() {
    holds(
        "export const a = query.input(shared).query(({ ctx, args }) => {
          const table = args.flag ? \"notes\" : \"tasks\";
          return ctx.orm.query[table].findMany({ where: { kind: args.kind } });
        });",
    );
}

#[test]
fn a_wrapper_within_itself_runs_what_it_is_given() {
    holds(
        "export const a = query.query(({ ctx }) =>
          runs(() => runs(() => runs(() => runs(() => ctx.db.query(\"notes\").collect())))));",
    );
}

#[test]
fn a_helper_that_is_called_in_many_ways_does_what_each_says() {
    let calls = |from: usize| -> String {
        (from..from + 60).map(|position| {
            let table = if position % 2 == 0 { "notes" } else { "tasks" };
            format!(
                "export const p{position} = query.query(({{ ctx }}) => runs(async () => {{ await ctx.db.{table}.count({{ rank: {position} }}); return rowsOf({{ ...ctx, at: {position} }}, \"{table}\"); }}));\n"
            )
        }).collect()
    };
    holds(&calls(0));
}
