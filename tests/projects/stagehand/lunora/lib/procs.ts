import { query } from "../_generated/server";

export const sampledQuery = query.use(async ({ ctx, next }) => {
  const traced = Math.random() < 0.01;
  return next({ ctx: { traced } });
});
