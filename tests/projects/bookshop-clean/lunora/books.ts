import { internalMutation, mutation, query, v } from "./_generated/server";
import { bestReviews, booksReader, append } from "./lib/access";
import { smallPage } from "./lib/fields";
import { draw, till } from "./lib/catalogue";

const MAX_ROWS = 100;

export const newest = query
  .input({ limit: v.number() })
  .query(({ ctx, args }) => booksReader(ctx).order("desc").take(Math.min(args.limit, MAX_ROWS)));

// was: ctx.db.query("books").filter((b) => b.shelf === args.shelf).collect()
export const onShelf = query.input({ shelf: v.string() }).query(({ ctx, args }) =>
  booksReader(ctx)
    .withIndex("by_shelf_time", (q) => q.eq("shelf", args.shelf))
    .order("desc")
    .collect(),
);

export const shelfSince = query
  .input({ shelf: v.string(), after: v.optional(v.number()) })
  .query(({ ctx, args }) =>
    ctx.db
      .query("books")
      .withIndex("by_shelf_time", (q) => {
        const onShelf = q.eq("shelf", args.shelf);
        return args.after === undefined ? onShelf : onShelf.gt("_creationTime", args.after);
      })
      .take(MAX_ROWS),
  );

export const wordy = query.input({ shelf: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("books")
    .withIndex("by_shelf_author", (q) => q.eq("shelf", args.shelf))
    .collect();
  return rows.filter((book) => book.blurb.long.length > book.blurb.short.length * 10);
});

export const byAuthor = query
  .input({ authorId: v.id("authors"), shelf: v.optional(v.string()), limit: smallPage })
  .query(async ({ ctx, args }) => {
    const { page } = await ctx.db.books.findMany({
      where: { authorId: args.authorId, ...(args.shelf ? { shelf: args.shelf } : {}) },
      limit: args.limit,
    });
    return page;
  });

export const either = query
  .input({ authorId: v.id("authors"), isbn: v.string() })
  .query(({ ctx, args }) => ctx.db.books.findFirst({ where: { authorId: args.authorId, isbn: { in: [args.isbn] } } }));

export const one = query.input({ id: v.id("books") }).query(async ({ ctx, args }) => {
  const book = await ctx.db.books.findFirst({ where: { _id: args.id } });
  if (!book) return null;
  const author = await ctx.db.authors.get(book.authorId);
  const others = book.coauthors.filter((id) => id !== book.authorId);
  return { book, author, others, reviews: await bestReviews(ctx, book._id) };
});

export const editions = query.input({ isbn: v.string() }).query(({ ctx, args }) =>
  ctx.db
    .query("books")
    .withIndex("by_isbn_edition", (q) => q.eq("isbn", args.isbn).gte("edition", 1).lte("edition", 9))
    .collect(),
);

export const search = query
  .input({ text: v.string(), shelf: v.string() })
  .query(({ ctx, args }) =>
    ctx.db
      .query("books")
      .withSearchIndex("search_title", (q) => q.search("title", args.text).eq("shelf", args.shelf))
      .take(20),
  );

export const sample = query.query(async ({ ctx }) => {
  const first = await ctx.db.query("books").withIndex("by_shelf_author").first();
  const window = await ctx.db.query("books").withIndex("by_shelf_author").take(12);
  const { page } = await ctx.db.books.findMany({ limit: 5, orderBy: [{ _creationTime: "desc" }] });
  return [first, ...window, ...page].filter(Boolean);
});

export const browse = query.input({ cursor: v.string().nullable() }).query(async ({ ctx, args }) => {
  return await ctx.db.query("books").paginate({ numItems: 40, cursor: args.cursor });
});

export const atTill = query.input({ shelf: v.string() }).query(({ args }) => {
  const help = `ctx.db.query("books").filter((b) => b.shelf === "${args.shelf}").collect()`;
  return { help, rows: till.db.query("books"), drawn: draw({ query: () => [] }, args.shelf), all: till.collect() };
});

export const stockOf = query
  .input({ bookId: v.id("books") })
  .query(async ({ ctx, args }) => (await ctx.db.stock.findFirst({ where: { bookId: args.bookId } }))?.count ?? 0);

export const touchedBy = query
  .input({ customerId: v.id("customers"), since: v.number() })
  .query(({ ctx, args }) =>
    ctx.db
      .query("books")
      .withIndex("by_touched", (q) => q.eq("updatedBy", args.customerId).gt("updatedAt", args.since))
      .collect(),
  );

const preview = query.query(({ ctx }) => ctx.db.query("books").collect());
export const names = [preview].map((procedure) => typeof procedure);

export const add = mutation
  .input({ author: v.string(), slug: v.string(), isbn: v.string(), title: v.string(), shelf: v.string() })
  .mutation(async ({ ctx, args: { author, slug, ...book } }) => {
    const known = await ctx.db.authors.findUnique({ where: { slug } });
    const authorId = known?._id ?? (await ctx.db.authors.insert({ name: author, slug }));
    const bookId = await ctx.db.books.insert({
      ...book,
      authorId,
      coauthors: [],
      edition: 1,
      price: 0,
      blurb: { short: "", long: "" },
      updatedAt: ctx.now,
      updatedBy: null,
    });
    await ctx.db.stock.upsert({ target: ["bookId"], create: { bookId, count: 0 }, update: {} });
    await append(ctx, "events", { kind: "book", payload: { bookId }, seq: ctx.now });
    return bookId;
  });

export const review = mutation
  .input({ bookId: v.id("books"), customerId: v.id("customers"), stars: v.number(), text: v.string() })
  .mutation(({ ctx, args }) => append(ctx, "reviews", args));

export const reviewsOf = query.input({ bookId: v.id("books") }).query(({ ctx, args }) =>
  ctx.db
    .query("reviews")
    .withIndex("by_book", (q) => q.eq("bookId", args.bookId))
    .order("desc")
    .take(30),
);

export const reviewsBy = query.input({ customerId: v.id("customers") }).query(({ ctx, args }) =>
  ctx.db
    .query("reviews")
    .withIndex("by_customer", (q) => q.eq("customerId", args.customerId))
    .collect(),
);

export const purge = internalMutation.input({ before: v.number() }).mutation(async ({ ctx, args }) => {
  const gone = await ctx.db.reviews.findMany({
    where: { deletedAt: { lt: args.before } },
    includeDeleted: true,
    limit: MAX_ROWS,
  });
  for (const row of gone.page) await ctx.db.reviews.hardDelete(row._id);
});
