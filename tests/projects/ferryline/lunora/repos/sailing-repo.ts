import type { QueryCtx } from "../_generated/server";
import type { Id } from "../_generated/dataModel";
import { Repo } from "./base";

export class SailingRepo extends Repo {
  static for(ctx: Pick<QueryCtx, "db">): SailingRepo {
    return new SailingRepo(ctx.db);
  }

  departuresFrom(portId: Id<"ports">, since: number) {
    return this.db
      .query("sailings")
      .withIndex("by_from_departs", (range) => range.eq("fromPortId", portId).gte("departsAt", since))
      .take(50);
  }

  async cancelledOn(vesselId: Id<"vessels">) {
    const sailings = await this.db
      .query("sailings")
      .withIndex("by_vessel_departs", (q) => q.eq("vesselId", vesselId))
      .collect();
    return sailings.filter((s) => s.status === "cancelled");
  }

  arrivalsAt(portId: Id<"ports">) {
    return this.db
      .query("sailings")
      .filter((s) => s.toPortId === portId)
      .collect();
  }

  afterMidnight(departsAt: number) {
    return this.db.query("sailings").withIndex("by_from_departs", (q) => q.gte("departsAt", departsAt)).collect();
  }
}
