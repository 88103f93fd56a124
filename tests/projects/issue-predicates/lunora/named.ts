import { mutation, query, v } from "./_generated/server";
import { inProject, isLate, isOpen, isUrgent, mentions } from "./lib/predicates";

export const open = query.query(({ ctx }) => ctx.db.query("issues").filter(isOpen).collect());

export const urgent = query.query(async ({ ctx }) => {
  return await ctx.db
    .query("issues")
    .order("desc")
    .filter(isUrgent)
    .take(10);
});

export const project = query.input({ projectId: v.id("projects") }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("issues").collect();
  return rows.filter(inProject(args.projectId));
});

export const late = query.query(({ ctx }) => ctx.db.query("issues").filter(isLate).collect());

export const mentioning = query.input({ text: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("issues").filter(mentions(args.text)).collect();
});

export const openIn = query.input({ projectId: v.id("projects") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("issues")
    .withIndex("by_project_status", (q) => q.eq("projectId", args.projectId).eq("status", "open"))
    .filter((issue) => !isLate(issue))
    .collect();
});

export const file = mutation
  .input({ projectId: v.id("projects"), reporterId: v.id("users"), number: v.number(), title: v.string() })
  .mutation(async ({ ctx, args }) => {
    const reporter = await ctx.db.users.get(args.reporterId);
    const issueId = await ctx.db.insert("issues", {
      ...args,
      status: "open",
      priority: 0,
      labels: [],
      startAt: ctx.now,
      endAt: ctx.now,
      author: { _id: args.reporterId, name: reporter?.handle ?? "" },
      origin: { source: "web", ref: "" },
    });
    await ctx.db.insert("watchers", { issueId, userId: args.reporterId });
    return issueId;
  });

export const setup = mutation.input({ handle: v.string(), slug: v.string() }).mutation(async ({ ctx, args }) => {
  const ownerId = await ctx.db.insert("users", { handle: args.handle, team: "core" });
  await ctx.db.insert("projects", { slug: args.slug, ownerId, visibility: "private" });
  await ctx.db.insertMany("holidays", [
    { day: "2025-01-01", country: "AT" },
    { day: "2025-12-25", country: "AT" },
  ]);
});
