import { internalQuery, mutation, query, v } from "./_generated/server";

export const since = query
  .input({ seq: v.number() })
  .query(({ ctx, args }) => ctx.db.query("orders").withIndex("by_seq", (q) => q.gt("_commitSeq", args.seq)).take(100));

export const recent = query
  .input({ stallId: v.id("stalls"), limit: v.number().int().max(40) })
  .query(({ ctx, args }) =>
    ctx.db
      .query("orders")
      .withIndex("by_stall_placed", (q) => q.eq("stallId", args.stallId))
      .order("desc")
      .take(args.limit),
  );

export const takingsOn = internalQuery
  .input({ day: v.string().length(10) })
  .query(({ ctx, args }) => ctx.db.takings.aggregate({ op: "sum", field: "amount", where: { day: args.day } }));

export const bookkeep = mutation
  .input({ marketId: v.string().max(40), day: v.string().length(10), amount: v.number(), itemId: v.id("items") })
  .mutation(({ ctx, args }) => ctx.db.takings.insert(args));

export const ready = query.input({ state: v.string().max(12) }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("orders").collect();
  return rows.filter((order) => order.state === args.state);
});

export const buyers = query.query(async ({ ctx }) => {
  const names = new Set<string>();
  for await (const order of ctx.db.query("orders")) names.add(order.buyer);
  return [...names];
});
