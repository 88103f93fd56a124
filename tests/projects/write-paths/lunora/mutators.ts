import { defineMutator } from "lunorash/server";

import { v } from "./_generated/server";
import type { MutationCtx } from "./_generated/server";

async function addTodo(ctx: MutationCtx, args: { userId: string; text: string }) {
  await ctx.db.insert("todos", args);
}

export const todo = defineMutator({
  args: { userId: v.string(), text: v.string().max(400) },
  owner: "userId",
  server: addTodo,
});
