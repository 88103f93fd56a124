import type { QueryCtx } from "../_generated/server";

export default async function (ctx: QueryCtx, name: string) {
  return await ctx.db
    .query("cooks")
    .filter(({ name: called }) => called === name)
    .collect();
}
