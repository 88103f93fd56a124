import { v } from "@lunora/server";

import { access } from "./lib/access";

export const request = access.public.mutation.input({ format: v.string() }).mutation(async ({ args, ctx }) => {
    return ctx.db.exports.insert({
        orgId: ctx.orgId,
<<<<<<< HEAD
        format: args.format,
=======
        format: args.format.toLowerCase(),
>>>>>>> feature/parquet
        requestedAt: ctx.now,
    });
});

export const history = access.public.query.query(async ({ ctx }) => {
    return ctx.db.query("exports").withIndex("by_org", (q) => q.eq("orgId", ctx.orgId)).collect();
});
