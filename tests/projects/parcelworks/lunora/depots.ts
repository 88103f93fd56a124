import { mutation, query, v } from './_generated/server'

export const open = mutation
  .input({ code: v.string().max(8), parentId: v.id('depots') })
  .mutation(({ ctx, args }) => ctx.db.depots.insert(args))

export const near = query
  .input({ parentId: v.id('depots') })
  .query(({ ctx, args }) => ctx.db.depots.findMany({ where: { parentId: args.parentId } }))
