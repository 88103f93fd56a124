import { query, v } from "../_generated/server";

export const fixture = query.input({ id: v.id("nothing") }).query(async ({ ctx, args }) => ctx.db.get(args.id));
