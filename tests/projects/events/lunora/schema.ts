import { defineSchema, defineTable, v } from "@lunora/server";
import { billingExtension } from "@stagehand/lunora-billing";
import { oneOf, orgTable, Table, TicketState } from "./lib/model";
import waitlist from "./plugins/waitlist/plugin";

const KEEP_LEGACY_CODES = true;
const CITY_START = ["city", "startsAt"] as const;

const venueRef = v.id(Table.Venues);

const indexable = {
  startsAt: v.timestamp(),
  city: v.string(),
} satisfies Record<string, unknown>;

const events = orgTable({
  ...indexable,
  title: v.string(),
  venueId: venueRef,
  hostIds: v.array(v.id("guests")),
  ...(KEEP_LEGACY_CODES ? { legacyCode: v.optional(v.string()) } : {}),
})
  .index("by_city_start", CITY_START)
  .index("by_venue", ["venueId", "startsAt"] as const)
  .index("by_legacy_code", ["legacyCode"]);

export const schema = defineSchema({
  orgs: defineTable({ name: v.string(), slug: v.string().unique() }),
  events,
  [Table.Venues]: orgTable({ name: v.string(), capacity: v.number().int(), spot: v.geoPoint() }).geoIndex("by_spot", { field: "spot" }),
  tickets: defineTable({
    eventId: v.id("events"),
    guestId: v.id("guests"),
    state: oneOf(TicketState.Held, TicketState.Paid, TicketState.Used),
    code: v.string().unique(),
    heldUntil: v.timestamp().nullable(),
  })
    .index("by_event_state", ["eventId", "state"])
    .index("by_guest", ["guestId"])
    .index("by_state_held", ["state", "heldUntil"])
    .aggregateIndex("per_event", { by: ["eventId"] }),
  guests: defineTable({ email: v.string().unique(), name: v.string(), badgeId: v.optional(v.id("badges")) }),
  badges: defineTable({ label: v.string(), color: v.string() }).index("by_label", ["label"]),
})
  .extend(waitlist.extension)
  .extend(billingExtension);

export default schema;
