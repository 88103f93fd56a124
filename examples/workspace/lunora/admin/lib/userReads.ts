import type { QueryCtx } from "@/lunora/_generated/server";

export async function dormantUsers(db: QueryCtx["db"], before: number) {
    const users = await db.users.findMany({ where: { lastSeenAt: { lt: before } }, limit: 200 });
    return users.page.map(({ _id, email }) => ({ userId: _id, email }));
}
