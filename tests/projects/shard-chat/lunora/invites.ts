import { action, internalMutation, internalQuery, mutation, query, v } from "./_generated/server";
import { internal } from "./_generated/internal";

export const open = query
  .input({ code: v.string().max(40) })
  .query(async ({ ctx, args }) => await ctx.db.invites.findFirst({ where: { code: args.code } }));

export const pending = internalQuery.input({ workspaceId: v.id("workspaces") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("invites")
    .filter((invite) => invite.workspaceId === args.workspaceId && invite.usedAt === undefined)
    .collect();
});

export const everyCode = internalQuery.query(async ({ ctx }) => {
  const invites = await ctx.db.query("invites").collect();
  return invites.map((invite) => invite.code);
});

export const invite = mutation
  .input({ workspaceId: v.id("workspaces"), email: v.string().email() })
  .mutation(async ({ ctx, args }) => {
    const taken = await ctx.db.workspaces.get(args.workspaceId);
    if (!taken) return null;
    return await ctx.db.insert("invites", { ...args, code: crypto.randomUUID() });
  });

export const createWorkspace = internalMutation
  .input({ name: v.string(), slug: v.string() })
  .mutation(async ({ ctx, args }) => ctx.db.insert("workspaces", args));

export const accept = action.input({ code: v.string().max(40) }).action(async ({ ctx, args }) => {
  const invitation = await ctx.db.invites.findFirst({ where: { code: args.code } });
  if (!invitation || invitation.usedAt) return false;
  await ctx.db.invites.patch(invitation._id, { usedAt: ctx.now });
  await ctx.scheduler.runAfter(
    0,
    internal.people.register,
    { workspaceId: invitation.workspaceId, email: invitation.email, handle: invitation.email.split("@")[0] },
    { shardKey: invitation.workspaceId },
  );
  return true;
});
