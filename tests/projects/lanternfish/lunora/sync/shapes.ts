import type { PaginationOptions } from "convex/server";
import { defineShape, deny } from "lunorash/server";

export type OldPage = PaginationOptions;

export const myNotes = defineShape({ table: "notes", owner: true, columns: ["keeperId", "tankId", "text"] });

export const tankAlerts = defineShape({
  table: "alerts",
  where: (ctx, args: { tankId: string; kind?: string }) => {
    if (!ctx.auth.userId) return deny();
    return { tankId: args.tankId, ...(args.kind ? { kind: args.kind } : {}) };
  },
});

export const residents = defineShape({
  table: "specimens",
  columns: ["tag", "grams", "_creationTime"],
  where: (ctx, args: { tankId: string }) => (ctx.auth.userId ? { tankId: args.tankId } : false),
});
