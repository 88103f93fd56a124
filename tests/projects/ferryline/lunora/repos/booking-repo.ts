import type { MutationCtx } from "../_generated/server";
import type { Id } from "../_generated/dataModel";

type Writer = MutationCtx["db"];

export class BookingRepo {
  #db: Writer;

  constructor({ db }: { db: Writer }) {
    this.#db = db;
  }

  async held(sailingId: Id<"sailings">) {
    return await this.#db
      .query("bookings")
      .withIndex("by_sailing_state", (q) => q.eq("sailingId", sailingId).eq("state", "held"))
      .collect();
  }

  async place(input: { sailingId: Id<"sailings">; passengerId: Id<"passengers">; reference: string }) {
    const sailing = await this.#db.sailings.get(input.sailingId);
    if (!sailing || sailing.seatsLeft < 1) throw new Error("sold out");
    await this.#db.sailings.patch(sailing._id, { seatsLeft: sailing.seatsLeft - 1 });
    return this.#db.bookings.insert({ ...input, state: "held", paidCents: 0 });
  }
}
