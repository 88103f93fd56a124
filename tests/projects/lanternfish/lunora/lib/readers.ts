import type { QueryCtx } from "@server";
import type { Id } from "../_generated/dataModel";

export type AnyReader = Pick<QueryCtx, "db">;

export const residents = ({ db }: AnyReader, tankId: Id<"tanks">, { status = "alive", cap = 100 }: { status?: string; cap?: number } = {}) => {
  const within = db.query("specimens").withIndex("by_tank_status", (q) => q.eq("tankId", tankId).eq("status", status));
  return within.take(Math.min(cap, 100));
};

export const meals =
  ({ db }: AnyReader) =>
  (tankId: Id<"tanks">) =>
  async (from: number, to = Number.MAX_SAFE_INTEGER) => {
    const reader = db.query("feedings").withIndex("by_tank_at", (q) => q.eq("tankId", tankId).gte("at", from).lt("at", to));
    return await reader.collect();
  };

export class AlertFeed implements AsyncIterable<string> {
  readonly #ctx: AnyReader;

  constructor(
    ctx: AnyReader,
    private readonly tankId: Id<"tanks">,
  ) {
    this.#ctx = ctx;
  }

  async *[Symbol.asyncIterator]() {
    for await (const a of this.#ctx.db.query("alerts").withIndex("by_tank_kind_raised", (q) => q.eq("tankId", this.tankId))) {
      if (a.kind.includes("test")) continue;
      yield `${a.kind}@${a.raisedAt}`;
    }
  }
}
