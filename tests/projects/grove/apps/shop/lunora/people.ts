import { mutation, v } from "./_generated/server";
import { customers } from "./stores";
import { oneBy } from "@grove/kit";

export const signUp = mutation
  .input({ email: v.string().email().max(200), name: v.string().max(80) })
  .mutation(async ({ ctx, args }) => {
    const byEmail = oneBy(ctx, "customers", "by_email", "email");
    const existing = await byEmail(args.email);
    return existing ? existing._id : customers.create(ctx, args);
  });
