import { createShardClient } from "lunorash/server";

import { internal } from "#lunora/_generated/api.js";
import { createWorker, SchedulerDO, SessionDO, ShardDO } from "#lunora/_generated/app.js";

export { SchedulerDO, SessionDO, ShardDO };

interface Env {
  SHARD: DurableObjectNamespace;
  PRUNE_USERS: string;
}

const app = createWorker({
  // Everyone may open their own shard and no other.
  authorizeShard: ({ identity, shardKey }: { identity: { userId: string } | null; shardKey: string }) =>
    identity?.userId === shardKey,
});

export default {
  fetch: app.fetch,

  async scheduled(_event: ScheduledController, env: Env) {
    for (const userId of env.PRUNE_USERS.split(",")) {
      await createShardClient(env.SHARD).as({ userId }).forShard(userId).call(internal.maintenance.pruneRevisions, {});
    }
  },
};
