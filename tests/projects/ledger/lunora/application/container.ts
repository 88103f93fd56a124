import type { MutationCtx, QueryCtx } from "../_generated/server";
import { AccountRepository } from "../domain/AccountRepository";
import { EntryRepository } from "../domain/EntryRepository";

export class Container {
  public readonly accounts: AccountRepository;
  public readonly entries: EntryRepository;

  public constructor(private readonly ctx: QueryCtx | MutationCtx) {
    this.accounts = new AccountRepository(ctx.db as never);
    this.entries = new EntryRepository(ctx);
  }

  public static of(ctx: QueryCtx | MutationCtx) {
    return new Container(ctx);
  }

  public get rates() {
    const { db } = this.ctx;
    return {
      latest: (pair: string) => db.query("fxRates").withIndex("by_pair_at", (q) => q.eq("pair", pair)).order("desc").first(),
      history: (pair: string) => db.query("fxRates").filter((rate) => rate.pair === pair && rate.rate.toFixed(0) !== "0").collect(),
    };
  }
}
