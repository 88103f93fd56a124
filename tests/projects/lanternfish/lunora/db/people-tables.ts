import { v } from "lunorash/server";
import { table } from "./table";

export const people = {
  keepers: table({ subject: v.string().unique(), name: v.string(), role: v.union(v.literal("keeper"), v.literal("lead")) }),
  notes: table({ keeperId: v.id("keepers"), tankId: v.id("tanks"), text: v.string() })
    .ownedBy("keeperId")
    .index("by_keeper_tank", ["keeperId", "tankId"])
    .index("by_tank", ["tankId"]),
};
