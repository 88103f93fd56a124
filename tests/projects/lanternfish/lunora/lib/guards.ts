import type { MutationCtx } from "@server";

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export async function assertStillActive(ctx: MutationCtx, key: string): Promise<void> {
  const run = await ctx.db.runs.findFirst({ where: { key } });
  invariant(run && run.state !== "stopped", "run was stopped");
}
