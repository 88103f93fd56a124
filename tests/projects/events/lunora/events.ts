import { v } from "@lunora/server";
import { Procs, rowsOf } from "./lib/procs";
import { Table, TicketState } from "./lib/model";

const org = Procs.forOrg([]);
const WEEK = 7 * 24 * 3600 * 1000;

export const mine = org.query.input({ orgId: v.id("orgs") }).query(async ({ ctx: { db }, args: { orgId } }) => {
  const [events, venues] = await Promise.all([rowsOf(db, "events", orgId).collect(), rowsOf(db, "venues", orgId).collect()]);
  const names = new Map(venues.map((venue: any) => [venue._id, venue.name]));
  return events.map((event: any) => ({ ...event, venue: names.get(event.venueId) }));
});

export const thisWeek = Procs.query.input({ city: v.string() }).query(({ ctx, args }) => {
  const { now } = ctx;
  return ctx.db
    .query(Table.Events)
    .withIndex("by_city_start", (q) => q.eq("city", args.city).gte("startsAt", now).lte("startsAt", now + WEEK))
    .collect();
});

export const byLegacyCode = Procs.query.input({ code: v.string() }).query(async ({ ctx, args }) => {
  return await ctx.db.events.findFirst({ where: { legacyCode: args.code } });
});

export const atVenue = Procs.query.input({ venueId: v.id("venues"), past: v.optional(v.boolean()) }).query(({ ctx, args }) => {
  const reader = ctx.db.query("events").withIndex("by_venue", (q) => {
    const here = q.eq("venueId", args.venueId);
    return args.past ? here.lt("startsAt", ctx.now) : here.gte("startsAt", ctx.now);
  });
  return reader.order(args.past ? "desc" : "asc").take(40);
});

export const nearby = Procs.query
  .input({ lat: v.number(), lng: v.number() })
  .query(({ ctx, args }) => ctx.db.query("venues").withGeoIndex("by_spot", (q) => q.near(args, 5_000)).take(30));

export const sold = Procs.query.input({ eventId: v.id("events") }).query(({ ctx, args }) => ctx.db.tickets.count({ eventId: args.eventId }));

export const ticketsFor = Procs.query
  .input({ eventId: v.id("events"), state: v.optional(v.string()) })
  .query(async ({ ctx, args }) => {
    const states = args.state ? [args.state] : Object.values(TicketState);
    const pages = await Promise.all(
      states.map((state) => ctx.db.tickets.findMany({ where: { eventId: args.eventId, state }, limit: 200 })),
    );
    return pages.flatMap((p) => p.page);
  });

export const waiting = Procs.query
  .input({ eventId: v.id("events") })
  .query(async ({ ctx, args }) => ({ head: await ctx.waitlist.head(args.eventId, 5), size: await ctx.waitlist.size(args.eventId) }));

export const wait = Procs.mutation
  .input({ eventId: v.id("events"), email: v.string().email() })
  .mutation(({ ctx, args }) => ctx.waitlist.join(args.eventId, args.email, ctx.now));

export const create = Procs.mutation
  .input({ orgId: v.id("orgs"), venueId: v.id("venues"), title: v.string(), city: v.string(), startsAt: v.timestamp() })
  .mutation(async ({ ctx, args }) => ctx.db.insert(Table.Events, { ...args, hostIds: [], createdBy: ctx.auth.userId! }));
