import { defineShape, v } from "@lunora/server";

export const kitchenSpices = defineShape({
  table: "spices",
  args: { kitchenId: v.id("kitchens") },
  columns: ["name", "heat", "aisle"],
  where: (_ctx, args) => ({ kitchenId: args.kitchenId }),
});

export const leagueFeed = defineShape({ table: "leagues",
  args: { ownerId: v.id("players") },
  where: (_ctx, args) => ({ ownerId: args.ownerId }),
});

export const batchFeed = defineShape({
  table: "batches",
  args: { tasterId: v.id("players") },
  columns: ["grams", "weight"],
  where: (_ctx, args) => ({ tasterId: args.tasterId }),
});
