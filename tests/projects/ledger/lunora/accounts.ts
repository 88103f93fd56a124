import { v } from "lunorash/server";
import { ledgerMutation, ledgerQuery } from "./application/builders";
import { pairOf } from "./domain/Currency";

export const byNumber = ledgerQuery
  .input({ number: v.string() })
  .query(async ({ ctx, args }) => ctx.container.accounts.byNumber(args.number));

export const inCurrency = ledgerQuery
  .input({ currency: v.string() })
  .query(async ({ ctx, args }) => ctx.container.accounts.inCurrency(args.currency as never));

export const overview = ledgerQuery.input({ country: v.string() }).query(async ({ ctx: { container, db }, args }) => {
  const [page, people] = await Promise.all([
    container.accounts.firstPage(),
    db.query("holders").collect(),
  ]);
  const local = people.filter((holder) => holder.country === args.country);
  const frozen = await container.accounts.frozenByCountry(new Set(local.map((holder) => holder._id)));
  return { page, frozen };
});

export const ofHolder = ledgerQuery
  .input({ holderId: v.id("holders") })
  .query(async ({ ctx, args }) => ctx.container.accounts.heldBy(args.holderId));

export const convert = ledgerQuery
  .input({ from: v.string(), to: v.string(), amount: v.number() })
  .query(async ({ ctx, args }) => {
    const pair = pairOf(args.from as never, args.to as never);
    const latest = await ctx.container.rates.latest(pair);
    const history = await ctx.container.rates.history(pair);
    return { value: args.amount * (latest?.rate ?? 1), points: history.length };
  });

export const openAccount = ledgerMutation
  .input({ number: v.string(), currency: v.string(), name: v.string(), taxId: v.string(), country: v.string() })
  .mutation(async ({ ctx, args }) => {
    const { db, now, auth } = ctx;
    const createdBy = auth.userId ?? "system";
    const holderId = await db.insert("holders", { name: args.name, taxId: args.taxId, country: args.country });
    return db.insert("accounts", {
      number: args.number,
      currency: args.currency,
      holderId,
      frozen: false,
      createdAt: now,
      createdBy,
    });
  });
