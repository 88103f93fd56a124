import { cronJobs } from "lunorash/server";
import { internal } from "./_generated/api";

const crons = cronJobs();
crons.interval("flush", { minutes: 1 }, internal.jobs.flush);
crons.interval("probe", { hours: 6 }, internal.jobs.probe);

export default crons;
