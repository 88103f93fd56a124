import { LunoraError } from "lunorash/server";
import { v } from "./_generated/server.js";
import { memberMutation, memberQuery } from "./lib/procedures.js";

const gardenName = v.string().min(1).max(80);

const gardenView = v.object({
  _id: v.id("gardens"),
  name: v.string(),
  city: v.optional(v.string()),
});

export const list = memberQuery.output(v.array(gardenView.strip())).query(async ({ ctx }) => {
  const gardens = await ctx.orm.query.gardens.findMany({
    where: { userId: ctx.userId },
    orderBy: [{ name: "asc" }],
    limit: 50,
  });
  return gardens.page;
});

export const create = memberMutation
  .input({ name: gardenName, city: v.optional(v.string().max(80)) })
  .output(v.id("gardens"))
  .mutation(async ({ ctx, args }) => {
    if (await ctx.db.gardens.exists({ userId: ctx.userId, name: args.name })) {
      throw new LunoraError("CONFLICT", "You already have a garden of that name.");
    }
    const gardenId = await ctx.orm.insert("gardens").values({ userId: ctx.userId, name: args.name, city: args.city });
    ctx.log.info("garden created", { gardenId });
    return gardenId;
  });

export const rename = memberMutation
  .input({ gardenId: v.id("gardens"), name: gardenName })
  .output(v.null())
  .mutation(async ({ ctx, args }) => {
    const garden = await ctx.db.gardens.get(args.gardenId);
    if (garden?.userId !== ctx.userId) {
      throw new LunoraError("NOT_FOUND", "No such garden.");
    }
    await ctx.orm.update("gardens", garden._id).set({ name: args.name });
    ctx.log.info("garden renamed", { gardenId: garden._id });
    return null;
  });

export const remove = memberMutation
  .input({ gardenId: v.id("gardens") })
  .output(v.null())
  .mutation(async ({ ctx, args }) => {
    const garden = await ctx.db.gardens.get(args.gardenId);
    if (garden?.userId !== ctx.userId) {
      throw new LunoraError("NOT_FOUND", "No such garden.");
    }
    await ctx.db.gardens.delete(garden._id);
    ctx.log.info("garden removed", { gardenId: garden._id });
    return null;
  });
