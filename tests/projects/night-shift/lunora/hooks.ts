import { onConnect, onDisconnect, onQueryChange, onShardInit } from "lunorash/server";

import { connectionsOf, openInvoices } from "./lib/rows";

export const opened = onConnect(async (ctx, event) => {
  const mine = await connectionsOf(ctx, event.userId);
  const stale = await ctx.db.query("connections").collect();
  await ctx.db.insert("connections", { userId: event.userId, openedAt: ctx.now, closed: false });
  return mine.length + stale.length;
});

export const left = onDisconnect(async (ctx, event) => {
  for (const row of await connectionsOf(ctx, event.userId)) {
    await ctx.db.connections.patch(row._id, { closed: true });
  }
});

export const seed = onShardInit(async (ctx) => {
  const any = await ctx.db.query("customers").first();
  if (!any) await ctx.db.customers.insert({ name: "Demo", email: "demo@example.com", plan: "free" });
});

export const rushing = onQueryChange(
  async (ctx) => {
    const free = await ctx.db.customers.findMany({ where: { plan: "free" } });
    return free.page.length;
  },
  async (ctx) => {
    const invoices = await openInvoices(ctx);
    await ctx.log.info("open invoices", { count: invoices.length });
  },
);
