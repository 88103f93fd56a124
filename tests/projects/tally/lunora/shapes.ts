import { defineShape, v } from "@lunora/server";

export const accountEntries = defineShape({
  table: "entries",
  args: { accountId: v.id("accounts") },
  columns: ["day", "cents", "memo", "_creationTime"],
  where: (_ctx, args) => ({ accountId: args.accountId }),
});

export const accountGoals = defineShape({ table: "goals", args: { accountId: v.id("accounts") }, where: (_ctx, args) => ({ accountId: args.accountId }) });
