import { defineQueue } from "@lunora/queue";

export const mail = defineQueue({
    name: "mail",
    deadLetterQueue: "mail-dead",
    maxBatchSize: 20,
    maxRetries: 5,
    handler: async (batch, ctx) => {
        for (const message of batch.messages) {
            await ctx.mail.send(message.body);
            message.ack();
        }
    },
});
