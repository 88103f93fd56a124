import { orgMutation, orgQuery } from "@core";
import { v } from "@gen/server";
import type { Doc } from "@gen/dataModel";

const toCard = ({ key, title }: Doc<"projects">) => ({ key, title });

export const byKey = orgQuery.input({ key: v.string().max(12) }).query(async ({ ctx, args }) => {
  const project = await ctx.db
    .query("projects")
    .withIndex("by_key", (q) => q.eq("key", args.key))
    .unique();
  return project && toCard(project);
});

export const active = orgQuery.query(async ({ ctx }) => {
  const rows = await ctx.db.query("projects").withIndex("by_archived", (q) => q.eq("archived", false)).collect();
  return rows.map(toCard).filter((card) => card.title.trim().length > 0);
});

export const start = orgMutation
  .input({ key: v.string().max(12), title: v.string().max(120) })
  .mutation(({ ctx, args }) => ctx.db.projects.insert({ ...args, archived: false }, { skipDuplicates: true }));
