import { LunoraError } from "lunorash/server";

import { internalQuery, v } from "./_generated/server.js";
import { requireMembership } from "./lib/access.js";
import { memberMutation, memberQuery } from "./lib/procs.js";
import { messageBody } from "./lib/validators.js";

const inChannel = { channelId: v.id("channels") };

/** Everything in the channel, newest first. The client keeps it live. */
export const feed = memberQuery.input(inChannel).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);
    return ctx.db.query("messages").order("desc").collect();
});

/** Older messages, page by page, for the mobile client. */
export const history = memberQuery
    .input({ ...inChannel, cursor: v.string().max(512).nullable() })
    .query(async ({ ctx, args }) => {
        await requireMembership(ctx, args.channelId, ctx.profile._id);
        return ctx.db
            .query("messages")
            .withIndex("by_sent", (q) => q.eq("channelId", args.channelId))
            .order("desc")
            .paginate({ cursor: args.cursor, numItems: 50 });
    });

/** What came in while the tab was asleep. */
export const since = memberQuery.input({ ...inChannel, sentAt: v.timestamp() }).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);
    return ctx.db
        .query("messages")
        .withIndex("by_thread", (q) => q.eq("channelId", args.channelId).gt("sentAt", args.sentAt))
        .collect();
});

export const thread = memberQuery.input({ ...inChannel, threadId: v.id("messages") }).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);
    return ctx.db
        .query("messages")
        .withIndex("by_thread", (q) => q.eq("channelId", args.channelId).eq("threadId", args.threadId))
        .collect();
});

export const byAuthor = memberQuery.input({ ...inChannel, authorId: v.id("profiles") }).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);
    return ctx.db
        .query("messages")
        .withIndex("by_author", (q) => q.eq("channelId", args.channelId).eq("authorId", args.authorId))
        .order("desc")
        .take(50);
});

/** A single message, for permalinks. */
export const permalink = memberQuery
    .input({ ...inChannel, messageId: v.id("messages") })
    .query(async ({ ctx, args }) => {
        await requireMembership(ctx, args.channelId, ctx.profile._id);
        return ctx.db
            .query("messages")
            .filter((message) => message._id === args.messageId)
            .first();
    });

export const search = memberQuery.input({ ...inChannel, text: v.string().max(100) }).query(async ({ ctx, args }) => {
    await requireMembership(ctx, args.channelId, ctx.profile._id);
    return ctx.db
        .query("messages")
        .withSearchIndex("search_body", (q) => q.search("body", args.text).eq("channelId", args.channelId))
        .take(20);
});

/** Run by hand from the dashboard when a channel is handed over. */
export const transcript = internalQuery.query(async ({ ctx }) => {
    const rows = await ctx.db.query("messages").withIndex("by_sent").collect();
    return rows.map((row) => `${new Date(row.sentAt).toISOString()}\t${row.authorId}\t${row.body}`).join("\n");
});

export const send = memberMutation
    .input({ ...inChannel, body: messageBody, threadId: v.optional(v.id("messages")) })
    .mutation(async ({ ctx, args }) => {
        await requireMembership(ctx, args.channelId, ctx.profile._id);

        const id = await ctx.db.insert("messages", { ...args, authorId: ctx.profile._id, sentAt: ctx.now });
        ctx.log.info("message sent", { id });
        return id;
    });

export const edit = memberMutation
    .input({ ...inChannel, messageId: v.id("messages"), body: messageBody })
    .mutation(async ({ ctx, args }) => {
        const message = await ctx.db.messages.get(args.messageId);
        if (message?.authorId !== ctx.profile._id) {
            throw new LunoraError("FORBIDDEN", "Not your message");
        }
        await ctx.db.messages.patch(message._id, { body: args.body, editedAt: ctx.now });
        ctx.log.info("message edited", { id: message._id });
    });

export const remove = memberMutation
    .input({ ...inChannel, messageId: v.id("messages") })
    .mutation(async ({ ctx, args }) => {
        const message = await ctx.db.messages.get(args.messageId);
        if (message?.authorId !== ctx.profile._id) {
            throw new LunoraError("FORBIDDEN", "Not your message");
        }

        const reactions = await ctx.db
            .query("reactions")
            .withIndex("by_message_profile", (q) => q.eq("messageId", message._id))
            .collect();
        await ctx.db.reactions.deleteMany(reactions.map((reaction) => reaction._id));
        await ctx.db.messages.delete(message._id);
        ctx.log.info("message removed", { id: message._id });
    });
