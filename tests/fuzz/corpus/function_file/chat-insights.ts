import { v } from "./_generated/server.js";
import { requireMembership } from "./lib/access.js";
import { topPosters } from "./lib/digest.js";
import { memberQuery } from "./lib/procs.js";

export const leaderboard = memberQuery.input({ channelId: v.id("channels") }).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);
    return topPosters(ctx, 10);
});
