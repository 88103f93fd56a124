import { cronJobs } from "@lunora/scheduler";

import { internal } from "./_generated/internal";

const crons = cronJobs();

crons.daily("waitlist", { hourUTC: 6, minuteUTC: 30 }, internal.payments_jobs.tellWaiting);

export default crons;
