import type { MutationCtx } from "../_generated/server";

type Own = "drafts" | "sessions";

export async function save<T extends Own>(writer: MutationCtx["db"], table: T, doc: Record<string, unknown>) {
  return await writer.insert(table, doc as never);
}

export function* batches<T>(rows: T[], size: number): Generator<T[]> {
  let at = 0;
  while (true) {
    const next = rows.slice(at, at + size);
    if (next.length > 0) yield next;
    else return;
    at += size;
  }
}
