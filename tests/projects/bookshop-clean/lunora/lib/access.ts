import type { Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";

export const customerByEmail = (db: QueryCtx["db"], email: string) => db.customers.findUnique({ where: { email } });

/** Callers narrow or cap it. */
export function booksReader(ctx: QueryCtx) {
  return ctx.db.query("books");
}

export async function append(ctx: MutationCtx, table: "events" | "reviews", row: any) {
  return await ctx.db.insert(table, row);
}

// run from a scratch file when the tax office asks
export async function dumpBooks(ctx: QueryCtx) {
  const rows = await ctx.db.query("books").collect();
  const dear = await ctx.db.query("books").filter((b) => b.price > 100).collect();
  return { rows, dear };
}

export async function bestReviews(ctx: QueryCtx, bookId: Id<"books">) {
  return await ctx.db
    .query("reviews")
    .withIndex("by_book_stars", (q) => q.eq("bookId", bookId).gte("stars", 4))
    .take(10);
}
