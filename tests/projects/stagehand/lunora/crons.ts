import { cronJobs } from "@lunora/scheduler";
import { internal } from "./_generated/api";

const crons = cronJobs();

crons.interval("relay", { minutes: 10 }, internal.loops.relay.heartbeat);
crons.hourly("roles", { minuteUTC: 5 }, internal.staff.byRole, { role: "usher" });
crons.weekly("sweep", { dayOfWeek: "monday", hourUTC: 1, minuteUTC: 0 }, internal.tickets.purgeAll);

export default crons;
