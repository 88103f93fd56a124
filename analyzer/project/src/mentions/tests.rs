use std::collections::BTreeSet;

use super::{Certainty, MentionKind, Symbol};
use crate::project::Project;
use crate::testing::project;

const SCHEMA: (&str, &str) = (
    "lunora/schema.ts",
    r#"
    import { defineSchema, defineTable, v } from "@lunora/server";
    export default defineSchema({
        rooms: defineTable({ name: v.string(), city: v.string() }).index("by_city", ["city"]),
        posts: defineTable({ room: v.id("rooms"), body: v.string(), "müde": v.number() })
            .index("by_room", ["room", "body"])
            .relations((r) => ({ place: r.one("rooms", { field: "room" }) })),
    });
    "#,
);

/// The pieces of a file that mention something: each with the line's text around it, the name itself between `«` and `»`.
fn shown(project: &Project, file: &str, symbol: &Symbol) -> Vec<String> {
    let file = project.sources.files.iter().find(|known| known.relative == file).expect("the file");
    let spans: BTreeSet<(u32, u32)> = project
        .mentions()
        .of(symbol)
        .filter(|mention| mention.place.file == file.id)
        .filter_map(|mention| mention.span(file))
        .map(|span| (span.start, span.end))
        .collect();
    spans
        .into_iter()
        .map(|(start, end)| {
            let (start, end) = (start as usize, end as usize);
            let before = file.text[..start].rsplit([' ', '\n']).next().unwrap_or_default();
            let after = file.text[end..].split([' ', '\n']).next().unwrap_or_default();
            format!("{before}«{}»{after}", &file.text[start..end])
        })
        .collect()
}

fn reasons(project: &Project, symbol: &Symbol) -> Vec<&'static str> {
    let reasons: BTreeSet<&str> =
        project.mentions().unclear_about(symbol).map(|unclear| unclear.reason.words()).collect();
    reasons.into_iter().collect()
}

#[test]
fn a_schema_mentions_what_it_defines_and_what_builds_on_it() {
    let project = project(&[SCHEMA]);
    let shown = |symbol: Symbol| shown(&project, "lunora/schema.ts", &symbol);
    assert_eq!(shown(Symbol::of_table("rooms")), ["«rooms»:", "v.id(\"«rooms»\"),", "r.one(\"«rooms»\","]);
    assert_eq!(shown(Symbol::of_column("posts", "room")), ["«room»:", "[\"«room»\",", "\"«room»\""]);
    assert_eq!(shown(Symbol::of_column("posts", "müde")), ["\"«müde»\":"]);
    assert_eq!(shown(Symbol::of_index("posts", "by_room")), [".index(\"«by_room»\","]);
}

