import { v } from "lunorash/server"

export const idArg = v.string()
export const nodePatch = v.object({
  text: v.optional(v.string()),
  collapsed: v.optional(v.boolean()),
  doneAt: v.optional(v.number()),
})
