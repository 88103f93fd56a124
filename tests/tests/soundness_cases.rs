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

#[test]
fn what_is_kept_in_a_map_is_followed() {
    holds(
        "export const a = query.query(({ ctx }) => {
          const held: any = new Map([[\"own\", ctx.db]]);
          return held.get(\"own\").query(\"notes\").collect();
        });
        export const b = query.query(async ({ ctx }) => {
          const held = new Map<string, any>();
          held.set(\"rows\", (kind: string) => ctx.db.query(\"tasks\").withIndex(\"by_kind\", (q) => q.eq(\"kind\", kind)).collect());
          held.set(\"count\", () => ctx.db.notes.count({}));
          for (const [name, run] of held) await run(name);
          return held.get(\"rows\")(\"a\");
        });
        const handlers = new Map<string, (ctx: any) => any>([
          [\"a\", (ctx) => ctx.db.query(\"notes\").first()],
          [\"b\", (ctx) => ctx.db.query(\"tasks\").first()],
        ]);
        export const c = query.input(shared).query(({ ctx, args }) => handlers.get(args.flag ? \"a\" : \"b\")!(ctx));
        export const d = query.query(({ ctx }) => Promise.all([...handlers.values()].map((run) => run(ctx))));",
    );
}

#[test]
fn an_object_that_says_how_to_go_over_it_is_run() {
    holds(
        "class Feed {
          constructor(private readonly ctx: any) {}
          async *[Symbol.asyncIterator]() {
            for await (const note of this.ctx.db.query(\"notes\")) yield note.kind;
          }
        }
        export const a = query.query(async ({ ctx }) => {
          const kinds = [];
          for await (const kind of new Feed(ctx)) kinds.push(kind);
          return kinds;
        });
        export const b = query.query(async ({ ctx }) => {
          const pages = {
            [Symbol.asyncIterator]() {
              let left = 2;
              return { next: async () => ({ done: left-- === 0, value: await ctx.db.query(\"tasks\").take(2) }) };
            },
          };
          const found = [];
          for await (const page of pages) found.push(...page);
          return found;
        });
        export const c = query.query(async ({ ctx }) => {
          const tables = { *[Symbol.iterator]() { yield ctx.db.query(\"tasks\").first(); yield ctx.db.notes.findFirst({}); } };
          for (const row of tables) await row;
          return Promise.all([...tables]);
        });",
    );
}

#[test]
fn a_method_that_a_subclass_overrides_is_run_by_the_base_class() {
    holds(
        "abstract class Store {
          constructor(protected readonly db: any) {}
          protected abstract load(kind: string): Promise<any>;
          async need(kind: string) { return (await this.load(kind)) ?? this.fallback(); }
          protected fallback(): any { return this.db.notes.count({}); }
          static reading(this: any, ctx: any) { return new this(ctx.db); }
        }
        class Notes extends Store {
          protected load(kind: string) { return this.db.query(\"notes\").first(); }
          protected fallback() { return super.fallback(); }
        }
        class Tasks extends Store {
          private readonly index: string;
          constructor(ctx: any) { super(ctx.db); this.index = \"by_kind\"; }
          protected load(kind: string) {
            return this.db.query(\"tasks\").withIndex(this.index, (q: any) => q.eq(\"kind\", kind)).first();
          }
        }
        export const a = query.input(shared).query(({ ctx, args }) => Notes.reading(ctx).need(args.kind));
        export const b = query.input(shared).query(({ ctx, args }) => new Tasks(ctx).need(args.kind));",
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
