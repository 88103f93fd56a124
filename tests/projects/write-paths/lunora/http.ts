import { httpAction, httpRouter } from "lunorash/server";

import { internal } from "./_generated/internal";
import { internalMutation, v } from "./_generated/server";

const app = httpRouter();

app.post(
  "/hooks/:source",
  httpAction(async (ctx, request) => {
    const source = new URL(request.url).pathname.split("/").pop()!;
    await ctx.runMutation(internal.http.store, { source, body: await request.text() });
    return new Response(null, { status: 204 });
  }),
);

export const store = internalMutation
  .input({ source: v.string(), body: v.string() })
  .mutation(async ({ ctx, args }) => {
    await ctx.db.webhooks.insert(args);
  });

export default app;
