import { defineSchema, defineTable, v } from "@lunora/server";

const species = v.union(v.literal("cat"), v.literal("dog"), v.literal("other"));

export default defineSchema({
  owners: defineTable({
    email: v.string().email().unique(),
    name: v.string(),
    primaryPetId: v.optional(v.id("pets")),
  }).index("by_primary_pet", ["primaryPetId"]),

  pets: defineTable({
    ownerId: v.id("owners"),
    name: v.string(),
    chip: v.string(),
    species,
    weightKg: v.number(),
    mentorIds: v.array(v.id("pets")),
  })
    .index("by_owner_name", ["ownerId", "name"])
    .index("by_species", ["species"])
    .index("by_chip", ["chip"], { unique: true })
    .index("by_chip_name", ["chip", "name"])
    .relations((r) => ({
      owner: r.one("owners", { field: "ownerId" }),
      visits: r.many("visits", { field: "petId" }),
    })),

  visits: defineTable({
    petId: v.id("pets"),
    day: v.string(),
    slot: v.number().int(),
    notes: v.string(),
    status: v.union(v.literal("booked"), v.literal("done"), v.literal("missed")),
    scan: v.optional(v.id("_storage")),
  })
    .index("by_pet_day", ["petId", "day"])
    .index("by_day_slot", ["day", "slot"], { unique: true })
    .relations((r) => {
      return { pet: r.one("pets", { field: "petId", onDelete: "cascade" }) };
    }),

  reminders: defineTable({
    visitId: v.id("visits").unique(),
    sendAt: v.timestamp(),
    sent: v.boolean(),
  }).index("by_send_at", ["sendAt", "_creationTime"]),
});
