import { defineTable, v } from "@lunora/server";

export enum Table {
  Events = "events",
  Venues = "venues",
  Tickets = "tickets",
  Guests = "guests",
}

export enum TicketState {
  Held = "held",
  Paid = "paid",
  Used = "used",
}

export const oneOf = <const T extends readonly string[]>(...values: T) => v.union(...values.map((x) => v.literal(x)));

/** All tables of the organiser side look the same at the edges. */
export const orgTable = <S extends Record<string, unknown>>(shape: S) =>
  defineTable({ ...shape, orgId: v.id("orgs"), createdBy: v.string() }).index("by_org_creator", ["orgId", "createdBy"]);
