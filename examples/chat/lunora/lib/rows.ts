import type { QueryCtx } from "../_generated/server.js";

export function allMessages(db: QueryCtx["db"]) {
    return db.query("messages").collect();
}

export async function profilesById(db: QueryCtx["db"], ids: readonly string[]) {
    const { page } = await db.profiles.findMany({ where: { _id: { in: [...ids] } } });
    return new Map(page.map((profile) => [profile._id as string, profile]));
}
