import { v } from "lunorash/server";
import { pageArgs } from "@/lunora/lib/fields";
import { page } from "@/lunora/lib/paging";
import { adminQuery, staffQuery } from "@/lunora/lib/procedures";
import { planName, userRole } from "@/lunora/lib/validators";

export const workspacesOnPlan = adminQuery
    .input({ plan: planName, ...pageArgs })
    .query(({ args, ctx }) =>
        ctx.db.workspaces.findMany({ ...page(args), where: { plan: args.plan }, orderBy: [{ createdAt: "desc" }] }),
    );

export const usersWithRole = staffQuery
    .input({ role: userRole, ...pageArgs })
    .query(({ args, ctx }) =>
        ctx.db.users.findMany({ ...page(args), where: { role: args.role }, select: ["name", "email", "role"] }),
    );

export const sessionsOf = adminQuery
    .input({ userId: v.id("users") })
    .query(({ args, ctx }) =>
        ctx.db.sessions.findMany({ where: { userId: args.userId }, limit: 50, select: ["userId", "expiresAt"] }),
    );

export const auditTrail = adminQuery
    .input({ workspaceId: v.id("workspaces"), ...pageArgs })
    .query(({ args, ctx }) =>
        ctx.db.audit_entries.findMany({
            ...page(args),
            where: { workspaceId: args.workspaceId },
            orderBy: [{ at: "desc" }],
        }),
    );