#[test]
fn names_are_found_through_helpers_aliases_and_patterns() {
    let code = r#"
        import { query, mutation } from "./_generated/server";
        const all = (ctx, table) => ctx.db.query(table).collect();
        export const some = query.query(async ({ ctx, args }) => {
            const table = args.a ? "rooms" : args.b ? "posts" : "rooms";
            return [await ctx.db.query(table).first(), await ctx.db[args.a ? "rooms" : "rooms"].findFirst({})];
        });
        const bodies = (rows) => rows.map(({ body, ...rest }) => body + rest.room);
        export const list = query.query(async ({ ctx }) => bodies(await all(ctx, "posts")));
        export const add = mutation.mutation(async ({ ctx, args }) => {
            const { body } = args;
            const row = { body, room: args.room };
            row.body = "x";
            const id = await ctx.db.posts.insert(row);
            await ctx.db.patch(id, { "body": "y" }, "posts");
        });
        export const find = query.query(async ({ ctx, args }) => {
            const byRoom = new Map();
            for (const post of await ctx.db.query("posts").withIndex("by_room", (q) => q.eq("room", args.room)).collect()) {
                byRoom.set(post.room, post);
            }
            const page = await ctx.db.posts.findMany({
                where: { OR: [{ body: "a" }, { place: { is: { city: "b" } } }] },
                orderBy: [{ body: "asc" }],
                select: ["body"],
                with: { place: { select: ["name"] } },
            });
            return [byRoom.get(args.room).body, page];
        });
    "#;
    let project = project(&[SCHEMA, ("lunora/posts.ts", code)]);
    let shown = |symbol: Symbol| shown(&project, "lunora/posts.ts", &symbol);
    assert_eq!(shown(Symbol::of_table("rooms")).len(), 4);
    assert_eq!(
        shown(Symbol::of_table("posts")),
        [
            "\"«posts»\"",
            "\"«posts»\")));",
            "ctx.db.«posts».insert(row);",
            "\"«posts»\");",
            "ctx.db.query(\"«posts»\").withIndex(\"by_room\",",
            "ctx.db.«posts».findMany({"
        ]
    );
    assert_eq!(
        shown(Symbol::of_column("posts", "body")),
        [
            "«body»,",
            "«body»,",
            "row.«body»",
            "\"«body»\":",
            "«body»:",
            "«body»:",
            "[\"«body»\"],",
            "[byRoom.get(args.room).«body»,"
        ]
    );
    assert_eq!(
        shown(Symbol::of_column("posts", "room")),
        ["rest.«room»);", "«room»:", "q.eq(\"«room»\",", "byRoom.set(post.«room»,"]
    );
    assert_eq!(shown(Symbol::of_column("rooms", "city")), ["«city»:"]);
    assert_eq!(shown(Symbol::of_column("rooms", "name")), ["[\"«name»\"]"]);
    let relation = Symbol::Relation { table: "posts".into(), name: "place".into() };
    assert_eq!(shown(relation), ["«place»:", "«place»:"]);
    assert!(reasons(&project, &Symbol::of_column("posts", "body")).is_empty());
}

#[test]
fn code_that_nothing_reaches_counts_by_its_literals_and_types() {
    let code = r#"
        import type { Doc, Id } from "./_generated/dataModel";
        export class Rooms {
            constructor(private db: any) {}
            list() { return this.db.query("rooms").collect(); }
        }
        export function label(room: Doc<"rooms">, extra: Doc<"rooms">["city"]) {
            const never = false;
            if (never) return room.name;
            return room.city;
        }
        export const labels = (rooms: Doc<"rooms">[], id: Id<"rooms">) => rooms.map((room) => room.name);
    "#;
    let project = project(&[SCHEMA, ("lunora/lib/rooms.ts", code)]);
    let shown = |symbol: Symbol| shown(&project, "lunora/lib/rooms.ts", &symbol);
    assert_eq!(shown(Symbol::of_table("rooms")).len(), 5);
    assert_eq!(shown(Symbol::of_column("rooms", "name")), ["room.«name»;", "room.«name»);"]);
    assert_eq!(shown(Symbol::of_column("rooms", "city")), ["Doc<\"rooms\">[\"«city»\"])", "room.«city»;"]);
}

#[test]
fn shapes_policies_groups_and_masks_name_columns() {
    let code = r#"
        import { deny, defineShape, definePolicies, definePolicy, allowAll, mask } from "@lunora/server";
        import { query } from "./_generated/server";
        export const mine = defineShape({
            table: "posts",
            columns: ["body"],
            where: (ctx, args) => (ctx.auth.userId ? { room: args.room, ...(args.body ? { body: args.body } : {}) } : deny()),
        });
        export const policies = definePolicies([definePolicy({ table: "posts", on: "read", when: allowAll })]);
        export const groups = query.use(mask({ posts: { body: "redact" } })).query(async ({ ctx }) => {
            const groups = await ctx.db.posts.groupBy({ by: ["room"], agg: { op: "max", field: "body" } });
            return groups.map((group) => group.key.room);
        });
    "#;
    let project = project(&[SCHEMA, ("lunora/shapes.ts", code)]);
    let shown = |symbol: Symbol| shown(&project, "lunora/shapes.ts", &symbol);
    let body = Symbol::of_column("posts", "body");
    assert_eq!(shown(body.clone()), ["[\"«body»\"],", "«body»:", "«body»:", "\"«body»\""]);
    assert_eq!(shown(Symbol::of_column("posts", "room")), ["«room»:", "[\"«room»\"],", "group.key.«room»);"]);
    assert_eq!(shown(Symbol::of_table("posts")).len(), 4);
    assert!(reasons(&project, &body).is_empty());
}

