import { defineMigration } from "lunorash/server";

export const capacity = defineMigration({
  id: "0001_capacity",
  table: "hives",
  up: async (doc, ctx) => {
    const { page } = await ctx.db.findMany("settings", { where: { key: "capacity" }, limit: 1 });
    return { ...doc, capacity: doc.capacity ?? page[0]?.value ?? 10 };
  },
});
