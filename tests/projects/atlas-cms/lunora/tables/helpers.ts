import { defineTable, v } from "@lunora/server"

type Shape = Record<string, unknown>

export const optionalId = <T extends string>(table: T) => v.optional(v.id(table))

export const publishable = {
  status: v.union(v.literal("draft"), v.literal("live"), v.literal("archived")),
  publishedAt: v.number().nullable(),
}

/** A table that belongs to one site; `by` names the columns after the site. */
export function siteTable<S extends Shape>(shape: S, indexName: string, by: string[]) {
  return defineTable({ siteId: v.id("sites"), ...shape }).index(indexName, ["siteId", ...by])
}

export function indexed<T extends { index(name: string, fields: string[]): T }>(table: T, specs: Record<string, string[]>): T {
  return Object.entries(specs).reduce((t, [name, fields]) => t.index(name, fields), table)
}

export const lookup = () => defineTable({ key: v.string(), label: v.string() }).index("by_key", ["key"], { unique: true })
