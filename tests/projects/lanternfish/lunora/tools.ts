import { action, v } from "@server";
import { Warehouse } from "./lib/pool";

async function* ticks(signal: AbortSignal) {
  let n = 0;
  for (;;) {
    signal.throwIfAborted();
    yield n++;
  }
}

export const staleReadings = action.input({ days: v.number().int() }).action(async ({ ctx, args }) => {
  const warehouse = new Warehouse({ db: (ctx as any).sql });
  const control = new AbortController();
  for await (const n of ticks(control.signal)) {
    const rows = await warehouse.stale(args.days + n);
    if (rows.length === 0 || n > 5) return n;
  }
  return -1;
});
