import { v } from "lunorash/server";

export const userRef = v.id("users");
export const tenantRef = v.id("tenants");

export const timestamps = {
  createdAt: v.number(),
  updatedAt: v.number(),
};

export const money = { amount: v.number(), currency: v.string() } as const;

export const ownership = () => ({
  ownerId: userRef,
  sharedWith: v.array(v.id("users")),
});

export function reviewable() {
  return {
    reviewerId: v.optional(userRef),
    reviewState: v.union(v.literal("pending"), v.literal("passed")),
  };
}
