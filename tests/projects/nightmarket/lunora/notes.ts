import { internalMutation, query, v } from "./_generated/server";

export const all = query.query(({ ctx }) => {
  // lunora-advisor-disable-next-line unbounded_collect -- a market holds a few dozen notes at most
  return ctx.db.query("notes").collect();
});

export const everyText = query.query(async ({ ctx }) => {
  // lunora-advisor-disable-next-line unbounded_collect
  const rows = await ctx.db.query("notes").collect();
  return rows.map((row) => row.text);
});

export const mine = query.input({ keeperId: v.string() }).query(({ ctx, args }) => {
  // lunora-advisor-disable-next-line filter_without_index -- the keeper has few notes
  return ctx.db.query("notes").withIndex("by_keeper", (q) => q.eq("keeperId", args.keeperId)).collect();
});

export const shred = internalMutation.input({ noteId: v.id("notes") }).mutation(async ({ ctx, args }) => {
  await ctx.db.notes.hardDelete(args.noteId);
});
