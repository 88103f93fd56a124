import { LunoraError, v } from "lunorash/server";
import { record } from "@/lunora/audit/log";
import { pageArgs } from "@/lunora/lib/fields";
import { page } from "@/lunora/lib/paging";
import { memberMutation, memberQuery } from "@/lunora/lib/procedures";
import { memberRole } from "@/lunora/lib/validators";

export const directory = memberQuery.input({ ...pageArgs }).query(async ({ args, ctx }) => {
    const rows = await ctx.db.members.findMany({ ...page(args), where: { workspaceId: args.workspaceId } });
    const people = await Promise.all(rows.page.map((row) => ctx.db.users.findFirst({ where: { _id: row.userId } })));
    return rows.page.map((row, i) => ({ role: row.role, name: people[i]?.name, image: people[i]?.image }));
});

export const setRole = memberMutation
    .input({ userId: v.id("users"), role: memberRole })
    .mutation(async ({ args, ctx }) => {
        if (ctx.member.role !== "owner") {
            throw new LunoraError("FORBIDDEN", "Only the owner changes roles.");
        }
        await ctx.db.members.patchMany({
            where: { workspaceId: args.workspaceId, userId: args.userId },
            values: { role: args.role },
        });
        await record(ctx, {
            workspaceId: args.workspaceId,
            actorId: ctx.user._id,
            action: "member.role",
            subject: args.userId,
        });
    });

export const leave = memberMutation.mutation(async ({ ctx }) => {
    if (ctx.member.role === "owner") {
        throw new LunoraError("CONFLICT", "Hand the workspace over first.");
    }
    await ctx.db.members.delete(ctx.member._id);
});
