import { action, mutation, query, v } from "./_generated/server";
import { internal } from "./_generated/api";
import { save } from "./lib/store";

const MAX_ROUNDS = 50;

function assertBudget(round: number) {
  if (round > MAX_ROUNDS) throw new Error("too many rounds");
}

export const join = mutation
  .input({ handle: v.string().max(30), club: v.string().max(40) })
  .mutation(async ({ ctx, args }) => {
    const id = await ctx.db.observers.insert({ ...args, points: 0 });
    await save(ctx.db, "drafts", { observerId: id, body: "hello" });
    await save(ctx.db, "sessions", { token: args.handle, until: true });
    return id;
  });

export const standings = query
  .input({ club: v.string().max(40) })
  .query(({ ctx, args }) => ctx.db.observers.findMany({ where: { club: args.club }, orderBy: [{ points: "desc" }], limit: 20 }));

export const board = query.query(({ ctx }) => ctx.db.observers.rankPage("board", { take: 10 }));

export const sorted = query.query(async ({ ctx }) => {
  return await ctx.db.observers.findMany({ orderBy: [{ pionts: "desc" }], limit: 20 });
});

export const permit = query
  .input({ code: v.string().max(20) })
  .query(({ ctx, args }) => ctx.db.permits.findFirst({ where: { code: args.code } }));

export const whoami = query
  .input({ token: v.string().max(80) })
  .query(({ ctx, args }) => ctx.db.sessions.findFirst({ where: { token: args.token } }));

export const draftsOf = query
  .input({ observerId: v.id("observers") })
  .query(({ ctx, args }) => ctx.db.query("drafts").withIndex("by_observer", (q) => q.eq("observerId", args.observerId)).collect());

export const findDraft = query
  .input({ text: v.string().max(60) })
  .query(({ ctx, args }) => ctx.db.query("drafts").withSearchIndex("find_any", (q) => q.search("body", args.text)).take(5));

export const tail = query.input({ observerId: v.id("observers") }).stream(async function* ({ ctx, args }) {
  yield { at: ctx.now };
  await (ctx.db as any).drafts.insert({ observerId: args.observerId, body: "tailing" });
});

export const tidy = action.action(async ({ ctx }) => {
  let round = 0;
  while (true) {
    assertBudget(round++);
    await ctx.runMutation(internal.sightings.purge, { species: "unknown" });
  }
});
