import { cronJobs } from "lunorash/server";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("drain runs", { minutes: 5 }, internal.runs.runner.drain);
crons.daily("sweep", { hourUTC: 3, minuteUTC: 30 }, internal.runs.sweep_old.default);

export default crons;
