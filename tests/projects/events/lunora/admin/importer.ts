import { QueryClient } from "@tanstack/query-core";
import { v } from "@lunora/server";
import { action, internalMutation } from "../_generated/server";

const cms = new QueryClient();

interface Feed {
  query(name: string): { filter(keep: (row: { city: string }) => boolean): { collect(): Promise<unknown[]> } };
}

export const importRow = internalMutation
  .input({ table: v.string(), doc: v.record(v.string(), v.any()) })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.insert(args.table as never, args.doc as never);
  });

export const fromFeed = action.input({ city: v.string() }).action(async ({ args, ctx }) => {
  const feed: Feed = await cms.fetchQuery({ queryKey: ["feed"], queryFn: () => ctx.fetch("https://cms.example/feed").then((r) => r.json()) });
  const rows = await feed.query("listings").filter((row) => row.city === args.city).collect();
  return rows.length;
});
