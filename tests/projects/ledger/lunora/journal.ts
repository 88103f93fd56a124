import { v } from "lunorash/server";
import { ledgerJob, ledgerMutation, ledgerQuery } from "./application/builders";
import { applyFilters, incoming, inState, transfersOf } from "./domain/transfers";

export const period = ledgerQuery
  .input({ accountId: v.id("accounts"), from: v.timestamp(), to: v.timestamp() })
  .query(async ({ ctx, args: { accountId, ...range } }) => {
    const { entries } = ctx.container;
    const [own, booked] = await Promise.all([entries.inPeriod(accountId, range), entries.bookedFor(accountId, range)]);
    return own.length === booked.length ? own : booked;
  });

export const ofTransfer = ledgerQuery
  .input({ transferId: v.id("transfers") })
  .query(({ ctx, args }) => ctx.container.entries.ofTransfer(args.transferId));

export const whole = ledgerQuery.query(({ ctx }) => ctx.container?.entries?.journal());

export const noted = ledgerQuery.input({ note: v.string() }).query(({ ctx, args }) => ctx.container.entries.withNote(args.note));

export const open = ledgerQuery.query(({ ctx }) => inState(ctx.db)("transfers")("open"));

export const search = ledgerQuery
  .input({ reference: v.string() })
  .query(async ({ ctx, args }) => applyFilters(ctx.db.query("transfers"), args).collect());

export const sent = ledgerQuery
  .input({ accountId: v.id("accounts"), state: v.optional(v.string()) })
  .query(({ ctx, args }) => transfersOf(ctx, args.accountId, args.state).collect());

export const received = ledgerQuery.input({ state: v.string() }).query(({ ctx, args }) => incoming(ctx, args.state));

export const failedOrMine = ledgerQuery
  .input({ holderId: v.id("holders") })
  .query(({ ctx, args }) => ctx?.db?.query("transfers").filter((t) => t.state === "failed" || t.approverId === args.holderId).collect());

export const inPhase = ledgerQuery.input({ done: v.boolean() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("transfers")
    .filter((t) => t.state === (args.done ? "settled" : "open"))
    .collect();
});

export const transfer = ledgerMutation
  .input({ fromId: v.id("accounts"), toId: v.id("accounts"), amount: v.number().positive(), reference: v.string() })
  .mutation(async ({ ctx, args: { amount, ...args } }) => {
    const createdBy = ctx.auth.userId ?? "system";
    const transferId = await ctx.db.insert("transfers", { ...args, state: "open", createdAt: ctx.now, createdBy });
    const legs: [string, number][] = [
      [args.fromId, -amount],
      [args.toId, amount],
    ];
    for (const [accountId, signed] of legs) {
      await ctx.db.insert("entries", { accountId, transferId, amount: signed, bookedAt: ctx.now, createdAt: ctx.now, createdBy });
    }
    return transferId;
  });

export const closeMonth = ledgerJob.input({ accountId: v.id("accounts"), month: v.string() }).mutation(async ({ ctx, args }) => {
  const last = await ctx.db.query("statements").filter((s) => args.accountId == s.accountId && s.month === args.month).first();
  if (last) return last._id;
  return ctx.db.statements.insert({ ...args, balance: 0 });
});
