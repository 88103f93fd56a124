import { cronJobs } from "lunorash/server";
import { internal } from "#lunora/_generated/api.js";

const crons = cronJobs();

crons.daily("prune newsletter", { hourUTC: 3, minuteUTC: 15 }, internal.newsletter.prune);

export default crons;
