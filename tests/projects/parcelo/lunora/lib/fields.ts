import { v } from "@lunora/server";

export const money = v.number().int();

export const byTenant = { merchantId: v.id("merchants") };

export function timestamps() {
  return { createdAt: v.number(), updatedAt: v.number().$onUpdateFn(() => Date.now()) };
}
