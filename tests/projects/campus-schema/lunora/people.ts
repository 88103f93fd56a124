import { mutation, query, v } from "./_generated/server";

export const enrolled = query
  .input({ tenantId: v.id("tenants"), userId: v.id("users") })
  .query(({ ctx, args }) =>
    ctx.db
      .query("enrolments")
      .withIndex("by_tenant_user_course", (q) => q.eq("tenantId", args.tenantId).eq("userId", args.userId))
      .collect(),
  );

export const classmates = query
  .input({ tenantId: v.id("tenants"), courseId: v.id("courses") })
  .query(async ({ ctx, args }) => {
    const rows = await ctx.db
      .query("enrolments")
      .withIndex("by_tenant_user_course", (q) => q.eq("tenantId", args.tenantId).eq("courseId", args.courseId))
      .collect();
    return rows.map((row) => row.userId);
  });

export const decksSince = query.input({ after: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("decks")
    .withIndex("by_seq", (q) => q.gt("_commitSeq", args.after))
    .take(100),
);

export const decksOf = query.input({ ownerId: v.id("users") }).query(({ ctx, args }) =>
  ctx.db
    .query("decks")
    .withIndex("by_owner", (q) => q.eq("ownerId", args.ownerId))
    .collect(),
);

export const hosting = query.input({ host: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query("presence_rooms")
    .withIndex("by_host", (q) => q.eq("host", args.host))
    .first(),
);

export const seenSince = query.input({ since: v.number() }).query(({ ctx, args }) =>
  ctx.db
    .query("presence_visitors")
    .filter((visitor) => visitor.seenAt >= args.since)
    .collect(),
);

export const visitorsOf = query.input({ roomId: v.id("presence_rooms") }).query(({ ctx, args }) =>
  ctx.db
    .query("presence_visitors")
    .withIndex("by_room", (q) => q.eq("roomId", args.roomId))
    .collect(),
);

export const payer = query.input({ ref: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query("payment_customers")
    .withIndex("by_reference", (q) => q.eq("reference", args.ref))
    .first(),
);

export const enter = mutation.input({ topic: v.string(), host: v.string() }).mutation(async ({ ctx, args }) => {
  const roomId = await ctx.db.insert("presence_rooms", args);
  await ctx.db.insert("presence_visitors", { roomId, who: args.host, seenAt: ctx.now });
});

export const enrol = mutation
  .input({ tenantId: v.id("tenants"), userId: v.id("users"), courseId: v.id("courses") })
  .mutation(({ ctx, args }) =>
    ctx.db.enrolments.insert({ ...args, createdAt: ctx.now, updatedAt: ctx.now }, { skipDuplicates: true }),
  );

export const register = mutation.input({ email: v.string(), name: v.string() }).mutation(async ({ ctx, args }) => {
  const id = await ctx.db.users.insert(args);
  await ctx.db.tenants.insert({ name: args.name, domain: `${id}.example.org` });
  await ctx.db.decks.insert({ ownerId: id, sharedWith: [], name: "inbox", cards: 0 });
  return id;
});
