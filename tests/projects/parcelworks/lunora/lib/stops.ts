import type { MutationCtx } from '../_generated/server'

export async function appendStop(context: MutationCtx, routeId: string, parcelId: string, seq: number) {
  return await context.db.stops.insert({ routeId, parcelId, seq } as never)
}

export async function assertOpen(context: MutationCtx, routeId: string) {
  const route = await context.db.routes.get(routeId as never)
  if (!route || route.closed) throw new Error('route is closed')
}
