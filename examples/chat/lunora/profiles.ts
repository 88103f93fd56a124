import { LunoraError } from "lunorash/server";

import { v } from "./_generated/server.js";
import { limitedMutation, memberMutation, memberQuery } from "./lib/procs.js";

const handle = v
    .string()
    .min(2)
    .max(32)
    .pattern(/^[a-z0-9_]+$/);

export const create = limitedMutation
    .input({ handle, displayName: v.string().max(80) })
    .mutation(async ({ ctx, args }) => {
        const authId = ctx.auth.userId;
        if (!authId) {
            throw new LunoraError("UNAUTHENTICATED", "Sign in first");
        }

        const existing = await ctx.db.profiles.findFirst({ where: { authId } });
        if (existing) {
            return existing._id;
        }

        ctx.log.info("profile created", { handle: args.handle });
        return ctx.db.profiles.insert({ authId, handle: args.handle, displayName: args.displayName });
    });

export const rename = memberMutation.input({ displayName: v.string().max(80) }).mutation(async ({ ctx, args }) => {
    await ctx.db.profiles.patch(ctx.profile._id, { displayName: args.displayName });
    ctx.log.info("profile renamed");
});

export const me = memberQuery.query(async ({ ctx }) => ctx.profile);

export const byHandle = memberQuery
    .input({ handle })
    .query(({ ctx, args }) => ctx.db.profiles.findFirst({ where: { handle: args.handle } }));
