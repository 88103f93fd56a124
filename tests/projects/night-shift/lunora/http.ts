import { httpAction, httpRoute, httpRouter } from "lunorash/server";

import { internal } from "./_generated/internal";
import { internalMutation, internalQuery, v } from "./_generated/server";

const app = httpRouter();

app.get(
  "/digest",
  httpAction(async (ctx, request) => {
    const day = new URL(request.url).searchParams.get("day") ?? "";
    return Response.json(await ctx.runQuery(internal.jobs.digestOf, { day }));
  }),
);

export const addInvoice = httpRoute
  .post("/invoices")
  .body(v.object({ email: v.string().email(), cents: v.number() }))
  .handler(async ({ ctx, body }) => {
    const customer = await ctx.runQuery(internal.http.customerByEmail, { email: body.email });
    await ctx.runMutation(internal.http.storeInvoice, { customerId: customer._id, cents: body.cents });
    return { ok: true };
  });

export const customerByEmail = internalQuery
  .input({ email: v.string() })
  .query(async ({ ctx, args }) => {
    return await ctx.db.query("customers").filter((customer) => customer.email === args.email).unique();
  });

export const storeInvoice = internalMutation
  .input({ customerId: v.id("customers"), cents: v.number() })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.insert("invoices", { ...args, state: "open", dueAt: ctx.now + 14 * 86_400_000 });
  });

export default app;
