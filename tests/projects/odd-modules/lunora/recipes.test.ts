import { query } from "./_generated/server";

export const inTest = query.query(async ({ ctx }) => ctx.db.query("recipe").collect());
