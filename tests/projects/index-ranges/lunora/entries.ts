import { mutation, query, v } from "./_generated/server";

const accountArg = { accountId: v.id("accounts") };

export const all = query.input(accountArg).query(async ({ ctx, args }) =>
  ctx.db
    .query("entries")
    .withIndex("by_account_kind_day", (q) => q.eq("accountId", args.accountId))
    .collect(),
);

export const ofKind = query.input({ ...accountArg, kind: v.string().max(20) }).query(async ({ ctx, args }) =>
  ctx.db
    .query("entries")
    .withIndex("by_account_kind_day", (q) => q.eq("accountId", args.accountId).eq("kind", args.kind))
    .collect(),
);

export const onDay = query
  .input({ ...accountArg, kind: v.string().max(20), day: v.number() })
  .query(async ({ ctx, args: { accountId, kind, day } }) => {
    return await ctx.db
      .query("entries")
      .withIndex("by_account_kind_day", (q) => q.eq("accountId", accountId).eq("kind", kind).eq("day", day))
      .collect();
  });

export const between = query
  .input({ ...accountArg, kind: v.string().max(20), from: v.number(), to: v.number() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("entries")
      .withIndex("by_account_kind_day", (q) => {
        const account = q.eq("accountId", args.accountId);
        return account.eq("kind", args.kind).lt("day", args.to).gte("day", args.from);
      })
      .collect();
  });

export const kindsFrom = query.input({ ...accountArg, kind: v.string().max(20) }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("entries")
    .withIndex("by_account_kind_day", (q) => q.eq("accountId", args.accountId).gte("kind", args.kind))
    .collect();
});

export const enteredSince = query
  .input({ ...accountArg, kind: v.string().max(20), day: v.number(), since: v.number() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("entries")
      .withIndex("by_account_kind_day", (q) =>
        q
          .eq("accountId", args.accountId)
          .eq("kind", args.kind)
          .eq("day", args.day)
          .gt("_creationTime", args.since),
      )
      .collect();
  });

export const accountSince = query.input({ ...accountArg, since: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("entries")
    .withIndex("by_account_kind_day", (q) => q.eq("accountId", args.accountId).gt("_creationTime", args.since))
    .collect();
});

export const accountDay = query.input({ ...accountArg, day: v.number() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("entries")
    .withIndex("by_account_kind_day", (q) => q.eq("accountId", args.accountId).eq("day", args.day))
    .collect();
  return rows.map((row) => row.amount);
});

export const kindEverywhere = query.input({ kind: v.string().max(20) }).query(({ ctx, args }) =>
  ctx.db.query("entries").withIndex("by_account_kind_day", (q) => q.eq("kind", args.kind)).collect(),
);

export const bigOnDay = query.input({ day: v.number(), above: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("entries")
    .withIndex("by_day", (q) => q.eq("day", args.day).gt("amount", args.above))
    .collect();
});

export const afterBoth = query.input({ a: v.number(), b: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("entries")
    .withIndex("by_day", (q) => q.gt("day", args.a).gte("day", args.b))
    .take(10);
});

export const kindAfterRange = query
  .input({ ...accountArg, kind: v.string().max(20), day: v.number() })
  .query(async ({ ctx, args }) => {
    const found = await ctx.db
      .query("entries")
      .withIndex("by_account_kind_day", (q) => q.eq("kind", args.kind).eq("accountId", args.accountId))
      .first();
    const later = await ctx.db
      .query("entries")
      .withIndex("by_account_kind_day", (q) => {
        return q.eq("accountId", args.accountId).gt("kind", args.kind).eq("day", args.day);
      })
      .first();
    return found ?? later;
  });

export const record = mutation
  .input({ ...accountArg, kind: v.string().max(20), day: v.number(), amount: v.number(), memo: v.string().max(200) })
  .mutation(async ({ ctx, args }) => ctx.db.insert("entries", args));
