import { internalMutation, mutation, query, v } from "./_generated/server";
import { MAX_PAGE, cursor, jobStatus, pageSize } from "./shared/validators";

const firstPage = { limit: 20 };

export const all = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.jobs.findMany();
  return page;
});

export const some = query.query(async ({ ctx }) => (await ctx.db.jobs.findMany({ ...firstPage })).page);

export const limited = query.input({ limit: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.jobs.findMany({ limit: args.limit });
  return page;
});

export const clamped = query.input({ limit: v.number() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.jobs.findMany({ limit: Math.min(args.limit, MAX_PAGE) });
  return page;
});

export const paged = query.input({ limit: pageSize, cursor }).query(async ({ ctx, args: { limit, cursor } }) => {
  return await ctx.db.jobs.findMany({ limit, cursor });
});

export const ofCompany = query
  .input({ companyId: v.id("companies"), status: v.optional(jobStatus) })
  .query(async ({ ctx, args }) => {
    const { page } = await ctx.db.jobs.findMany({
      where: {
        companyId: args.companyId,
        ...(args.status ? { status: args.status } : {}),
      },
      with: { company: true },
    });
    return page;
  });

export const open = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({
    ...firstPage,
    where: { status: "open", postedAt: { gte: args.since } },
    orderBy: [{ postedAt: "desc" }],
  });
});

export const since = query.input({ since: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({ where: { postedAt: { gte: args.since } }, ...firstPage });
});

export const live = query.query(async ({ ctx }) => {
  return await ctx.db.jobs.findMany({ where: { status: { in: ["open", "paused"] } } });
});

export const notClosed = query.query(async ({ ctx }) => {
  return await ctx.db.jobs.findMany({ where: { NOT: { status: "closed" } } });
});

export const titled = query.input({ text: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({ where: { title: { contains: args.text } } });
});

export const titledIn = query.input({ city: v.string(), text: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({ where: { city: args.city, title: { contains: args.text } } });
});

export const nearby = query
  .input({ city: v.string(), companyId: v.id("companies") })
  .query(async ({ ctx, args }) => {
    return await ctx.db.jobs.findMany({
      where: { OR: [{ city: args.city }, { companyId: args.companyId }] },
    });
  });

export const exact = query.input({ city: v.string(), level: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({ where: { AND: [{ level: args.level }, { city: args.city }] } });
});

export const atLevel = query.input({ level: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({ where: { AND: [{ level: args.level }, { remote: true }] } });
});

export const bySlug = query
  .input({ slug: v.string() })
  .query(({ ctx, args }) => ctx.db.jobs.findUnique({ where: { slug: args.slug } }));

export const byReference = query
  .input({ reference: v.string() })
  .query(({ ctx, args }) => ctx.db.jobs.findFirst({ where: { reference: args.reference } }));

export const byId = query
  .input({ id: v.id("jobs") })
  .query(({ ctx, args }) => ctx.db.jobs.findFirst({ where: { _id: args.id }, with: { company: true } }));

export const board = query
  .input({ companyId: v.optional(v.id("companies")), city: v.string() })
  .query(async ({ ctx, args }) => {
    const where = args.companyId ? { companyId: args.companyId } : { city: args.city };
    const { page } = await ctx.db.jobs.findMany({ where, limit: 100 });
    return page;
  });

export const misspelt = query.input({ companyId: v.id("companies") }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({
    where: { compnayId: args.companyId },
    limit: 10,
  });
});

export const wages = query.input({ companyId: v.id("companies") }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({
    where: { companyId: args.companyId, "details.salary": { gte: 1000 } },
    select: ["title", "details"],
  });
});

export const teasers = query.query(async ({ ctx }) => {
  return await ctx.db.jobs.findMany({
    where: { status: "open" },
    select: [
      "title",
      "salary",
    ],
    limit: 12,
  });
});

export const alphabetical = query.input({ companyId: v.id("companies") }).query(async ({ ctx, args }) => {
  return await ctx.db.jobs.findMany({ where: { companyId: args.companyId }, orderBy: [{ title: "asc" }] });
});

export const create = mutation
  .input({
    companyId: v.id("companies"),
    slug: v.string(),
    title: v.string(),
    reference: v.string(),
    city: v.string(),
    level: v.string(),
  })
  .mutation(async ({ ctx, args }) => {
    return await ctx.db.jobs.insert({
      ...args,
      remote: false,
      status: "open",
      postedAt: ctx.now,
      details: { salary: 0, currency: "EUR" },
    });
  });

export const closeOld = internalMutation.input({ before: v.number() }).mutation(async ({ ctx, args }) => {
  await ctx.db.patchWhere("jobs", {
    where: { status: "open", postedAt: { lt: args.before } },
    patch: { status: "closed" },
  });
});
