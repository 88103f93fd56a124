import { v } from "lunorash/server";
import { internalMutation } from "@/lunora/_generated/server";
import { adminQuery } from "@/lunora/lib/procedures";

export const receive = internalMutation
    .input({ provider: v.string(), eventId: v.string(), body: v.string() })
    .mutation(async ({ args, ctx }) => {
        await ctx.db.webhookEvents.insert({ ...args, receivedAt: ctx.now }, { skipDuplicates: true });
    });

export const next = internalMutation.mutation(async ({ ctx }) => {
    const event = await ctx.db.webhookEvents.findFirst({
        where: { processedAt: null },
        orderBy: [{ receivedAt: "asc" }],
    });
    if (event) {
        await ctx.db.webhookEvents.patch(event._id, { processedAt: ctx.now });
    }
    return event;
});

export const overview = adminQuery.query(async ({ ctx }) => {
    const events = await ctx.db.query("webhookEvents").withIndex("by_processed").collect();
    return events.map(({ provider, receivedAt, processedAt }) => ({ provider, receivedAt, processedAt }));
});
