import { query, v } from "../_generated/server";
import { accountAndKind, forAccount } from "./ranges";

export const account = query.input({ accountId: v.id("accounts") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("entries").withIndex("by_account_kind_day", forAccount(args.accountId)).collect();
  return rows.length;
});

export const kind = query
  .input({ accountId: v.id("accounts"), kind: v.optional(v.string()) })
  .query(async ({ ctx, args }) =>
    ctx.db
      .query("entries")
      .withIndex("by_account_kind_day", accountAndKind(args.accountId, args.kind))
      .collect(),
  );

export const optionalKind = query
  .input({ accountId: v.id("accounts"), kind: v.optional(v.string()), from: v.optional(v.number()) })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("entries")
      .withIndex("by_account_kind_day", (q) => {
        let range = q.eq("accountId", args.accountId);
        if (args.kind) {
          range = range.eq("kind", args.kind);
          if (args.from) range = range.gte("day", args.from);
        }
        return range;
      })
      .collect();
  });

export const statements = query.input({ year: v.number(), month: v.optional(v.number()) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("statements")
    .withIndex("by_year_month", (q) =>
      args.month === undefined ? q.eq("year", args.year) : q.eq("year", args.year).eq("month", args.month),
    )
    .collect();
});

export const januaries = query.query(async ({ ctx }) => {
  return await ctx.db
    .query("statements")
    .withIndex("by_year_month", (q) => q.eq("month", 1))
    .collect();
});

export const allStatements = query.query(async ({ ctx }) => {
  return await ctx.db.query("statements").withIndex("by_year_month").collect();
});
