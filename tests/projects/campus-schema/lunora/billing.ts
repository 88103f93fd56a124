import { internalMutation, mutation, query, v } from "./_generated/server";

export const due = query.input({ before: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("charges")
    .withIndex("by_status_due", (q) => q.eq("status", "due").lt("dueAt", args.before))
    .collect(),
);

export const dueAnyStatus = query.input({ before: v.number() }).query(({ ctx, args }) =>
  ctx.db.query("charges").withIndex("by_status_due", (q) => q.lt("dueAt", args.before)).collect(),
);

export const refundsOf = query.input({ chargeId: v.id("charges") }).query(async ({ ctx, args }) => {
  const refunds = await ctx.db.query("refunds").collect();
  return refunds.find((refund) => refund.chargeId === args.chargeId);
});

export const charge = internalMutation
  .input({ tenantId: v.id("tenants"), userId: v.id("users"), amount: v.number() })
  .mutation(({ ctx, args }) =>
    ctx.db.insert("charges", {
      ...args,
      currency: "EUR",
      seats: 1,
      status: "due",
      dueAt: ctx.now,
      createdAt: ctx.now,
      updatedAt: ctx.now,
    }),
  );

export const refund = mutation
  .input({ tenantId: v.id("tenants"), chargeId: v.id("charges"), amount: v.number() })
  .mutation(({ ctx, args }) =>
    ctx.db.insert("refunds", {
      ...args,
      currency: "EUR",
      approvedBy: null,
      createdAt: ctx.now,
      updatedAt: ctx.now,
    }),
  );
