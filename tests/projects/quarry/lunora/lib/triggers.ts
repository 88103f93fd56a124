type TriggerCtx = { db: any; scheduler: any };

export async function cascadeChunks(ctx: TriggerCtx, event: { row: { _id: string } }) {
    const { page } = await ctx.db.findMany("chunks", { where: { documentId: event.row._id } });
    for (const chunk of page) await ctx.db.delete(chunk._id, "chunks");
    await closeUsage(ctx, event.row._id);
}

async function closeUsage(ctx: TriggerCtx, documentId: string) {
    const rows = await ctx.db.findMany("usage", { where: { documentId } });
    for (const row of rows.page) await ctx.db.patch(row._id, { credits: 0 }, "usage");
}

export function auditTriggers(t: any, table: string) {
    return {
        gone: t.afterDelete(async (ctx: TriggerCtx, { row }: any) => {
            await ctx.db.insert("tombstones", { table, ref: row._id, at: Date.now() });
        }),
    };
}
