import { initLunora } from "@lunora/server";
import type { DataModel } from "../_generated/dataModel";

const c = initLunora.dataModel<DataModel>().create();

export const reader = c.query.use(async ({ ctx, next }) => next({ ctx: { me: ctx.auth.userId ?? "nobody" } }));
export const writer = c.mutation;
export const inside = { query: c.internalQuery, mutation: c.internalMutation };
