import type { QueryCtx } from "#lunora/_generated/server.js";

export async function labelsById(db: QueryCtx["db"]) {
    const labels = await db.query("labels").collect();
    return new Map(labels.map((label) => [label._id, { name: label.name, color: label.color }]));
}
