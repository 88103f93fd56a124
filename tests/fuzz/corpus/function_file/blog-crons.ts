import { cronJobs } from "lunorash/server";

import { internal } from "./_generated/api.js";

const crons = cronJobs();

crons.interval("publish scheduled posts", { minutes: 5 }, internal.posts.publishDue);

export default crons;
