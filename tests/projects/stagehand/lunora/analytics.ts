import { internalQuery, v } from "./_generated/server";
import type { QueryCtx } from "./_generated/server";
import type { Doc, Id } from "./_generated/dataModel";

enum Name {
  Staff = "staffers",
  Tick = "ticks",
}

const BY = "by" as const;
const ROLE: string = "usher";

abstract class Report<Row> {
  constructor(protected readonly ctx: QueryCtx) {}

  protected abstract rows(): Promise<Row[]>;

  async count(): Promise<number> {
    return (await this.rows()).length;
  }
}

class StaffReport extends Report<Doc<"staffers">> {
  protected override rows() {
    return this.ctx?.db?.query(Name.Staff).filter((s) => s.role === "usher").collect();
  }
}

const isUsher = (person: Doc<"staffers">) => person.role === ROLE;

const titleOf = async ({ db }: Pick<QueryCtx, "db">, showId: Id<"shows">) => (await db.shows.get(showId))?.title ?? "?";

export const ushers = internalQuery.query(({ ctx }) => new StaffReport(ctx).count());

export const ushersToo = internalQuery.query(({ ctx: { db } }) => db.query("staffers").filter(isUsher).collect());

export const person = internalQuery.input({ id: v.id("staffers") }).query(({ ctx, args }) =>
  ctx.db.query(Name.Staff).filter(({ _id }) => _id === args.id).first(),
);

export const heldBy = internalQuery
  .input({ holder: v.string() })
  .query(({ ctx, args }) => ctx.db.query("tickets").withIndex(`${BY}_owner`, (q) => q.eq("holder", args.holder)).take(5));

export const titles = internalQuery.input({ status: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db
    .query("performances")
    .withIndex(`${BY}_status`, (q) => q.eq("status", args.status))
    .take(50);
  return Promise.all(rows.map((p) => titleOf(ctx, p.showId)));
});

export default internalQuery.query(async ({ ctx: { db } }) => (await db.query(Name.Tick).collect()).length);
