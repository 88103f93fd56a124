import { v } from "../_generated/server";
import { AuditTrail } from "../lib/audit";
import { adminQuery, internalMutation } from "../lib/procs";

export const latest = adminQuery.query(({ ctx }) => AuditTrail.of(ctx).latest());

export const entry = adminQuery.input({ id: v.id("auditLog") }).query(async ({ args, ctx }) => {
  const trail = new AuditTrail(ctx);
  return await trail.entry(args.id);
});

export const byActor = adminQuery
  .input({ actorId: v.id("users") })
  .query(async ({ args, ctx }) => await AuditTrail.of(ctx).by(args.actorId));

export const setFlag = internalMutation
  .input({ name: v.string(), on: v.boolean() })
  .mutation(async ({ args, ctx }) => {
    const flag = await ctx.db.featureFlags.findFirst({ where: { name: args.name } });
    if (flag) await ctx.db.featureFlags.patch(flag._id, { on: args.on });
  });
