import { internalQuery, mutation, query, v } from "./_generated/server";
import type { Doc } from "./_generated/dataModel";

type Inspection = Doc<"inspections">;

const label = ({ at, status }: Inspection) => `${new Date(at).toISOString()} ${status}`;

export const open = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.inspections.findMany({ where: { status: "open" }, orderBy: [{ at: "asc" }], limit: 100 });
  return page.map(label);
});

export const recentOf = query.input({ inspectorId: v.id("keepers") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("inspections")
    .withIndex("by_inspector_at", (q) => q.eq("inspectorId", args.inspectorId))
    .order("desc")
    .take(25);
  return rows.map(label);
});

export const timeline = query.input({ hiveId: v.id("hives") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("inspections").withIndex("by_hive", (q) => q.eq("hiveId", args.hiveId)).collect();
  return [...rows].sort((a, b) => a.at - b.at).map(label);
});

export const inspectors = internalQuery.input({ hiveId: v.id("hives") }).query(async ({ ctx, args }) => {
  const rows = (await ctx.db.inspections.findMany({ where: { hiveId: args.hiveId }, limit: 30 })).page;
  const ids = [...new Set(rows.map((r) => r.inspectorId))];
  const { page: people } = await ctx.db.keepers.findMany({ where: { _id: { in: ids } } });
  return people.map((p) => p.name);
});

export const report = mutation
  .input({ hiveId: v.id("hives"), inspectorId: v.id("keepers"), notes: v.string().max(4000) })
  .mutation(async ({ ctx, args }) => {
    try {
      return await ctx.db.inspections.insert({ ...args, at: ctx.now, status: "open" });
    } catch (error) {
      ctx.log.error("inspection failed", { error: String(error) });
      throw error;
    }
  });
