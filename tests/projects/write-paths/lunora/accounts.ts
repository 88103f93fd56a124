import { mutation, query, v } from "./_generated/server";
import { addReceipt, addVoucher, createAll, createRow, TicketDesk } from "./lib/rows";

export const create = mutation.input({ name: v.string().max(80) }).mutation(async ({ ctx, args }) => {
  const userId = ctx.auth.userId!;
  const accountId = await ctx.db.insert("accounts", { userId, name: args.name });
  await createRow(ctx, "notes", { accountId, text: "welcome" });
  await createAll(ctx, "reminders", [
    { accountId, dueAt: ctx.now + 1 },
    { accountId, dueAt: ctx.now + 2 },
  ]);
  await ctx.db.insertMany("addresses", [{ userId, city: "Utrecht" }]);
  await ctx.orm.insert("ledger").values({ accountId, cents: 0 });
  return accountId;
});

export const mine = query.query(async ({ ctx }) => {
  const userId = ctx.auth.userId!;
  const accounts = await ctx.db
    .query("accounts")
    .withIndex("by_user", (q) => q.eq("userId", userId))
    .collect();
  const addresses = await ctx.db.addresses.findMany({ where: { userId }, limit: 10 });
  return { accounts, addresses: addresses.page };
});

export const theme = mutation.input({ theme: v.string().max(20) }).mutation(async ({ ctx, args }) => {
  const userId = ctx.auth.userId!;
  await ctx.db.preferences.upsert({ target: ["userId"], create: { userId, ...args }, update: args });
});

export const rates = mutation
  .input({ rows: v.array(v.object({ currency: v.string().max(3), rate: v.number() })).max(200) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.exchangeRates.upsertMany({ target: ["currency"], rows: args.rows });
  });

export const thank = mutation.input({ number: v.string().max(20) }).mutation(async ({ ctx, args }) => {
  const desk = new TicketDesk(ctx);
  await desk.open(`thanks for ${args.number}`);
  await addReceipt(ctx.db, args.number);
  await addVoucher(ctx.db, args.number, 500);
  return (await desk.openOnes()).length;
});

export const message = mutation
  .input({ incoming: v.boolean(), text: v.string().max(500) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.insert(args.incoming ? "inbox" : "outbox", { text: args.text });
  });
