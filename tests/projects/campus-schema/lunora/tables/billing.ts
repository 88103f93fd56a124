import { v } from "lunorash/server";
import { money, userRef } from "../fields";
import { tenantTable } from "./base";

const STATUS_FIELDS = ["status", "dueAt"];
const seat = { userId: userRef, seats: v.number().int() };

export const billingTables = {
  charges: tenantTable({ ...money, ...seat, status: v.string(), dueAt: v.number() })
    .index("by_status_due", STATUS_FIELDS)
    .index("by_user", ["userId"]),
  "refunds": tenantTable({
    ...money,
    chargeId: v.id("charges"),
    approvedBy: userRef.nullable(),
  }).index("by_approver", ["approvedBy"]),
} as const;
