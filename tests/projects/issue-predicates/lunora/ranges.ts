import { query, v } from "./_generated/server";

export const window = query.input({ from: v.number(), to: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("issues")
    .filter((d) => d.startAt >= args.from && d.startAt < args.to)
    .collect();
});

export const finished = query.query(async ({ ctx }) => {
  const now = ctx.now;
  return await ctx.db.query("issues").filter((d) => now > d.endAt).take(50);
});

export const inverted = query.query(async ({ ctx }) => {
  return await ctx.db.query("issues").filter((d) => d.endAt < d.startAt).collect();
});

export const notDone = query.query(async ({ ctx }) => {
  return await ctx.db.query("issues").filter((d) => d.status !== "done").collect();
});

export const unarchived = query.query(async ({ ctx }) => {
  return await ctx.db.query("issues").filter((d) => !d.archived).collect();
});

export const labelled = query.input({ label: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d.labels.includes(args.label)).collect();
});

export const titled = query.input({ text: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d.title.includes(args.text)).take(20);
});

export const imported = query.input({ ref: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d.origin.ref === args.ref).collect();
});

export const either = query.input({ userId: v.id("users") }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter((d) => d.reporterId === args.userId || d.assigneeId === args.userId).collect();
});

export const ofProject = query
  .input({ projectId: v.id("projects"), text: v.string() })
  .query(async ({ ctx, args }) => {
    return await ctx.db
      .query("issues")
      .withIndex("by_project_status", (q) => q.eq("projectId", args.projectId))
      .filter((d) => d.title.startsWith(args.text))
      .collect();
  });

export const urgentIn = query.input({ projectId: v.id("projects") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("issues")
    .withIndex("by_project_status", (q) => q.eq("projectId", args.projectId).eq("status", "open"))
    .collect();
  return rows.filter((d) => d.labels.includes("urgent"));
});
