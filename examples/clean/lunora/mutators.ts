import { LunoraError, v } from "lunorash/server";
import { defineMutator } from "./_generated/server.js";

export const renamePlant = defineMutator({
  args: { userId: v.string().max(64), plantId: v.id("plants"), nickname: v.string().min(1).max(80) },
  owner: "userId",
  client: (tx, args) => tx.plants.patch(args.plantId, { nickname: args.nickname }),
  server: async (ctx, args) => {
    const plant = await ctx.db.plants.get(args.plantId);
    if (plant?.userId !== args.userId) {
      throw new LunoraError("NOT_FOUND", "No such plant.");
    }
    await ctx.db.plants.patch(plant._id, { nickname: args.nickname });
  },
});
