import { LunoraError } from "lunorash/server";
import type { Id, MutationCtx, QueryCtx } from "@/lunora/_generated/server";

type Reader = QueryCtx["db"];

export function findMembership(db: Reader, workspaceId: Id<"workspaces">, userId: Id<"users">) {
    return db.members.findFirst({ where: { workspaceId, userId } });
}

export async function requireMembership(db: Reader, workspaceId: Id<"workspaces">, userId: Id<"users">) {
    const member = await findMembership(db, workspaceId, userId);
    if (!member) {
        throw new LunoraError("FORBIDDEN", "You do not belong to this workspace.");
    }
    return member;
}

export async function workspaceIdsOf(db: Reader, userId: Id<"users">) {
    const rows = await db.query("members").withIndex("by_user", (q) => q.eq("userId", userId)).collect();
    return rows.map((row) => row.workspaceId);
}

export async function setArchived(db: MutationCtx["db"], workspaceId: Id<"workspaces">, archivedAt: number | null) {
    await db.workspaces.patch(workspaceId, { archivedAt });
}
