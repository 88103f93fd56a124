import { defineSchema, defineTable, v } from "lunorash/server";

export const schema = defineSchema({
  species: defineTable({
    slug: v.string().unique(),
    commonName: v.string().max(120),
    latinName: v.string().max(120),
    family: v.string().max(80),
    wateringEveryDays: v.number().int().min(1),
  })
    .global()
    .index("by_family_name", ["family", "commonName"])
    .searchIndex("search_common_name", { field: "commonName", filterFields: ["family"] }),

  gardens: defineTable({
    userId: v.string(),
    name: v.string().max(80),
    city: v.optional(v.string().max(80)),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_user_name", ["userId", "name"], { unique: true }),

  plants: defineTable({
    userId: v.string(),
    gardenId: v.id("gardens"),
    speciesId: v.id("species"),
    nickname: v.string().max(80),
    everyDays: v.number().int().min(1).default(7),
    lastWateredAt: v.optional(v.timestamp()),
    nextWateringAt: v.timestamp(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .softDelete()
    .index("by_garden_nickname", ["gardenId", "nickname"])
    .index("by_species", ["speciesId"])
    .index("by_next_watering", ["nextWateringAt"])
    .relations((r) => ({
      garden: r.one("gardens", { field: "gardenId", onDelete: "cascade" }),
      species: r.one("species", { field: "speciesId" }),
      waterings: r.many("waterings", { field: "plantId" }),
    })),

  waterings: defineTable({
    userId: v.string(),
    plantId: v.id("plants"),
    amountMl: v.number().int().positive(),
    wateredAt: v.timestamp(),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_plant_time", ["plantId", "wateredAt"])
    .aggregateIndex("amount_by_plant", { op: "sum", field: "amountMl", by: ["plantId"] })
    .relations((r) => ({ plant: r.one("plants", { field: "plantId", onDelete: "cascade" }) }))
    .triggers((t) => ({
      touchPlant: t.afterInsert(async (ctx, event) => {
        await ctx.db.patch(event.doc.plantId, { lastWateredAt: event.doc.wateredAt }, "plants");
      }),
    })),

  reminders: defineTable({
    userId: v.string(),
    plantId: v.id("plants"),
    dueAt: v.timestamp(),
    doneAt: v.timestamp().nullable().default(null),
  })
    .shardBy("userId")
    .ownedBy("userId")
    .index("by_plant_due", ["plantId", "dueAt"], { unique: true })
    .index("by_done_due", ["doneAt", "dueAt"])
    .relations((r) => ({ plant: r.one("plants", { field: "plantId", onDelete: "cascade" }) })),

  tips: defineTable({
    season: v.union(v.literal("spring"), v.literal("summer"), v.literal("autumn"), v.literal("winter")),
    status: v.union(v.literal("draft"), v.literal("live")),
    title: v.string().max(120),
    body: v.string().max(4000),
    publishAt: v.timestamp(),
    helpfulCount: v.number().int().default(0),
  })
    .index("by_season_status_publish", ["season", "status", "publishAt"])
    .index("by_status_publish", ["status", "publishAt"])
    .rankIndex("most_helpful", { sortBy: [{ field: "helpfulCount", direction: "desc" }], partitionBy: ["season"], where: { status: "live" } }),
});

export default schema;
