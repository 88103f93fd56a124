import { LunoraError, v } from "lunorash/server";
import { memberMutation, memberQuery } from "#lunora/lib/procedures.js";
import { longText } from "#lunora/lib/validators.js";
import { notifyWatchers } from "#lunora/notifications/lib/fanout.js";

export const list = memberQuery
    .input({ taskId: v.id("tasks"), cursor: v.string().max(500).nullable() })
    .query(({ args, ctx }) =>
        ctx.db
            .query("comments")
            .withIndex("by_task", (q) => q.eq("taskId", args.taskId))
            .order("desc")
            .paginate({ numItems: 30, cursor: args.cursor }),
    );

export const add = memberMutation
    .input({ taskId: v.id("tasks"), body: longText })
    .mutation(async ({ args, ctx }) => {
        const commentId = await ctx.db.comments.insert({
            ...args,
            authorId: ctx.user._id,
            createdAt: ctx.now,
            updatedAt: ctx.now,
        });
        await notifyWatchers(ctx, args.taskId, "commented on a task");
        return commentId;
    });

export const edit = memberMutation
    .input({ commentId: v.id("comments"), body: longText })
    .mutation(async ({ args, ctx }) => {
        const comment = await ctx.db.comments.get(args.commentId);
        if (comment?.authorId !== ctx.user._id) {
            throw new LunoraError("FORBIDDEN", "This is somebody else's comment.");
        }
        await ctx.db.comments.patch(comment._id, { body: args.body, updatedAt: ctx.now });
    });

export const remove = memberMutation
    .input({ commentId: v.id("comments") })
    .mutation(({ args, ctx }) => ctx.db.comments.delete(args.commentId));
