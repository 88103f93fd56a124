import { query } from "./_generated/server";
export const __proto__ = query.query(async ({ ctx }) => ctx.db.query("constructor").filter((d) => d.__proto__ === d["hasOwnProperty"]).collect());
