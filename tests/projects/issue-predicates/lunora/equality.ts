import { query, v } from "./_generated/server";

const DONE = "done";

export const plain = query.input({ status: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d.status === args.status).collect();
});

export const loose = query.input({ number: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d.number == args.number).take(5);
});

export const swapped = query.input({ title: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => args.title === d.title).first();
});

export const constant = query.query(async ({ ctx }) => {
  return await ctx.db.query("issues").filter((issue) => DONE === issue.status).collect();
});

export const destructured = query.input({ priority: v.number() }).query(async ({ ctx, args: { priority: wanted } }) => {
  return await ctx.db.query("issues").filter(({ priority }) => priority === wanted).collect();
});

export const computed = query.input({ status: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d["status"] === args.status).collect();
});

export const optional = query.input({ status: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d?.status === args.status).collect();
});

export const conjunction = query
  .input({ projectId: v.id("projects"), status: v.string() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("issues")
      .filter((d) => d.projectId === args.projectId && d.status === args.status && !d.archived)
      .collect();
  });

export const guarded = query
  .input({ reporterId: v.id("users"), text: v.string() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("issues")
      .filter((d) => {
        if (d.reporterId !== args.reporterId) return false;
        if (d.archived) return false;
        return d.title.includes(args.text);
      })
      .collect();
  });

export const block = query.input({ status: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("issues")
    .filter(function (d) {
      const same = d.status === args.status;
      return same;
    })
    .collect();
});

export const mine = query.query(async ({ ctx }) => {
  const user = await ctx.db.users.findFirst({ where: { handle: ctx.auth.userId ?? "" } });
  if (!user) return [];
  return await ctx.db.query("issues").filter((d) => user._id === d.assigneeId).collect();
});

export const owned = query.input({ handle: v.string() }).query(async ({ ctx, args }) => {
  const owner = await ctx.db.users.findUnique({ where: { handle: args.handle } });
  if (owner === null) return [];
  return await ctx.db.query("projects").filter((project) => project.ownerId === owner._id).collect();
});
