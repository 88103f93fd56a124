import { LunoraError } from "lunorash/server";

import { between } from "../src/lib/rank";
import { mutation, v } from "./_generated/server";
import { textArg } from "./args";
import { rateLimit } from "./ratelimit/middleware";

/** Pastes a flat list of lines as bullets at the top level. */
export const pasteLines = mutation
  .use(rateLimit("import", { burst: 5, refill: 60_000 }))
  .input({ lines: v.array(textArg).min(1).max(1000) })
  .mutation(async ({ ctx, args }) => {
    const { userId } = ctx.auth;
    if (!userId) throw new LunoraError("UNAUTHENTICATED", "Sign in first");

    let rank: string | null = null;
    const rows = args.lines.map((text) => {
      rank = between(rank, null);
      return { userId, parentId: null, rank, text, done: false, folded: false, updatedAt: ctx.now };
    });
    await ctx.db.nodes.insertMany(rows, { limit: 1000 });
    ctx.log.info("lines pasted", { count: rows.length });
  });
