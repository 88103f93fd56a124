import { cronJobs } from "@lunora/scheduler";
import { internal } from "@gen/api";

const schedule = cronJobs();
schedule.daily("nightly upkeep", { hourUTC: 2, minuteUTC: 0 }, internal.maintenance.nightly);

export default schedule;
