import { query, v } from "./_generated/server";

const TABLE = "tariffs" as const;

export const quote = query.input({ band: v.string().max(10), metres: v.number().positive() }).query(async ({ ctx, args }) => {
    const tariff = await ctx.db
        .query(TABLE)
        .withIndex("by_band", (q) => q.eq("band", args.band))
        .first();
    return tariff ? Math.round(tariff.centsPerMetre * args.metres) : null;
});
