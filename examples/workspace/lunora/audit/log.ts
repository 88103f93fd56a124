import type { Id, MutationCtx } from "@/lunora/_generated/server";

interface AuditEntry {
    workspaceId: Id<"workspaces">;
    actorId: Id<"users">;
    action: string;
    subject: string;
}

export function record(ctx: MutationCtx, entry: AuditEntry) {
    return ctx.db.audit_entries.insert({ ...entry, at: ctx.now });
}
