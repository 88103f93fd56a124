import type { MutationCtx, QueryCtx } from "../_generated/server";

export class MacroRepo {
    private readonly db: MutationCtx["db"];

    constructor(ctx: MutationCtx) {
        this.db = ctx.db;
    }

    all() {
        return this.db.query("macros").collect();
    }

    byShortcut(team: string, shortcut: string) {
        return this.db
            .query("macros")
            .withIndex("by_team_shortcut", (q) => q.eq("team", team).eq("shortcut", shortcut))
            .first();
    }

    anywhere(shortcut: string) {
        return this.db.query("macros").filter((m) => m.shortcut === shortcut).first();
    }

    add(team: string, shortcut: string, text: string) {
        return this.db.insert("macros", { team, shortcut, text });
    }
}

export function agentRepo(ctx: QueryCtx) {
    const repo = { ctx };
    return {
        bySubject: (subject: string) =>
            repo.ctx.db.agents.findFirst({ where: { subject } }),
        inQueue: async (queue: string) => {
            const rows = await repo.ctx.db.query("agents").filter((a) => a.queue === queue).collect();
            return rows.map((row) => row.name);
        },
    };
}
