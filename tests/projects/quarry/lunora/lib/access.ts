import { internalMutation, internalQuery, mutation, query } from "../_generated/server";
import { chunksBy } from "./reads";

async function orgFrom(ctx: any) {
    const hash = ctx.auth.getIdentity?.()?.keyHash;
    const key = await ctx.db.apiKeys.findFirst({ where: { hash } });
    if (!key || key.revokedAt !== null) throw new Error("bad key");
    return key.orgId as string;
}

const keyed = async ({ ctx, next }: any) => next({ ctx: { orgId: await orgFrom(ctx), chunks: chunksBy(ctx.db) } });

export const access = {
    public: { query: query.use(keyed), mutation: mutation.use(keyed) },
    system: { query: internalQuery, mutation: internalMutation },
} as const;
