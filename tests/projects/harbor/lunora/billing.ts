import { internalMutation, internalQuery, mutation, query, v } from "./_generated/server";
import { api, internal } from "./_generated/api";
import { put } from "./lib/rows";

export const open = mutation
    .input({ boatId: v.id("boats"), lastInvoiceId: v.id("invoices"), startsOn: v.string().length(10), amountCents: v.number().int() })
    .mutation(async ({ ctx, args }) => {
        const contractId = await put(ctx.db, "contracts", { boatId: args.boatId, lastInvoiceId: args.lastInvoiceId, startsOn: args.startsOn });
        await put(ctx.db, "invoices", { contractId, amountCents: args.amountCents, dueAt: ctx.now + 14 * 86_400_000, state: "open" });
        await ctx.scheduler.runAfter(86_400_000, internal.billing.nudg, { contractId });
        return contractId;
    });

export const outstanding = internalQuery.query(async ({ ctx }) => {
    const { page } = await ctx.db.invoices.findMany({ where: { state: "open" } });
    return page;
});

export const largest = query.query(async ({ ctx }) => {
    return await ctx.db.invoices.findMany({ orderBy: [{ amountCents: "desc" }], limit: 10 });
});

export const amounts = query.input({ contractId: v.id("contracts") }).query(async ({ ctx, args }) => {
    const { page } = await ctx.db.invoices.findMany({ where: { contractId: args.contractId }, select: ["amount"] });
    return page;
});

export const contractsOf = query
    .input({ boatId: v.id("boats") })
    .query(({ ctx, args }) => ctx.db.contracts.findMany({ where: { boatId: args.boatId } }));

export const settle = mutation.input({ invoiceId: v.id("invoices") }).mutation(async ({ ctx, args }) => {
    await ctx.db.invoices.patch(args.invoiceId, { state: "paid" });
    await ctx.runMutation(api.billing.nudge, { invoiceId: args.invoiceId });
});

export const nudge = internalMutation.input({ invoiceId: v.id("invoices") }).mutation(async ({ ctx, args }) => {
    const later = Date.now() + 7 * 86_400_000;
    await ctx.db.invoices.patch(args.invoiceId, { dueAt: later });
});

export const draw = query.input({ contractId: v.id("contracts") }).query(async ({ ctx, args }) => {
    const { page } = await ctx.db.invoices.findMany({ where: { contractId: args.contractId } });
    return page[Math.floor(Math.random() * page.length)] ?? null;
});

export const wipeVoided = internalMutation.mutation(async ({ ctx }) => {
    for (const row of await ctx.db.query("invoices").collect()) await ctx.db.invoices.delete(row._id);
});
