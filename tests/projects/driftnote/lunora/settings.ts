import { v } from 'lunorash/server'

import { mutation, query } from './_generated/server'

const theme = v.union(v.literal('light'), v.literal('dark'), v.literal('system'))

export const mine = query.query(async ({ ctx }) => {
  const userId = ctx.auth.userId
  if (!userId) return null
  return ctx.db.settings.findFirst({ where: { userId } })
})

export const save = mutation
  .input({ theme, homeNode: v.string().nullable(), locale: v.optional(v.string()) })
  .mutation(async ({ ctx, args }) => {
    const userId = ctx.auth.userId
    if (!userId) throw new Error('anonymous')
    await ctx.db.settings.upsert({
      target: ['userId'],
      create: { userId, ...args },
      update: args,
    })
  })

export const tagLabels = query.input({ prefix: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query('tags')
    .withIndex('by_label', (q) => q.eq('userId', ctx.auth.userId!).gte('label', args.prefix).lt('label', args.prefix + '\uffff'))
    .take(20),
)
