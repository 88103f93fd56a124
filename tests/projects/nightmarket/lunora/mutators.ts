import { defineMutator, v } from "./_generated/server";
import { assertKeeper, overwrite } from "./lib/overwrite";

const OWNER = "keeperId" as const;

export const addStall = defineMutator({
  args: { keeperId: v.string(), marketId: v.string(), title: v.string().max(60), cuisine: v.string().max(30) },
  owner: "keeperId",
  server: async (ctx, args) => {
    await ctx.db.stalls.insert({ ...args, pinned: false });
  },
});

export const addItem = defineMutator({
  args: { keeperId: v.string(), marketId: v.string(), stallId: v.id("stalls"), vendorId: v.id("vendors"), name: v.string().max(60), price: v.number() },
  owner: OWNER,
  client: (tx, args) => tx.items.insert(args),
  server: async (ctx, args) => {
    await ctx.db.items.insert(args);
  },
});

export const reprice = defineMutator({
  args: { itemId: v.id("items"), price: v.number() },
  server: async (ctx, args) => {
    await ctx.db.items.patch(args.itemId, { price: args.price });
  },
});

export const saveItem = defineMutator({
  args: { keeperId: v.string(), itemId: v.id("items"), marketId: v.string(), stallId: v.id("stalls"), vendorId: v.id("vendors"), name: v.string().max(60), price: v.number() },
  owner: "keeperId",
  async server(ctx, { itemId, ...rest }) {
    await ctx.db.items.replace(itemId, rest);
  },
});

export const addNote = defineMutator({
  args: { keeperId: v.string(), marketId: v.string(), stallId: v.id("stalls"), text: v.string().max(500) },
  owner: "keeperId",
  server: async (ctx, args) => {
    await ctx.db.notes.insert(args);
  },
});

export const saveNote = defineMutator({
  args: { keeperId: v.string(), marketId: v.string(), noteId: v.id("notes"), stallId: v.id("stalls"), text: v.string().max(500) },
  owner: "keeperId",
  server: async (ctx, { noteId, ...doc }) => {
    assertKeeper(ctx as never, doc.keeperId);
    await overwrite(ctx as never, noteId, doc);
  },
});

export const placeOrder = defineMutator({
  args: { marketId: v.string(), stallId: v.id("stalls"), buyer: v.string() },
  server: async (ctx, args) => {
    await ctx.db.orders.insert({ ...args, placedAt: ctx.now, state: "placed" });
    await ctx.db.takings.insert({ marketId: args.marketId, day: "today", amount: 0 });
  },
});

export const cancelOrder = defineMutator({
  args: { keeperId: v.string(), orderId: v.id("orders") },
  owner: "keeperId",
  server: async (ctx, args) => {
    await ctx.db.orders.delete(args.orderId);
  },
});
