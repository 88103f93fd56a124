import { LunoraError } from "lunorash/server";
import { internal } from "./_generated/api.js";
import { internalMutation, query, v } from "./_generated/server.js";
import { memberMutation } from "./lib/procedures.js";

const BATCH = 50;

const season = v.union(v.literal("spring"), v.literal("summer"), v.literal("autumn"), v.literal("winter"));

const tipView = v.object({ _id: v.id("tips"), season, title: v.string(), body: v.string(), helpfulCount: v.number() });

export const latest = query
  .input({ season })
  .output(v.array(tipView.strip()))
  .query(({ ctx, args }) =>
    ctx.db
      .query("tips")
      .withIndex("by_season_status_publish", (q) => q.eq("season", args.season).eq("status", "live"))
      .order("desc")
      .take(20),
  );

export const mostHelpful = query
  .input({ season })
  .output(v.array(tipView.strip()))
  .query(async ({ ctx, args }) => {
    const ranked = await ctx.db.tips.rankPage("most_helpful", { where: { season: args.season }, take: 10 });
    return ranked.page;
  });

export const markHelpful = memberMutation
  .input({ tipId: v.id("tips") })
  .output(v.null())
  .mutation(async ({ ctx, args }) => {
    const tip = await ctx.db.tips.get(args.tipId);
    if (tip?.status !== "live") {
      throw new LunoraError("NOT_FOUND", "No such tip.");
    }
    await ctx.db.tips.patch(tip._id, { helpfulCount: tip.helpfulCount + 1 });
    ctx.log.info("tip marked helpful", { tipId: tip._id });
    return null;
  });

export const draft = internalMutation
  .input({ season, title: v.string().max(120), body: v.string().max(4000), publishAt: v.timestamp() })
  .output(v.id("tips"))
  .mutation(({ ctx, args }) => ctx.db.tips.insert({ ...args, status: "draft" }));

/** Publishes what is due, one batch at a time, and comes back while there is more. */
export const publishDue = internalMutation.output(v.number()).mutation(async ({ ctx }) => {
  const batch = await ctx.db
    .query("tips")
    .withIndex("by_status_publish", (q) => q.eq("status", "draft").lte("publishAt", ctx.now))
    .take(BATCH);
  await Promise.all(batch.map((tip) => ctx.db.tips.patch(tip._id, { status: "live" })));
  if (batch.length === BATCH) {
    await ctx.scheduler.runAfter(0, internal.tips.publishDue);
  }
  return batch.length;
});
