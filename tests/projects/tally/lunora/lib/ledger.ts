import type { QueryCtx } from "../_generated/server";

export const ledger = (context: Pick<QueryCtx, "db">) => {
  const { db } = context;

  const between = (accountId: string, from = "0000-00-00", to = "9999-99-99") =>
    db
      .query("entries")
      .withIndex("by_account_day", (q) => q.eq("accountId", accountId).gte("day", from).lte("day", to))
      .collect();

  const withMemo = async (memo: string) => {
    const found = await db
      .query("entries")
      .filter((entry) => entry.memo === memo)
      .collect();
    return found;
  };

  const sum = async (accountId: string) => {
    let cents = 0;
    for (const entry of await between(accountId)) cents += entry.cents;
    return cents;
  };

  return { between, withMemo, sum };
};

export const abandoned = async (context: Pick<QueryCtx, "db">, colour: string) => {
  return await context.db
    .query("tags")
    .filter((tag) => tag.colour === colour)
    .collect();
};
