import { LunoraError } from "lunorash/server";
import { internalQuery, mutation, query } from "@server";

type Step = { ctx: any; next: (add?: { ctx: Record<string, unknown> }) => Promise<unknown> };

const identify = async ({ ctx, next }: Step) => {
  const subject = ctx.auth.userId;
  if (!subject) throw new LunoraError("UNAUTHENTICATED");
  const keeper = await ctx.db.keepers.findFirst({ where: { subject } });
  return next({ ctx: { keeper } });
};

const leadsOnly = ({ ctx, next }: Step) => {
  if (ctx.keeper?.role !== "lead") throw new LunoraError("FORBIDDEN");
  return next();
};

export const keeperQuery = query.use(identify);
export const keeperMutation = mutation.use(identify);
export const leadQuery = keeperQuery.use(leadsOnly).meta({ audience: "lead" });
export const jobQuery = internalQuery;
