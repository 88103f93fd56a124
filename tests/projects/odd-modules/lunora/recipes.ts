import { mutation as write, query as read } from "./_generated/server";
import { cookNamed, parity } from "./lib";
import { v } from "lunorash/server";

const banner = `🥕
two lines`;

const quick = read
  .input({ cuisine: v.string().max(40) })
  .query(async ({ ctx: c, args: a }) => {
    /* 🥕🥕🥕 */ const rows = await c.db
      .query("recipes")
      .filter((row) => row.cuisine === a.cuisine)
      .collect();
    return { banner, rows };
  });

async function inMinutes({ ctx, args }: { ctx: any; args: { minutes: number } }) {
  return await ctx.db
    .query("recipes")
    .withIndex("by_cuisine_minutes", (q: any) => q.lte("minutes", args.minutes))
    .take(20);
}

const byCook = read.input({ name: v.string().max(80) }).query(({ ctx, args }) => cookNamed(ctx, args.name));

const pairs = read.query(({ ctx }) => parity.even(ctx, 0));

const add = write
  .input({ title: v.string().max(80), cuisine: v.string().max(40), minutes: v.number(), authorId: v.id("cooks") })
  .mutation(async ({ ctx, args }) => ctx.db.recipes.insert(args));

export const soonDone = read.input({ minutes: v.number() }).query(inMinutes);
export { add, byCook, pairs, quick as fast };
