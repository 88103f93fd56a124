import { expect, test } from "vitest";

import { query } from "../_generated/server";
import { weeklyDump } from "./dead";

export const probe = query.query(async ({ ctx }) => ctx.db.query("nowhere").collect());

test("the dump has three parts", async () => {
  const ctx = { db: { query: () => ({ collect: async () => [], filter: () => ({ collect: async () => [] }) }) } };
  expect(Object.keys(await weeklyDump(ctx as never))).toHaveLength(3);
});
