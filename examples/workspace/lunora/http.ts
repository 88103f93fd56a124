import { httpAction, httpRouter } from "lunorash/server";
import { internal } from "@/lunora/_generated/internal";

const app = httpRouter();

async function isSigned(body: string, signature: string, secret: string) {
    const encoder = new TextEncoder();
    const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    const bytes = Uint8Array.from(signature.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return crypto.subtle.verify("HMAC", key, bytes, encoder.encode(body));
}

app.post(
    "/webhooks/billing",
    httpAction(async (ctx, request) => {
        const body = await request.text();
        const signature = request.headers.get("x-billing-signature") ?? "";
        if (!(await isSigned(body, signature, ctx.secrets.BILLING_WEBHOOK))) {
            return new Response("bad signature", { status: 401 });
        }
        const { id } = JSON.parse(body);
        await ctx.runMutation(internal.jobs.webhooks.receive, { provider: "billing", eventId: id, body });
        return new Response(null, { status: 204 });
    }),
);

export default app;
