import type { MutationCtx, QueryCtx } from "../_generated/server";

export abstract class Repo<C extends QueryCtx | MutationCtx = QueryCtx> {
    protected readonly db: C["db"];

    constructor(protected readonly ctx: C) {
        this.db = ctx.db;
    }

    protected get actor(): string {
        return this.ctx.auth?.userId ?? "system";
    }
}
