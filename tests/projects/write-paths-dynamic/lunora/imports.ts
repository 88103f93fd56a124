import { internalAction, internalMutation, v } from "./_generated/server";
import { internal } from "./_generated/internal";
import { parseLine } from "./lines";

/** One line of the dump is `<table>\t<json>`. */
export const load = internalAction.input({ url: v.string() }).action(async ({ ctx, args }) => {
  const text = await (await ctx.fetch(args.url)).text();
  const lines = text.split("\n").filter((line) => line !== "");
  for (const line of lines) await ctx.runMutation(internal.imports.insertLine, { line });
  await ctx.runMutation(internal.imports.done, { file: args.url, rows: lines.length });
});

export const insertLine = internalMutation.input({ line: v.string() }).mutation(async ({ ctx, args }) => {
  const { table, row } = parseLine(args.line);
  await ctx.db.insert(table as never, row as never);
});

export const done = internalMutation
  .input({ file: v.string(), rows: v.number() })
  .mutation(async ({ ctx, args }) => ctx.db.insert("imports", args));
