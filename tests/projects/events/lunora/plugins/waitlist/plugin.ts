import { definePlugin, defineSchemaExtension, defineTable, v } from "@lunora/server";

const extension = defineSchemaExtension("waitlist", {
  tables: {
    lines: defineTable({
      eventId: v.id("events"),
      closed: v.boolean(),
    }).index("by_event", ["eventId"]),
    entries: defineTable({
      lineId: v.id("lines"),
      email: v.string(),
      joinedAt: v.timestamp(),
    })
      .index("by_line_joined", ["lineId", "joinedAt"])
      .relations((r) => ({ line: r.one("lines", { field: "lineId", onDelete: "cascade" }) })),
  },
});

export default definePlugin("waitlist", {
  extension,
  middleware: async ({ ctx, next }) => next({ ctx: { waitlist: waitlistFor(ctx.db) } }),
});

export function waitlistFor(db: any) {
  const lineOf = (eventId: string) =>
    db
      .query("waitlist_lines")
      .withIndex("by_event", (q: any) => q.eq("eventId", eventId))
      .first();

  return {
    lineOf,
    async join(eventId: string, email: string, now: number) {
      const lineId = (await lineOf(eventId))?._id ?? (await db.insert("waitlist_lines", { eventId, closed: false }));
      return db.waitlist_entries.insert({ lineId, email, joinedAt: now });
    },
    async head(eventId: string, n = 1) {
      const line = await lineOf(eventId);
      if (!line) return [];
      const entries = db.query("waitlist_entries");
      return entries.withIndex("by_line_joined", (q: any) => q.eq("lineId", line._id)).take(Math.min(n, 25));
    },
    async size(eventId: string) {
      const line = await lineOf(eventId);
      const all = await db.query("waitlist_entries").collect();
      return all.filter((entry: any) => entry.lineId === line?._id).length;
    },
  };
}
