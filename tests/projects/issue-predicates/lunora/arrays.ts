import { query, v } from "./_generated/server";

export const awaited = query.input({ country: v.string() }).query(async ({ ctx, args }) => {
  return (await ctx.db.query("holidays").collect()).filter((h) => h.country === args.country);
});

export const isHoliday = query.input({ day: v.string() }).query(async ({ ctx, args }) => {
  const holidays = await ctx.db.query("holidays").collect();
  return holidays.some((holiday) => holiday.day === args.day);
});

export const teammate = query.input({ team: v.string() }).query(async ({ ctx, args }) => {
  const users = await ctx.db.query("users").order("desc").collect();
  const position = users.findIndex(({ team }) => team === args.team);
  return position;
});

export const allPrivate = query.query(async ({ ctx }) => {
  const projects = await ctx.db.query("projects").collect();
  return projects.every((p) => p.visibility === "private");
});

export const counted = query.input({ status: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("issues").collect();
  let count = 0;
  for (const row of rows) if (row.status === args.status) count += 1;
  return count;
});

export const skipping = query.input({ reporterId: v.id("users") }).query(async ({ ctx, args }) => {
  const titles: string[] = [];
  const rows = await ctx.db.query("issues").order("desc").collect();
  for (const row of rows) { if (row.reporterId !== args.reporterId) continue; titles.push(row.title); }
  return titles;
});

export const mapped = query.query(async ({ ctx }) => {
  const rows = await ctx.db.query("holidays").collect();
  return Object.fromEntries(rows.map((row) => [row.day, row.country]));
});

export const joined = query.input({ issueId: v.id("issues") }).query(async ({ ctx, args }) => {
  const users = await ctx.db.query("users").collect();
  const watchers = await ctx.db
    .query("watchers")
    .withIndex("by_issue", (q) => q.eq("issueId", args.issueId))
    .collect();
  return watchers.map((watcher) => users.find((user) => user._id === watcher.userId)?.handle ?? "?");
});

export const onlyWords = query.input({ text: v.string() }).query(async ({ ctx, args }) => {
  const words = args.text.split(" ").filter((word) => word.length > 2);
  const recent = await ctx.db.query("issues").order("desc").take(100);
  return recent.map((issue) => words.some((word) => issue.title.includes(word)));
});
