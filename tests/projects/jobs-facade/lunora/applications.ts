import { internalMutation, mutation, query, v } from "./_generated/server";
import { pageSize, stage } from "./shared/validators";

export const ofJob = query.input({ jobId: v.id("jobs"), limit: v.number() }).query(async ({ ctx, args }) => {
  return await ctx.db.findMany("applications", { where: { jobId: args.jobId }, limit: args.limit });
});

export const ofCandidate = query.input({ candidateId: v.id("candidates") }).query(async ({ ctx, args }) => {
  const open = await ctx.db.applications.findFirst({ where: { candidateId: args.candidateId } });
  return open;
});

export const fromSource = query
  .input({ source: v.string(), limit: pageSize })
  .query(async ({ ctx, args }) => {
    return await ctx.db.findMany("applications", { where: { source: args.source }, limit: args.limit });
  });

export const funnel = query.input({ jobId: v.id("jobs") }).query(async ({ ctx, args }) => {
  const fresh = await ctx.db.applications.count({ jobId: args.jobId, stage: "new" });
  const total = await ctx.db.applications.count({ jobId: args.jobId });
  const hiredEverywhere = await ctx.db.applications.count({ stage: "hired" });
  return { fresh, total, hiredEverywhere };
});

export const anyFrom = query
  .input({ candidateId: v.id("candidates") })
  .query(({ ctx, args }) => ctx.db.applications.exists({ candidateId: args.candidateId }));

export const apply = mutation
  .input({ jobId: v.id("jobs"), email: v.string(), name: v.string() })
  .mutation(async ({ ctx, args }) => {
    const candidateId = await ctx.db.candidates.upsert({
      target: ["email"],
      create: { email: args.email, name: args.name },
      update: { name: args.name },
    });
    return await ctx.orm.insert("applications").values({
      jobId: args.jobId,
      candidateId,
      stage: "new",
      score: null,
      source: "web",
    });
  });

export const advance = mutation
  .input({ id: v.id("applications"), stage })
  .mutation(({ ctx, args }) => ctx.orm.update("applications", args.id).set({ stage: args.stage }));

export const remember = mutation
  .input({ candidateId: v.id("candidates"), cities: v.array(v.string()).max(10) })
  .mutation(async ({ ctx, args }) => {
    const rows = args.cities
      .filter((city) => city !== "")
      .map((city) => ({ candidateId: args.candidateId, city, lastRunAt: ctx.now }));
    await ctx.db.insertMany("savedSearches", rows);
  });

export const forget = internalMutation.input({ before: v.number() }).mutation(async ({ ctx, args }) => {
  await ctx.db.deleteWhere("savedSearches", { lastRunAt: { lt: args.before } });
});

export const forgetCity = mutation
  .input({ candidateId: v.id("candidates"), city: v.string() })
  .mutation(({ ctx, args }) => ctx.db.deleteWhere("savedSearches", { city: args.city, candidateId: args.candidateId }));
