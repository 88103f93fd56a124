import { mutation, query, v } from "./_generated/server";

export const enroll = mutation
  .input({ login: v.string().max(40), name: v.string().max(80) })
  .mutation(({ ctx, args }) => ctx.db.staff.insert(args, { skipDuplicates: true }));

export const whoIs = query.input({ login: v.string().max(40) }).query(({ ctx, args }) => ctx.db.staff.findFirst({ where: { login: args.login } }));

export const assignees = query
  .input({ shipmentIds: v.array(v.id("shipments")).max(50), logins: v.array(v.string()).max(50) })
  .query(async ({ ctx, args }) => {
    const people = await Promise.all(args.logins.map((login) => ctx.db.staff.findFirst({ where: { login } })));
    return people.flatMap((p) => (p ? [p.name] : []));
  });

export const today = query.input({ day: v.string().max(10) }).query(({ ctx, args }) => ctx.db.tallies.findFirst({ where: { day: args.day } }));
