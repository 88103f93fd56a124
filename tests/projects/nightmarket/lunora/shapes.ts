import { defineShape, deny, v } from "@lunora/server";

export const myStalls = defineShape({ table: "stalls", owner: true, columns: ["title", "cuisine", "pinned"] });

export const myItems = defineShape({
  table: "items",
  where: (ctx) => (ctx.auth.userId ? { keeperId: ctx.auth.userId } : {}),
});

export const stallItems = defineShape({
  table: "items",
  args: { stallId: v.id("stalls"), vendorId: v.optional(v.id("vendors")) },
  where: (_ctx, args) => ({ stallId: args.stallId, ...(args.vendorId ? { vendorId: args.vendorId } : {}) }),
});

export const stallOrders = defineShape({ table: "order", args: { stallId: v.id("stalls") }, where: (_ctx, args) => ({ stallId: args.stallId }) });

export const vendorCards = defineShape({ table: "vendors", columns: ["slug", "name"], where: () => ({}) });

export const myNotes = defineShape({
  table: "notes",
  columns: ["text", "mood"],
  where: (ctx) => (ctx.auth.userId ? { keeperId: ctx.auth.userId } : deny()),
});
