import { internalQuery } from "./_generated/server";

const width = = 40;

export const labels = internalQuery.query(() => width);
