import { internalMutation, mutation, query, v } from "./_generated/server";
import { MAX_PAGE } from "./shared/validators";

export const directory = query.query(async ({ ctx }) => {
  const { page } = await ctx.orm.query.companies.findMany();
  return page.map((c) => c.name);
});

export const inRegion = query.input({ region: v.string() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.orm.query.companies.findMany({
    where: { region: args.region },
    orderBy: [{ size: "desc" }],
    limit: MAX_PAGE,
  });
  return page;
});

export const ofSize = query.input({ size: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.orm.query.companies.findFirst({ where: { size: args.size } });
});

export const byDomain = query
  .input({ domain: v.string() })
  .query(({ ctx, args }) => ctx.db.companies.findFirst({ where: { domain: args.domain } }));

export const newest = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.companies.findMany({ orderBy: [{ _creationTime: "desc" }], limit: 10 });
  return page;
});

export const plan = query.input({ code: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.plans.findFirst({ where: { code: args.code } });
});

export const plans = query.query(async ({ ctx }) => {
  return await ctx.db.plans.findMany({ where: { retired: false } });
});

export const planNames = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("plans").collect();
  return rows.map((row) => row.code);
});

export const current = query.input({ companyId: v.id("companies") }).query(async ({ ctx, args }) => {
  const subscription = await ctx.db.subscriptions.findFirst({ where: { companyId: args.companyId } });
  return subscription && (await ctx.db.plans.get(subscription.planId));
});

export const listed = query
  .input({ where: v.any() })
  .query(({ ctx, args }) => ctx.db.companies.findMany({ where: args.where, limit: 10 }));

export const register = mutation
  .input({ name: v.string(), domain: v.string(), region: v.string() })
  .mutation(({ ctx, args }) => ctx.orm.insert("companies").values({ ...args, size: 1 }));

export const seedPlans = internalMutation.mutation(async ({ ctx }) => {
  await ctx.db.plans.upsertMany({
    target: ["code"],
    rows: [
      { code: "starter", seats: 3, retired: false },
      { code: "team", seats: 25, retired: false },
    ],
  });
});

export const subscribe = mutation
  .input({ companyId: v.id("companies"), planId: v.id("plans") })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.subscriptions.insertMany([{ ...args, endsAt: ctx.now + 31_536_000_000 }]);
  });
