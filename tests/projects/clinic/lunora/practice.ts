import { v } from "@lunora/server";
import { procs } from "./lib/procs";

const RECENT = 30;

export const recent = procs.read.query(({ ctx }) => ctx.db.query("practices").order("desc").take(RECENT));

export const team = procs.read
  .input({ role: v.optional(v.string()) })
  .query(async ({ ctx, args }) => {
    const where: Record<string, unknown> = { practiceId: ctx.practiceId };
    if (args.role) where.role = args.role;
    const result = await ctx.db.staff.findMany({ where, limit: 100 });
    return result.page;
  });

export const activeTeam = procs.read.query(async ({ ctx }) => {
  const [staff, rooms] = await Promise.all([
    ctx.db.query("staff").collect(),
    ctx.db.rooms.findMany({ where: { practiceId: ctx.practiceId } }),
  ]);
  const team = staff.filter((member) => member.practiceId === ctx.practiceId);
  return { team, rooms: rooms.page };
});

export const load = procs.read
  .input({ from: v.timestamp(), to: v.timestamp() })
  .query(async ({ ctx, args }) => {
    const visits = await ctx.db
      .query("appointments")
      .withIndex("by_practice_start", (q) => q.gte("startsAt", args.from).lt("startsAt", args.to))
      .collect();
    return visits.reduce((minutes, visit) => minutes + visit.minutes, 0);
  });

export const open = procs.job
  .input({ name: v.string(), slug: v.string(), owner: v.string(), rooms: v.array(v.string()) })
  .mutation(async ({ ctx, args }) => {
    const practiceId = await ctx.db.practices.insert({ name: args.name, slug: args.slug });
    await ctx.db.rooms.insertMany(args.rooms.map((label) => ({ practiceId, label })));
    await ctx.db.staff.upsert({
      target: ["email"],
      create: { practiceId, email: args.owner, role: "desk", active: true },
      update: { practiceId, active: true },
    });
    return practiceId;
  });
