import { query } from "../_generated/server";
import { even } from "../lib/even";

export { gone as reexportedOnly } from "./deep/gone";

export default query.query(async ({ ctx }) => {
  const depth = 2;
  return await even(ctx, depth);
});
