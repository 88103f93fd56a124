import { action, internalAction } from "../_generated/server";
import { internal } from "../_generated/api";

const FOREVER = true;
let handled = 0;

async function pump(run: () => Promise<unknown>) {
  while (FOREVER) {
    await run();
    handled += 1;
  }
}

export const start = internalAction.action(async ({ ctx }) => {
  await pump(() => ctx.runAction(internal.staff.mail, { email: "pump@example.org" }));
});

export const spin = internalAction.action(async ({ ctx }) => {
  for (;;) {
    ctx.log.debug("spin", { handled });
    if (false) break;
  }
});

export const drainOnce = action.action(async ({ ctx }) => {
  const queue = ["a", "b", "c"];
  outer: while (1) {
    for (const name of queue) {
      if (name === "c") break outer;
      ctx.log.info(name);
    }
  }
});

export const untilAborted = internalAction.action(async ({ ctx }) => {
  const { signal } = new AbortController();
  while (true) {
    signal.throwIfAborted();
    ctx.log.debug("still here");
  }
});
