import { cronJobs } from "@lunora/scheduler";
import { internal } from "./_generated/internal";

const jobs = cronJobs();
jobs.weekly("staples", { dayOfWeek: "monday", hourUTC: 4, minuteUTC: 0 }, internal.kitchens.rollCall, {});

export default jobs;
