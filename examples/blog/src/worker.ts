import { createWorker, SchedulerDO, SessionDO, ShardDO } from "#lunora/_generated/app.js";

export { SchedulerDO, SessionDO, ShardDO };

export default createWorker();