#[test]
fn what_cannot_be_told_is_unclear_and_says_why() {
    let code = r#"
        import { api } from "./_generated/api";
        import { query, mutation } from "./_generated/server";
        import { pick } from "somewhere";
        export const any = query.query(async ({ ctx, args }) => {
            const row = await ctx.db.get(args.id);
            return row.name;
        });
        export const put = mutation.mutation(async ({ ctx, args }) => ctx.db.insert("posts", args.row));
        export const computed = query.query(async ({ ctx, args }) => {
            const room = await ctx.db.rooms.findFirst({});
            pick(room, ["city"]);
            return room[args.column];
        });
    "#;
    let project = project(&[SCHEMA, ("lunora/odd.ts", code)]);
    assert_eq!(
        reasons(&project, &Symbol::of_column("rooms", "name")),
        ["it belongs to a table whose name is computed", "the name is computed"]
    );
    assert_eq!(
        reasons(&project, &Symbol::of_column("posts", "body")),
        ["the keys of the object can't be told"]
    );
    assert!(reasons(&project, &Symbol::of_table("rooms")).is_empty());
    let city = Symbol::of_column("rooms", "city");
    let possible =
        project.mentions().of(&city).filter(|mention| mention.certainty == Certainty::Possible).count();
    assert_eq!(possible, 1);
}

#[test]
fn a_key_that_is_an_argument_or_an_output_too_mentions_both() {
    let code = r#"
        import { mutation, query, v } from "./_generated/server";
        export const add = mutation
            .input({ body: v.string(), room: v.id("rooms") })
            .mutation(async ({ ctx, args }) => ctx.db.insert("posts", { ...args, "müde": 1 }));
        export const list = query
            .output(v.array(v.object({ body: v.string() })))
            .query(async ({ ctx }) => ctx.db.query("posts").collect());
    "#;
    let project = project(&[SCHEMA, ("lunora/posts.ts", code)]);
    let mentions = project.mentions();
    let body = Symbol::of_column("posts", "body");
    let file = project.sources.files.iter().find(|file| file.relative == "lunora/posts.ts").expect("it");
    let beside: Vec<&Symbol> = mentions
        .of(&body)
        .filter(|mention| mention.place.file == file.id)
        .flat_map(|mention| mentions.in_file(file.id).iter().filter(|other| other.place == mention.place))
        .map(|mention| &mention.symbol)
        .filter(|symbol| **symbol != body)
        .collect();
    assert!(matches!(beside.as_slice(), [Symbol::Argument { .. }, Symbol::Output { .. }]), "{beside:?}");
    assert!(reasons(&project, &body).is_empty());
}

#[test]
fn procedures_are_mentioned_by_references_and_strings() {
    let code = r#"
        import { internal } from "./_generated/api";
        import { mutation, internalMutation } from "./_generated/server";
        export const sweep = internalMutation.mutation(async () => null);
        export const start = mutation.mutation(async ({ ctx }) => {
            await ctx.scheduler.runAfter(0, internal.care.sweep, {});
            await ctx.scheduler.runAfter(0, "care:sweep", {});
        });
    "#;
    let project = project(&[SCHEMA, ("lunora/care.ts", code)]);
    let sweep = Symbol::Procedure("care:sweep".into());
    assert_eq!(
        shown(&project, "lunora/care.ts", &sweep),
        ["«sweep»", "internal.care.«sweep»,", "\"care:«sweep»\","]
    );
    let definitions = project.mentions().of(&sweep).filter(|mention| mention.kind == MentionKind::Definition);
    assert_eq!(definitions.count(), 1);
}
