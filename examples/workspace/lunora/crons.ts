import { cronJobs } from "lunorash/server";
import { internal } from "#lunora/_generated/internal.js";

const crons = cronJobs();

crons.cron("tick", "* * * * *", internal.maintenance.tick);
crons.weekly("weekly", { dayOfWeek: "monday", hourUTC: 4, minuteUTC: 0 }, internal.maintenance.weekly);

export default crons;
