import type { MutationCtx } from "#gen/server";

export async function record(context: Pick<MutationCtx, "db" | "auth">, what: string) {
  const userId = context.auth.userId ?? "system";
  const actor = await context.db.audit_actors.findFirst({ where: { userId } });
  const actorId = actor?._id ?? (await context.db.audit_actors.insert({ userId }));
  await context.db.audit_events.insert({ actorId, what });
}
