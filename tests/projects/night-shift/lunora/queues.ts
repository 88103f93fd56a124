import { defineQueue } from "@lunora/queue";

import { internal } from "./_generated/internal";
import { customerNamed } from "./lib/rows";

export const mail = defineQueue({
  deadLetterQueue: "mail-dead",
  handler: async (ctx, batch) => {
    for (const message of batch.messages) {
      const customer = await customerNamed(ctx, message.body.name);
      if (!customer) continue;
      await message.run(internal.jobs.deliver, { reminderId: message.body.reminderId, ok: true });
      message.ack();
    }
  },
});
