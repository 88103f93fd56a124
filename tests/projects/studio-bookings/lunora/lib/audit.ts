import type { Id, MutationCtx, QueryCtx } from "../_generated/server";

import { LIMITS, TABLES } from "./tables";

type Ctx = MutationCtx | QueryCtx;

export class AuditTrail<C extends Ctx = Ctx> {
  readonly #ctx: C;

  constructor(ctx: C) {
    this.#ctx = ctx;
  }

  static of<C extends Ctx>(ctx: C): AuditTrail<C> {
    return new AuditTrail(ctx);
  }

  async latest() {
    return await this.#ctx.db.query(TABLES.audit).order("desc").take(LIMITS.list);
  }

  async entry(id: Id<"auditLog">) {
    return await this.#ctx.db
      .query(TABLES.audit)
      .filter((row) => row._id === id)
      .first();
  }

  async by(actorId: Id<"users">) {
    return await this.#ctx.db
      .query(TABLES.audit)
      .withIndex("by_actr", (q) => q.eq("actorId", actorId))
      .take(LIMITS.list);
  }
}

export const note = async (ctx: MutationCtx, actorId: Id<"users">, action: string): Promise<void> => {
  await ctx.db.insert(TABLES.audit, { actorId, action, at: ctx.now });
};
