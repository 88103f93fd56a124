import { cronJobs } from "@lunora/scheduler";

import { internal } from "./_generated/internal";

const crons = cronJobs();

crons.hourly("remind", { minuteUTC: 5 }, internal.jobs.remind);
crons.daily("digest", { hourUTC: 3, minuteUTC: 0 }, internal.jobs.digest);
crons.cron("prune", "*/15 * * * *", internal.jobs.prune, { keep: 1000 });

export default crons;
