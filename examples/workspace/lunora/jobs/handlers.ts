import { v } from "lunorash/server";
import { internalAction } from "@/lunora/_generated/server";

export const invoice = internalAction
    .input({ workspaceId: v.id("workspaces"), minutes: v.number() })
    .action(async ({ args, ctx }) => {
        await ctx.queues.mail.send({ template: "invoice", workspaceId: args.workspaceId, minutes: args.minutes });
    });

export const winback = internalAction
    .input({ userId: v.id("users"), email: v.string() })
    .action(async ({ args, ctx }) => {
        await ctx.queues.mail.send({ template: "winback", to: args.email });
    });
