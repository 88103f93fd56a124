import { definePolicy } from "@lunora/server";

export const readItems = definePolicy({
  table: "items",
  on: "read",
  when: (ctx) => {
    if (!ctx.auth.userId) return {};
    return { keeperId: ctx.auth.userId };
  },
});

export const readNotes = definePolicy({
  table: "notes",
  on: "read",
  when: (ctx) => {
    if (!ctx.auth.userId) return false;
    return { keeperId: ctx.auth.userId };
  },
});
