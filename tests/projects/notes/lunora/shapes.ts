import { defineShape } from "@lunora/server"

export const myNotebooks = defineShape({ table: "notebooks", owner: true, columns: ["title", "parentId", "updatedAt"] })

export const myNotes = defineShape({
  table: "notes",
  owner: true,
  columns: ["notebookId", "title", "colour", "editedAt"],
})
