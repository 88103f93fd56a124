import type { MutationCtx, QueryCtx } from "../_generated/server.js";

export async function latestRate(db: QueryCtx["db"] | MutationCtx["db"], base: string, quote: string) {
	if (base === quote) return 1;
	const row = await db
		.query("exchangeRates")
		.withIndex("by_pair", (q) => q.eq("base", base).eq("quote", quote))
		.order("desc")
		.first();
	return row?.rate ?? null;
}

export async function knownPairs(db: QueryCtx["db"], base: string) {
	const { page } = await db.exchangeRates.findMany({ where: { base } });
	return [...new Set(page.map((r) => r.quote))];
}

export const flagOn = async (context: QueryCtx, key: string) => {
	const flag = await context.db.featureFlags.findFirst({ where: { key } });
	return flag?.enabled ?? false;
};
