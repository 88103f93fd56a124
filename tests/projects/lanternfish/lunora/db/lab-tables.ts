import { v } from "lunorash/server";
import { table } from "./table";

const SEARCH = { field: "diary", filterFields: ["tankId"] };

export const tanks = table({
  label: v.string().unique(),
  litres: v.number(),
  flagshipId: v.id("specimens").nullable(),
  spot: v.union(v.geoPoint(), v.null()),
})
  .index("by_flagship", ["flagshipId"])
  .geoIndex("by_spot", { field: "spot" })
  .relations(function tankRelations(r) {
    return { residents: r.many("specimens", { field: "tankId" }), flagship: r.one("specimens", { field: "flagshipId", onDelete: "set null" }) };
  });

export const specimens = table({
  tankId: v.id("tanks"),
  speciesId: v.id("species"),
  tag: v.string(),
  status: v.string(),
  grams: v.number(),
  diary: v.string(),
  bornAt: v.number(),
})
  .softDelete()
  .commitOrdered()
  .index("by_tag", ["tag"], { unique: true })
  .index("by_tank_status", ["tankId", "status"])
  .index("by_species", ["speciesId"])
  .index("by_commit", ["_commitSeq"])
  .searchIndex("by_diary", SEARCH)
  .rankIndex("heaviest", { sortBy: [{ field: "grams", direction: "desc" }], partitionBy: ["tankId"] });

export const feedings = table({ tankId: v.id("tanks"), at: v.number(), grams: v.number(), by: v.string() })
  .commitOrdered()
  .index("by_tank", ["tankId"])
  .index("by_tank_at", ["tankId", "at"])
  .aggregateIndex("grams_by_tank", { op: "sum", field: "grams", by: ["tankId"] })
  .triggers((t) => ({
    warn: t.afterInsert(async ({ db }, event) => {
      const { tankId, grams, at } = event.doc;
      if (grams > 500) await db.insert("alerts", { tankId, kind: "overfed", raisedAt: at, expireAt: at + 86_400_000 });
    }),
  }));

export const alerts = table({
  tankId: v.id("tanks"),
  kind: v.string(),
  raisedAt: v.number(),
  expireAt: v.union(v.timestamp(), v.null()),
})
  .ttl("expireAt")
  .index("by_tank_kind_raised", ["tankId", "kind", "raisedAt"]);
