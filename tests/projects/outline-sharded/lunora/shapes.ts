import { defineShape } from "lunorash/server"

export const outline = defineShape({ table: "nodes", owner: true })

export const tagList = defineShape({
  table: "tags",
  owner: true,
  columns: ["label", "hue", "_creationTime"],
})

export const preferences = defineShape({
  table: "settings",
  owner: "userId",
  columns: [
    "theme",
    "homeNodeId",
  ],
})
