import { internalMutation, internalQuery, query, v } from "./_generated/server";
import { byId, creator } from "./data/rows";

const ACTIVE = { active: true } as const;

export const join = internalMutation
  .input({ email: v.string(), name: v.string() })
  .mutation(({ ctx, args }) => creator("keepers")(ctx)({ ...args, ...ACTIVE }));

export const withEmail = internalQuery.input({ email: v.string() }).query(async ({ ctx, args }) =>
  (await ctx.db.query("keepers").collect()).find((k) => k.email === args.email),
);

export const one = query.input({ id: v.id("keepers") }).query(async ({ ctx, args }) => {
  const keeper = await byId(ctx, args.id);
  return keeper ? { name: keeper.name } : null;
});

export const anyoneActive = internalQuery.query(async ({ ctx }) => {
  const keepers = await ctx.db.query("keepers").collect();
  return keepers.some((k) => k.active === true);
});

export const headcount = internalQuery.query(({ ctx }) => ctx.db.keepers.count({ active: true }));

export const retireAll = internalMutation
  .input({ domain: v.string() })
  .mutation(({ ctx, args }) => ctx.db.patchWhere("keepers", { where: { name: args.domain }, patch: { active: false } }));
