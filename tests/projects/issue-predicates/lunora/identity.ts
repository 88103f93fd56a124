import { query, v } from "./_generated/server";

export const one = query.input({ id: v.id("issues") }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d._id === args.id).unique();
});

export const oneSwapped = query.input({ id: v.id("issues") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("issues")
    .filter(({ _id: key }) => args.id === key)
    .first();
});

export const oneComputed = query.input({ id: v.id("issues") }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d["_id"] === args.id && !d.archived).first();
});

export const found = query.input({ id: v.id("users") }).query(async ({ ctx, args }) => {
  const users = await ctx.db.query("users").collect();
  return users.find((u) => u?._id === args.id) ?? null;
});

export const indexed = query.input({ projectId: v.id("projects"), id: v.id("issues") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("issues")
    .withIndex("by_project_status", (q) => q.eq("projectId", args.projectId))
    .filter((d) => d._id === args.id)
    .first();
});

export const written = query.input({ userId: v.id("users") }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d.author._id === args.userId).collect();
});

export const selfOrChild = query.input({ id: v.id("issues") }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d._id === args.id || d.parentId === args.id).collect();
});

export const others = query.input({ id: v.id("issues") }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d._id !== args.id).collect();
});

export const fetched = query.input({ id: v.id("issues") }).query(({ ctx, args }) => ctx.db.issues.get(args.id));

export const whereId = query
  .input({ id: v.id("issues") })
  .query(({ ctx, args }) => ctx.db.issues.findFirst({ where: { _id: args.id } }));

export const children = query.input({ id: v.id("issues") }).query(async ({ ctx, args }) => {
  const parent = await ctx.db.issues.get(args.id);
  if (!parent) return [];
  return await ctx.db.query("issues").filter((d) => d.parentId === parent._id).collect();
});
