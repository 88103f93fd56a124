import { defineMutator, v } from "lunorash/server";

import { buildTree, planIndent, planInsert, planMove, planOutdent, planRemove } from "../src/lib/outline";
import { idArg, parentArg, textArg, themeArg, userArg } from "./args";
import { findBookmark } from "./lib/bookmarks";
import { insertOwned, type MutatorCtx, requireOwner, SHARD_TABLES } from "./lib/ctx";
import { applyPlan, keepRevision, loadNodes } from "./lib/nodes";

// --- nodes ---

export const addNode = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg, parentId: parentArg, previous: parentArg, text: textArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    const tree = buildTree(await loadNodes(ctx));
    await applyPlan(ctx, args.userId, planInsert(tree, args.id, args.parentId, args.previous, args.text));
  },
});

export const editText = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg, text: textArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    await keepRevision(ctx, args.userId, args.id);
    await ctx.db.patch(args.id, { text: args.text, updatedAt: ctx.now }, "nodes");
  },
});

export const setDone = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg, done: v.boolean() },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    await ctx.db.patch(args.id, { done: args.done, updatedAt: ctx.now }, "nodes");
  },
});

export const setFolded = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg, folded: v.boolean() },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    await ctx.db.patch(args.id, { folded: args.folded }, "nodes");
  },
});

export const indent = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    const tree = buildTree(await loadNodes(ctx));
    await applyPlan(ctx, args.userId, planIndent(tree, args.id));
  },
});

export const outdent = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    const tree = buildTree(await loadNodes(ctx));
    await applyPlan(ctx, args.userId, planOutdent(tree, args.id));
  },
});

export const moveNode = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg, parentId: parentArg, previous: parentArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    const tree = buildTree(await loadNodes(ctx));
    await applyPlan(ctx, args.userId, planMove(tree, args.id, args.parentId, args.previous));
  },
});

export const removeNode = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    await keepRevision(ctx, args.userId, args.id);
    const tree = buildTree(await loadNodes(ctx));
    await applyPlan(ctx, args.userId, planRemove(tree, args.id));

    const bookmark = await findBookmark(ctx, args.id);
    if (bookmark) await ctx.db.delete(bookmark._id, "bookmarks");
  },
});

// --- bookmarks ---

export const addBookmark = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg, nodeId: idArg, label: v.string().max(200) },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    const existing = await findBookmark(ctx, args.nodeId);
    if (existing) {
      await ctx.db.patch(existing._id, { label: args.label }, "bookmarks");
    } else {
      await insertOwned(ctx, "bookmarks", args.userId, { nodeId: args.nodeId, label: args.label }, args.id);
    }
  },
});

export const removeBookmark = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    await ctx.db.delete(args.id, "bookmarks");
  },
});

// --- looks ---

export const setTagColor = defineMutator({
  owner: "userId",
  args: { userId: userArg, tag: v.string().max(60), color: v.string().max(20) },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    const existing = await ctx.db
      .query("tagColors")
      .withIndex("by_user_tag", (q) => q.eq("userId", args.userId).eq("tag", args.tag))
      .unique();
    if (existing) {
      await ctx.db.patch(existing._id, { color: args.color }, "tagColors");
    } else {
      await insertOwned(ctx, "tagColors", args.userId, { tag: args.tag, color: args.color });
    }
  },
});

export const saveSettings = defineMutator({
  owner: "userId",
  args: { userId: userArg, id: idArg, theme: themeArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    if (await ctx.db.get(args.id, "settings")) {
      await ctx.db.patch(args.id, { theme: args.theme }, "settings");
    } else {
      await insertOwned(ctx, "settings", args.userId, { theme: args.theme }, args.id);
    }
  },
});

// --- account ---

export const wipeAccount = defineMutator({
  owner: "userId",
  args: { userId: userArg },
  server: async (rawCtx, args) => {
    const ctx = rawCtx as unknown as MutatorCtx;
    requireOwner(ctx, args.userId);
    await ctx.db.wipeShard({ tables: SHARD_TABLES });
  },
});
