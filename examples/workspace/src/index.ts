export { default, SchedulerDO, SessionDO, ShardDO } from "../lunora/_generated/app.js";
