import type { Doc, MutationCtx } from "@/lunora/_generated/server";

export function enqueue(db: MutationCtx["db"], kind: Doc<"jobs">["kind"], payload: object, runAt: number) {
    return db.jobs.insert({ kind, payload: JSON.stringify(payload), status: "queued", runAt });
}
