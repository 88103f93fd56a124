import { internalMutation, query, v } from "./_generated/server";

export const byCode = query
  .input({ code: v.string() })
  .query(({ ctx, args }) => ctx.db.coupons.findUnique({ where: { code: args.code } }));

export const inCampaign = query.input({ campaign: v.string() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.coupons.findMany({ where: { campaign: args.campaign } });
  return page.map((coupon) => coupon.code);
});

export const lookup = query
  .input({ text: v.string() })
  .query(({ ctx, args }) =>
    ctx.db
      .query("coupons")
      .withSearchIndex("search_code", (q) => q.search("code", args.text))
      .take(10),
  );

export const issue = internalMutation
  .input({ campaign: v.string(), codes: v.array(v.string()).max(500), percent: v.number() })
  .mutation(({ ctx, args }) =>
    ctx.db.coupons.insertMany(
      args.codes
        .filter((code, index) => args.codes.indexOf(code) === index)
        .map((code) => ({ code, percent: args.percent, campaign: args.campaign })),
    ),
  );

export const lastEvent = query.input({ kind: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query("events")
    .withIndex("by_kind_seq", (q) => q.eq("kind", args.kind))
    .order("desc")
    .first(),
);
