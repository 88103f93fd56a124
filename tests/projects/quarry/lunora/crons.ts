import { cronJobs } from "@lunora/scheduler";

import { internal } from "./_generated/internal";

const crons = cronJobs();

crons.cron("tick jobs", "* * * * *", internal.jobs.tick);
crons.cron("expire leases", "*/5 * * * *", internal.jobs.expired, {});

export default crons;
