import { internalQuery } from "./_generated/server";

export const draft = internalQuery.query(({ ctx }) => ctx.db..query("hives"));
