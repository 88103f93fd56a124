import type { DatabaseReader } from "../_generated/server";
import type { Currency } from "./Currency";

export class AccountRepository {
  private readonly pageSize = 40;

  public constructor(private readonly db: DatabaseReader) {}

  public async byNumber(number: string) {
    return this.db
      .query("accounts")
      .withIndex("by_number", (q) => q.eq("number", number))
      .unique();
  }

  public async inCurrency(currency: Currency) {
    const rows = await this.db.query("accounts").collect();
    const matching = rows.filter((row) => {
      return row.currency === currency;
    });
    return matching;
  }

  public async firstPage() {
    return this.db.query("accounts").order("desc").take(this.pageSize);
  }

  public async frozenByCountry(holderIds: ReadonlySet<string>) {
    return (await this.db.query("accounts").collect()).filter((row) => holderIds.has(row.holderId));
  }

  public async heldBy(holderId: string) {
    return this.db
      .query("accounts")
      .withIndex("by_owner", (q) => q.eq("holderId", holderId))
      .collect();
  }
}
