import { defineTable, v } from "lunorash/server";

const mine = { userId: v.string() };

const spots = defineTable({ ...mine, name: v.string(), pin: v.geoPoint(), area: v.string() })
  .shardBy("userId")
  .ownedBy("userId")
  .index("by_name", ["name"])
  .geoIndex("near", { field: "pin" })
  .geoIndex("inside", { field: "area" });

const logs = defineTable({ ...mine, spotId: v.id("spots"), at: v.number(), mood: v.string(), note: v.string() })
  .shardBy("userId")
  .ownedBy("userId")
  .index("by_spot_at", ["spotId", "at"])
  .index("by_at", ["at"])
  .index("by_at_mood", ["at", "mood"])
  .relations((r) => ({
    spot: r.one("spots", { field: "spotId", references: "code" }),
  }));

const catches = defineTable({
  ...mine,
  logId: v.id("logs"),
  speciesId: v.id("species"),
  gearCode: v.string(),
  grams: v.number(),
  kept: v.boolean(),
})
  .shardBy("userId")
  .ownedBy("userId")
  .index("by_user_log", ["userId", "logId"])
  .index("by_gear", ["gearCode"])
  .index("by_kept_grams", ["kept", "grams"])
  .relations((r) => ({
    gear: r.one("gear", { field: "gearCode", references: "code" }),
  }));

const trips = defineTable({ ...mine, code: v.string().unique(), title: v.string() })
  .shardBy("userId")
  .relations((r) => ({
    legs: r.many("legs", { field: "tripCode", references: "code" }),
  }));

export const own = {
  spots,
  logs,
  catches,
  trips,
  legs: defineTable({ ...mine, tripCode: v.string(), seq: v.number() }).shardBy("userId").commitOrdered(),
  notebooks: defineTable({ ...mine, page: v.string(), savedOn: v.string() }).shardBy("userId").ttl("savedOn"),
  buddies: defineTable({ ...mine, friend: v.string() }).shardBy("userId").ownedBy("owner").index("by_friend", ["friend"]),
};
