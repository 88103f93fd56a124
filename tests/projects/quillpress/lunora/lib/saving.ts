import type { MutationCtx } from "../_generated/server";

export type Saving = Pick<MutationCtx, "db" | "auth">;

export async function overwrite({ db }: Saving, id: string, next: Record<string, unknown>) {
  const before = await db.posts.get(id as never);
  if (!before) return null;
  return db.posts.replace(id as never, { ...next, siteId: before.siteId } as never);
}
