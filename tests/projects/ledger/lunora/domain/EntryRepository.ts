import type { MutationCtx, QueryCtx } from "../_generated/server";

interface Period {
  readonly from: number;
  readonly to: number;
}

export class EntryRepository {
  private readonly db: QueryCtx["db"];

  public constructor(ctx: QueryCtx | MutationCtx) {
    this.db = ctx.db;
  }

  public async inPeriod(accountId: string, period: Period) {
    return this.db
      .query("entries")
      .withIndex("by_account_booked", (q) => this.within(q.eq("accountId", accountId), period))
      .collect();
  }

  public async bookedFor(accountId: string, period: Period) {
    const index = "by_booked" as const;
    return this.db
      .query("entries")
      .withIndex(index, (q) => q.gte("bookedAt", period.from).eq("accountId", accountId))
      .collect();
  }

  public async ofTransfer(transferId: string) {
    return this.db
      .query("entries")
      .filter((entry) => entry.transferId === transferId)
      .collect();
  }

  public async journal() {
    return this.db.query("entries").withIndex("by_booked").order("asc").collect();
  }

  public async withNote(note: string) {
    return this.db
      .query("entries")
      .withIndex("by_account_booked", (q) => q.eq("account", note))
      .collect();
  }

  private within(q: any, { from, to }: Period) {
    return q.gte("bookedAt", from).lt("bookedAt", to);
  }
}
