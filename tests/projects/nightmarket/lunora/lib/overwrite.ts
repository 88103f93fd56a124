import type { MutationCtx } from "../_generated/server";

export async function overwrite(tx: MutationCtx, id: string, doc: Record<string, unknown>) {
  await (tx.db as any).replace(id, doc, "notes");
}

export const assertKeeper = (tx: MutationCtx, keeperId: string) => {
  if (tx.auth.userId !== keeperId) throw new Error("not yours");
};
