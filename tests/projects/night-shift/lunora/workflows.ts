import { defineWorkflow } from "@lunora/workflow";

import { internal } from "./_generated/internal";
import { failedDeliveries } from "./lib/rows";

export const dunning = defineWorkflow({
  name: "dunning",
  handler: async (ctx) => {
    const failed = await ctx.step.do("failed", async () => failedDeliveries(ctx));
    await ctx.step.sleep("a day", "1 day");
    for (const delivery of failed) {
      await ctx.step.do(`retry ${delivery._id}`, () =>
        ctx.runMutation(internal.jobs.deliver, { reminderId: delivery.reminderId!, ok: true }),
      );
    }
  },
});
