import { defineSchema, defineTable, v } from "lunorash/server";
import { auditExtension } from "./audit/extension";
import { own } from "./tables/own";
import { AUTUMN, SPRING } from "./tables/census";

const station = { station: v.string(), at: v.number(), height: v.number() };

const base = defineSchema({
  ...own,
  species: defineTable({ latin: v.string().unique(), common: v.string(), protected: v.boolean() }).global(),
  tides: defineTable({ ...station }).global().index("by_station_at", ["station", "at"]),
  buoys: defineTable(station).global().source({ binding: "NOAA", query: "select * from buoys" }),
  licences: defineTable({ number: v.string().unique(), userId: v.string() }).global().shardBy("userId"),
  outbox: defineTable({ topic: v.string(), payload: v.string() }).index("by_topic", ["topic"]),
  census: defineTable({ ...SPRING, ...AUTUMN }).global(),
  survey: defineTable({ ...SPRING, place: v.string() }).global(),
  probes: defineTable({ name: v.string().unique(), at: v.number() }),
});

export const schema = base.extend(auditExtension);
export default schema;
