import { defineWorkflow } from "@lunora/workflow";
import { internal } from "@/lunora/_generated/internal";

export const offboarding = defineWorkflow({
    name: "offboarding",
    handler: async (ctx, { params }) => {
        await ctx.step.sleep("grace period", "30 days");
        await ctx.step.do("forget history", () =>
            ctx.runMutation(internal.tasks.mutations.forgetHistory, {}, { shardKey: params.workspaceId }),
        );
    },
});
