import { createWorker, SchedulerDO, SessionDO, ShardDO } from "../lunora/_generated/app.js";

export { SchedulerDO, SessionDO, ShardDO };

export default createWorker({
    // A channel's shard is open to signed-in people; membership is checked inside the procedures.
    authorizeShard: ({ identity }: { identity: { userId: string } | null }) => identity !== null,
});
