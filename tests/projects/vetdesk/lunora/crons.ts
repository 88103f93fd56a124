import { cronJobs } from "@lunora/scheduler";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("send due reminders", { minutes: 5 }, internal.reminders.sendDue, {});
crons.daily("purge reminders", { hourUTC: 3, minuteUTC: 0 }, internal.reminders.purgeBatch, {});

export default crons;
