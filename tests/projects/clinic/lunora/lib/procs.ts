import { LunoraError } from "@lunora/server";
import { internalMutation, mutation, query } from "../_generated/server";

const requireStaff = async ({ ctx, next }) => {
  const identity = await ctx.auth.getIdentity();
  if (!identity?.email) throw new LunoraError("UNAUTHENTICATED", "Sign in first");

  const staff = await ctx.db
    .query("staff")
    .withIndex("by_email", (q) => q.eq("email", identity.email))
    .unique();
  if (!staff?.active) throw new LunoraError("FORBIDDEN", "Not a member of staff");

  return next({ ctx: { staff, practiceId: staff.practiceId } });
};

export const procs = {
  read: query.use(requireStaff),
  write: mutation.use(requireStaff),
  job: internalMutation,
} as const;
