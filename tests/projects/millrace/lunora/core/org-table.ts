import { defineTable, v } from "@lunora/server";

export function orgTable<const S extends object>(shape: S) {
  return defineTable({ orgId: v.id("orgs"), ...shape }).shardBy("orgId");
}
