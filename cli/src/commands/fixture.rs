//! A small project in memory, for the tests of the commands.

use std::path::PathBuf;
use std::sync::Arc;

use lunora_project::Project;
use lunora_source::{DiscoveryOptions, Memory, find_projects, load};

use super::linked::LinkedProject;

const SCHEMA: &str = r#"import { defineSchema, defineTable, v } from "@lunora/server";
export default defineSchema({
  boards: defineTable({ slug: v.string().unique() }).global(),
  tasks: defineTable({ boardId: v.id("boards"), title: v.string(), done: v.boolean() })
    .index("by_board_done", ["boardId", "done"])
    .shardBy("boardId"),
  drafts: defineTable({ text: v.string() }),
});
"#;

const ROWS: &str = r#"export const rows = (ctx, boardId) =>
  ctx.db.query("tasks").withIndex("by_board_done", (q) => q.eq("boardId", boardId)).collect();
export const any = (ctx, table) => ctx.db.query(table).collect();
"#;

const TASKS: &str = r#"import { internalMutation, mutation, query } from "./_generated/server";
import { internal } from "./_generated/api";
import { any, rows } from "./lib/rows";
const loadBoard = async (ctx, args) => {
  return rows(ctx, args.boardId);
};
export const list = query.query(async ({ ctx, args }) => loadBoard(ctx, args));
export const titled = query.query(async ({ ctx, args }) =>
  ctx.db.query("tasks").filter((task) => task.title === args.title).first());
export const board = query.query(async ({ ctx, args }) =>
  ctx.db.boards.findFirst({ where: { slug: args.slug } }));
export const dump = internalMutation.mutation(async ({ ctx, args }) => any(ctx, args.table));
export const add = mutation.mutation(async ({ ctx, args }) => {
  await ctx.db.insert("tasks", args.task);
  await ctx.scheduler.runAfter(0, internal.tasks.dump, {});
});
"#;

const CRUD: &str = r#"import { mutation, query } from "./_generated/server";
const put = (ctx, table, row) => ctx.db.insert(table, row);
const all = (ctx, table) => ctx.db.query(table).take(9);
const named = (ctx, title) => ctx.db.query("tasks").filter((task) => task.title === title).first();
export const addTask = mutation.mutation(async ({ ctx, args }) => put(ctx, "tasks", args.task));
export const addDraft = mutation.mutation(async ({ ctx, args }) => put(ctx, "drafts", args.draft));
export const drafts = query.query(async ({ ctx }) => all(ctx, "drafts"));
export const byTitle = query.query(async ({ ctx, args }) => named(ctx, args.title));
export const byName = query.query(async ({ ctx, args }) => named(ctx, args.name));
"#;

/// A project with a helper behind a helper, a scan, an implied index, a schedule, and a read of an unknown table.
pub(super) fn tiny(root: &str) -> LinkedProject {
    linked(root, &[("/app/lunora/lib/rows.ts", ROWS), ("/app/lunora/tasks.ts", TASKS)])
}

/// A project whose helpers do different things for different callers.
pub(super) fn crud(root: &str) -> LinkedProject {
    linked(root, &[("/app/lunora/crud.ts", CRUD)])
}

fn linked(root: &str, files: &[(&str, &str)]) -> LinkedProject {
    let memory = Memory::new([("/app/lunora/schema.ts", SCHEMA)].into_iter().chain(files.iter().copied()));
    let options = DiscoveryOptions::default();
    let found = find_projects(&memory, &[PathBuf::from("/app")], &options).expect("a project");
    let tree = load(&memory, &found[0], &options).expect("the project loads");
    LinkedProject::new(root.to_owned(), Arc::new(Project::link(Arc::new(tree))))
}
