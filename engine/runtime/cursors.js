import { LunoraError } from "lunora:runtime/errors.js";
import { bound, valueAt } from "lunora:runtime/rows.js";

const VERSION = "~2";

/** The place of a row in an order: the values of its sort keys, then its id. */
export const positionOf = (row, order) => order.map(({ field }) => bound(valueAt(row, field)));

/** An opaque cursor at a row. */
export const cursorAt = (row, order) => VERSION + btoa(encodeURIComponent(JSON.stringify(positionOf(row, order))));

/** The place that a cursor names; `null` for none. Throws `BAD_REQUEST`. */
export function readCursor(cursor, order) {
  if (cursor === null || cursor === undefined) return null;
  const invalid = () => new LunoraError("BAD_REQUEST", "the cursor is not valid");
  if (typeof cursor !== "string" || !cursor.startsWith(VERSION)) throw invalid();
  let position;
  try {
    position = JSON.parse(decodeURIComponent(atob(cursor.slice(VERSION.length))));
  } catch {
    throw invalid();
  }
  if (!Array.isArray(position) || position.length < order.length) throw invalid();
  return position.slice(0, order.length);
}
