import { mutation, query, v } from "./_generated/server";

export const mine = query.input({ userId: v.id("users") }).query(async ({ ctx, args }) => {
  return await ctx.db
    .query("courses")
    .filter((course) => course.ownerId === args.userId)
    .collect();
});

export const bySlug = query.input({ slug: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query("courses")
    .withIndex("by_slug", (q) => q.eq("slug", args.slug))
    .unique(),
);

export const ofTenant = query.input({ tenantId: v.id("tenants") }).query(({ ctx, args }) =>
  ctx.db
    .query("courses")
    .withIndex("by_tenant", (q) => q.eq("tenantId", args.tenantId))
    .collect(),
);

export const ofOwner = query.input({ owner: v.id("users") }).query(({ ctx, args }) =>
  ctx.db
    .query("courses")
    .withIndex("by_owner", (q) => q.eq("owner", args.owner))
    .take(20),
);

export const recentlyEdited = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.courses.findMany({ where: { updatedAt: { gt: args.since } } });
  return page;
});

export const recentlyCreated = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.courses.findMany({ where: { createdAt: { gt: args.since } } });
  return page;
});

export const lessons = query.input({ courseId: v.id("courses"), from: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("lessons")
    .withIndex("by_course", (q) => q.eq("courseId", args.courseId).gte("position", args.from))
    .take(50),
);

export const bin = query.input({ before: v.number() }).query(({ ctx, args }) =>
  ctx.db.lessons.findMany({ where: { deletedAt: { lt: args.before } }, includeDeleted: true }),
);

export const create = mutation
  .input({ tenantId: v.id("tenants"), ownerId: v.id("users"), title: v.string(), slug: v.string() })
  .mutation(async ({ ctx, args }) => {
    const stamp = { createdAt: ctx.now, updatedAt: ctx.now };
    const courseId = await ctx.db.insert("courses", { ...args, ...stamp, sharedWith: [] });
    await ctx.db.insert("lessons", { courseId, position: 1, body: "", reviewState: "pending", ...stamp });
    return courseId;
  });

export const addVenue = mutation.input({ name: v.string(), regionCode: v.string() }).mutation(async ({ ctx, args }) => {
  const id = await ctx.db.insert("venues", args);
  await ctx.db.insert("auditLog", { actor: ctx.auth.userId, what: `venue ${id}` });
});

export const venuesIn = query.input({ regionCode: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query("venues")
    .withIndex("by_region", (q) => q.eq("regionCode", args.regionCode))
    .collect(),
);

export const auditOf = query.input({ actor: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query("auditLog")
    .withIndex("by_actor", (q) => q.eq("actor", args.actor))
    .take(100),
);
