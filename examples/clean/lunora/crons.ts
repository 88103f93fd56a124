import { cronJobs } from "lunorash/server";
import { internal } from "./_generated/api.js";

const crons = cronJobs();

crons.daily("publish tips", { hourUTC: 6, minuteUTC: 0 }, internal.tips.publishDue);

export default crons;
