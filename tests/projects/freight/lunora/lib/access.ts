import { LunoraError } from 'lunorash/server'
import { mutation as rawMutation, query as rawQuery } from '../_generated/server.js'
import type { QueryCtx } from '../_generated/server.js'

export async function dispatcher(ctx: QueryCtx) {
  const who = await ctx.auth.getIdentity()
  if (!who) throw new LunoraError('UNAUTHENTICATED', 'no session')
  return who
}

export const query = rawQuery.use(async ({ ctx, next }) => next({ ctx: { who: await dispatcher(ctx) } }))
export const mutation = rawMutation.use(async ({ ctx, next }) => next({ ctx: { who: await dispatcher(ctx) } }))

export async function shipmentByReference(c: QueryCtx, reference: string) {
  return c.db.query('shipments').filter((row) => row.reference === reference).first()
}
