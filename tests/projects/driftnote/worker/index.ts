import { createShardClient } from 'lunorash/worker'

import { internal } from '../lunora/_generated/api'

interface Env {
  SHARD: DurableObjectNamespace
  EXPORTS: R2Bucket
}

export default {
  async fetch(request: Request, env: Env) {
    const userId = request.headers.get('x-user')
    if (!userId) return new Response('nope', { status: 401 })
    const shard = createShardClient(env.SHARD).as({ userId }).forShard(userId)
    if (request.method === 'DELETE') {
      await shard.call(internal.maintenance.forgetUser, {})
      return new Response(null, { status: 204 })
    }
    const dump = await shard.call(internal.maintenance.exportShard, {})
    await env.EXPORTS.put(`${userId}.json`, JSON.stringify(dump))
    return Response.json({ ok: true })
  },
}
