import { mutation, query, v } from "./_generated/server";
import { MAX, clamp, pageArgs } from "./lib/paging";

export const list = query
    .input({ status: v.optional(v.string()), newest: v.boolean() })
    .query(async ({ ctx, args }) => {
        let q = ctx.db.query("tickets");
        if (args.status) {
            q = q.filter((t) => t.status === args.status);
        }
        if (args.newest) q = q.order("desc");
        return await q.collect();
    });

export const inQueue = query
    .input({ queue: v.string(), newest: v.boolean() })
    .query(async ({ ctx, args }) => {
        const base = ctx.db.query("tickets");
        let reader = base.withIndex("by_queue_priority", (q) => q.eq("queue", args.queue));
        if (args.newest) reader = reader.order("desc");
        return await reader.collect();
    });

export const everything = query.query(async ({ ctx }) => {
    const reader = ctx.db.query("tickets");
    const sorted = reader.order("desc");
    const rows = await sorted.collect();
    return rows.length;
});

export const either = query
    .input({ agentId: v.optional(v.id("agents")) })
    .query(async ({ ctx, args }) => {
        const reader = args.agentId
            ? ctx.db.query("tickets").withIndex("by_agent", (q) => q.eq("agentId", args.agentId))
            : ctx.db.query("tickets");
        return await reader.collect();
    });

export const some = query.input({ n: v.number() }).query(async ({ ctx, args }) => {
    const { db: store } = ctx;
    return await store.query("tickets").order("desc").take(args.n);
});

export const someAtMost = query.input({ n: v.number() }).query(async ({ ctx, args }) => {
    const { db: store } = ctx;
    const n = Math.max(1, Math.min(args.n, MAX));
    return await store.query("tickets").order("desc").take(n);
});

export const someClamped = query
    .input({ n: v.optional(v.number()) })
    .query(async ({ ctx, args }) => await ctx.db.query("tickets").take(clamp(args.n)));

export const somePaged = query
    .input(pageArgs)
    .query(async ({ ctx, args: { n = 20 } }) => ctx.db.query("tickets").order("desc").take(n));

export const ranked = query.input({ n: v.number() }).query(async ({ ctx, args }) => {
    const indexed = ctx.db.query("tickets").withIndex("by_queue_priority");
    return await indexed.order("desc").take(args.n);
});

export const top = query.query(async ({ ctx }) => {
    const indexed = ctx.db.query("tickets").withIndex("by_queue_priority");
    return await indexed.order("desc").take(25);
});

export const casted = query.input({ customer: v.string() }).query(async ({ ctx, args }) => {
    const reader = ctx.db.query("tickets") as any;
    return await reader.filter((t: any) => t.customer === args.customer).first();
});

export const wrapped = query.input({ customer: v.string() }).query(async ({ ctx, args }) => {
    return await (ctx.db.query("tickets") as any).filter((t: any) => t.customer === args.customer).collect();
});

export const bracketed = query.query(async ({ ctx }) => {
    return await ctx["db"]["query"]("macros").collect();
});

export const overview = query.input({ status: v.string() }).query(async ({ ctx, args }) => {
    const [agents, tickets, survey] = await Promise.all([
        ctx.db.query("agents").collect(),
        ctx.db.query("tickets").collect(),
        ctx.db.query("surveys").order("desc").first(),
    ]);
    const matching = tickets.filter((t) => t.status === args.status);
    return { agents: agents.map((a) => a.name), matching, survey };
});

export const open = mutation.input({ customer: v.string(), queue: v.string() }).mutation(async ({ ctx, args }) => {
    const { db } = ctx;
    const insert = async (text: string, ticketId: any) => db.insert("replies", { ticketId, text, internal: false });
    const id = await db.insert("tickets", { ...args, status: "open", priority: 1 });
    await insert("we are on it", id);
    return id;
});

export const rate = mutation
    .input({ ticketId: v.id("tickets"), score: v.number().min(1).max(5) })
    .mutation(({ ctx: { db: writer }, args }) => writer.insert("surveys", args));
