import { pageArgs } from "@/lunora/lib/fields";
import { page } from "@/lunora/lib/paging";
import { liteAuthQuery, memberMutation, memberQuery } from "@/lunora/lib/procedures";
import { planName } from "@/lunora/lib/validators";

export const unread = memberQuery.input({ ...pageArgs }).query(({ args, ctx }) =>
    ctx.db.notifications.findMany({
        ...page(args),
        where: { userId: ctx.user._id, readAt: null },
    }),
);

export const markAllRead = memberMutation.mutation(async ({ ctx }) => {
    await ctx.db.notifications.patchMany({
        where: { userId: ctx.user._id, readAt: null },
        values: { readAt: ctx.now },
        limit: 500,
    });
});

export const announcements = liteAuthQuery.input({ audience: planName }).query(async ({ args, ctx }) => {
    const { page } = await ctx.db.announcements.findMany({
        where: { audience: args.audience },
        orderBy: [{ publishedAt: "desc" }],
        limit: 10,
    });
    return page;
});
