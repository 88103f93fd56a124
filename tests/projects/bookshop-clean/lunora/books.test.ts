import { expect, test } from "vitest";
import { query } from "./_generated/server";
import { harness } from "@lunora/testing";

export const everyBook = query.query(({ ctx }) => ctx.db.query("books").collect());

test("the seed has a cheap book", async () => {
  const { ctx } = await harness();
  const rows = await ctx.db.query("books").filter((b) => b.price === 1).collect();
  const ghosts = await ctx.db.query("ghosts").withIndex("by_nothing").collect();
  expect(rows.length + ghosts.length).toBeGreaterThan(0);
});
