import { internalMutation } from "./_generated/server";

const PORTS = [
  { code: "HEL", name: "Helsinki", country: "FI" },
  { code: "TLL", name: "Tallinn", country: "EE" },
  { code: "ARN", name: "Stockholm", country: "SE" },
] as const;

export const seed = internalMutation.mutation(async ({ ctx }) => {
  for (const port of PORTS) {
    if (await ctx.db.ports.exists({ code: port.code })) continue;
    const homePortId = await ctx.db.ports.insert({ ...port });
    await ctx.db.vessels.insert({ name: `MS ${port.name}`, homePortId, status: "active", capacity: 400 });
  }
});
