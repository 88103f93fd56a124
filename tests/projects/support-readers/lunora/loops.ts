import { internalMutation, query, v } from "./_generated/server";

export const tally = query.query(async ({ ctx }) => {
    const counts: Record<string, number> = {};
    for await (const ticket of ctx.db.query("tickets")) {
        counts[ticket.queue] = (counts[ticket.queue] ?? 0) + 1;
    }
    return counts;
});

export const tallyOne = query.input({ queue: v.string() }).query(async ({ ctx, args }) => {
    let sum = 0;
    for await (const ticket of ctx.db
        .query("tickets")
        .withIndex("by_queue_priority", (q) => q.eq("queue", args.queue))) {
        sum += ticket.priority;
    }
    return sum;
});

export const publicReplies = query.query(async ({ ctx }) => {
    const texts: string[] = [];
    for await (const reply of ctx.db.query("replies")) if (reply.internal === false) texts.push(reply.text);
    return texts;
});

export const threads = query.input({ queue: v.string() }).query(async ({ ctx, args }) => {
    const repliesOf = (ticketId: any) =>
        ctx.db
            .query("replies")
            .withIndex("by_ticket", (q) => q.eq("ticketId", ticketId))
            .collect();
    const surveyOf = async (ticketId: any) =>
        await ctx.db.query("surveys").filter((s) => s.ticketId === ticketId).first();
    const tickets = await ctx.db
        .query("tickets")
        .withIndex("by_queue_priority", (q) => q.eq("queue", args.queue).gte("priority", 3))
        .take(20);
    return await Promise.all(
        tickets.map(async (ticket) => ({
            ticket,
            replies: await repliesOf(ticket._id),
            survey: await surveyOf(ticket._id),
        })),
    );
});

export const escalate = internalMutation.input({ queue: v.string() }).mutation(async ({ ctx, args }) => {
    const bump = async () => {
        const rows = await ctx.db
            .query("tickets")
            .withIndex("by_queue_priority", (q) => q.gte("queue", args.queue).eq("priority", 1))
            .collect();
        for (const row of rows) await ctx.db.patch(row._id, { priority: 2 });
    };
    await bump();
});

export const stop = query.input({ words: v.array(v.string()) }).query(async ({ ctx, args }) => {
    const words = new Set(args.words);
    for (const word of args.words) if (word === "stop") words.delete(word);
    const hits = await ctx.db
        .query("replies")
        .withSearchIndex("by_text", (q) => q.search("text", [...words].join(" ")).eq("internal", false))
        .take(10);
    return hits.filter((hit) => hit.text.length > 0);
});
