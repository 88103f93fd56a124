import { internalMutation, internalQuery, v } from "./_generated/server";

export const signOut = internalMutation
  .input({ token: v.string() })
  .mutation(({ ctx, args }) => ctx.db.deleteWhere("sessions", { token: args.token }));

export const startDraft = internalMutation
  .input({ title: v.string() })
  .mutation(({ ctx, args }) => ctx.db.drafts.insert({ title: args.title, expiresAt: String(ctx.now + 86_400_000) }));

export const preview = internalMutation
  .input({ html: v.string() })
  .mutation(({ ctx, args }) => ctx.db.previews.insert({ html: args.html, goneAt: ctx.now }));

export const changes = internalQuery
  .input({ after: v.number() })
  .query(({ ctx, args }) => ctx.db.query("auditLog").withIndex("by_seq", (q) => q.gt("_commitSeq", args.after)).take(100));

export const addTerm = internalMutation
  .input({ slug: v.string(), label: v.string() })
  .mutation(({ ctx, args }) => ctx.db.terms.insert(args, { skipDuplicates: true }));

export const bookYear = internalMutation.input({ year: v.any() }).mutation(async ({ ctx, args }) => {
  await ctx.db.ledgers.insert(args.year);
  await ctx.db.ledgersArchive.insert(args.year);
});

export const bump = internalMutation
  .input({ key: v.string() })
  .mutation(({ ctx, args }) => ctx.db.counters.upsert({ target: ["key"], create: { key: args.key, n: 1 } }));
