import { mutation, query, v } from "./_generated/server";
import { MacroRepo, agentRepo } from "./lib/repo";
import { accountsOf, lookup } from "./lib/legacy";

export const all = mutation.mutation(async ({ ctx }) => {
    const macros = await new MacroRepo(ctx).all();
    return macros.map((m) => m.text);
});

export const find = mutation
    .input({ team: v.string(), shortcut: v.string() })
    .mutation(async ({ ctx, args }) => {
        const repo = new MacroRepo(ctx);
        return await repo.byShortcut(args.team, args.shortcut);
    });

export const anywhere = mutation.input({ shortcut: v.string() }).mutation(async ({ ctx, args }) => {
    const repo = new MacroRepo(ctx);
    return await repo.anywhere(args.shortcut);
});

export const add = mutation
    .input({ team: v.string(), shortcut: v.string(), text: v.string() })
    .mutation(({ ctx, args }) => new MacroRepo(ctx).add(args.team, args.shortcut, args.text));

export const team = query.input({ queue: v.string() }).query(async ({ ctx, args }) => {
    const agents = agentRepo(ctx);
    const me = await agents.bySubject(ctx.auth.userId ?? "");
    return { me, names: await agents.inQueue(args.queue) };
});

export const register = mutation
    .input({ name: v.string(), queue: v.string() })
    .mutation(({ ctx, args }) => ctx.db.insert("agents", { ...args, subject: ctx.auth.userId ?? "" }));

export const inbox = query.query(async ({ ctx }) => {
    const { query: from } = ctx.db;
    return await from("feedback").collect();
});

export const legacyAccounts = query.input({ email: v.string() }).query(async ({ args }) => {
    const accounts = await accountsOf(args.email);
    const rows = await lookup.db.query("feedback").collect();
    return { accounts, rows: rows.filter((row) => row.email === args.email) };
});
