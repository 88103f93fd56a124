import type { TriggerBuilder } from "lunorash/server";
import { internal } from "#lunora/_generated/api.js";

/** An order that becomes paid reports its lines to the back office, which lives in the root shard. */
export function orderTriggers(t: TriggerBuilder<"orders">) {
  return {
    reportSale: t.afterUpdate(async (ctx, event) => {
      if (event.previous.status === event.doc.status || event.doc.status !== "paid") {
        return;
      }
      const lines = await ctx.db.findMany("orderLines", { where: { orderId: event.doc._id }, limit: 200 });
      await ctx.scheduler.runAfter(0, internal.sales.record, {
        orderNumber: event.doc.number,
        lines: lines.page.map((line) => ({
          productId: line.productId,
          quantity: line.quantity,
          unitPriceCents: line.unitPriceCents,
        })),
      });
    }),
  };
}
