import { cleanUp, PAGE_SIZE, SHELF_TABLE } from "./broken";
import { mutation, query } from "./_generated/server";

export const tidy = mutation.mutation(async ({ ctx }) => {
  const removed = await cleanUp(ctx);
  return { removed };
});

export const page = query.query(async ({ ctx }) => ctx.db.query("recipes").order("desc").take(PAGE_SIZE));

export const shelves = query.query(async ({ ctx }) => ctx.db.query(SHELF_TABLE).order("desc").take(10));
