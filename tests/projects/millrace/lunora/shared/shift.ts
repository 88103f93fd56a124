import type { MutationCtx } from "@gen/server";
import type { Doc } from "@gen/dataModel";

export const shiftDue = async (context: Pick<MutationCtx, "db" | "now">, { _id, dueAt }: Doc<"tasks">, days = 1) => {
  const from = dueAt ?? context.now;
  await context.db.tasks.patch(_id, { dueAt: from + days * 86_400_000 });
};
