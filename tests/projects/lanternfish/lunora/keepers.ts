import { internalMutation, v } from "@server";
import { jobQuery } from "./lib";

const ROLES = { keeper: "keeper", lead: "lead" } as const;

export const enlist = internalMutation.input({ subject: v.string(), name: v.string() }).mutation(async ({ ctx, args }) => {
  const upserted = await ctx.db.keepers.upsert({ target: ["subject"], create: { ...args, role: ROLES.keeper }, update: { name: args.name } });
  return upserted;
});

export const sampleOf = jobQuery.query(async ({ ctx }) => {
  const out: Record<string, number> = {};
  for (const name of ["tanks", "alerts"] as const) {
    const rows = await ctx.db.query(name).take(5);
    out[name] = rows.length;
  }
  return out;
});
