import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Id } from "../_generated/dataModel";

export function hiveRepository(context: Pick<QueryCtx, "db">) {
  const { db: store } = context;

  const ofKeeper = (keeperId: Id<"keepers">, strain?: string) => {
    let reader = store.query("hives").withIndex("by_keeper_label", (q) => q.eq("keeperId", keeperId));
    if (strain) {
      reader = reader.filter((hive) => hive.strain === strain);
    }
    return reader.collect();
  };

  const labelled = (label: string) =>
    store
      .query("hives")
      .withIndex("by_label", (q) => q.eq("label", label))
      .unique();

  const crowded = () => store.query("hives").filter((h) => h.frames > h.capacity).collect();

  const inApiary = (name: string) => store.query("hives").filter((h) => h.location.apiary === name).collect();

  return { ofKeeper, labelled, crowded, inApiary };
}

export class HiveWriter {
  private readonly repo: ReturnType<typeof hiveRepository>;

  constructor(private readonly ctx: MutationCtx) {
    this.repo = hiveRepository(ctx);
  }

  async rename(from: string, to: string) {
    const hive = await this.repo.labelled(from);
    if (!hive) throw new Error(`no hive ${from}`);
    await this.ctx.db.hives.patch(hive._id, { label: to });
    return hive._id;
  }
}
