import { internal, LunoraError } from "lunora:runtime/errors.js";
import { base64ToBytes, bytesToBase64, decode, encode } from "lunora:runtime/wire.js";

/** Where a document keeps the exact value of columns that SQL sees in another form. */
const PARKED = "__sql__";
const BIGINT_DIGITS = 39;

/** A bigint as text that sorts as the number does. */
export function bigintKey(value) {
  const digits = (value < 0n ? -value : value).toString();
  if (digits.length > BIGINT_DIGITS) throw new LunoraError("BAD_REQUEST", `a bigint has more than ${BIGINT_DIGITS} digits`);
  const padded = digits.padStart(BIGINT_DIGITS, "0");
  if (value >= 0n) return `1${padded}`;
  return `0${Array.from(padded, (digit) => 9 - Number(digit)).join("")}`;
}

/** A document as it is stored. Explicit `undefined` is dropped. */
export function encodeDocument(id, creationTime, document) {
  const stored = {};
  const parked = {};
  for (const key of Object.keys(document)) {
    const value = document[key];
    if (value === undefined || key === "_id" || key === "_creationTime") continue;
    if (key === PARKED) throw new LunoraError("BAD_REQUEST", `${PARKED} is a reserved name`);
    if (typeof value === "bigint") {
      stored[key] = bigintKey(value);
      parked[key] = encode(value);
    } else if (value instanceof ArrayBuffer) {
      stored[key] = bytesToBase64(value);
      parked[key] = encode(value);
    } else {
      stored[key] = encode(value);
    }
  }
  if (Object.keys(parked).length > 0) stored[PARKED] = parked;
  return { ...stored, _id: id, _creationTime: creationTime };
}

const fromBigintKey = (key) =>
  key[0] === "1" ? BigInt(key.slice(1)) : -BigInt(Array.from(key.slice(1), (digit) => 9 - Number(digit)).join(""));

/** A row as functions see it, from what the host gives of one that it has not decoded: the id and creation time of the columns, and the stored
 * document. */
export function decodeRow(table, { id, creationTime, document }) {
  const row = { _id: id, _creationTime: creationTime };
  const parked = document[PARKED] ?? {};
  for (const key of Object.keys(document)) {
    if (key === PARKED || key === "_id" || key === "_creationTime") continue;
    row[key] = key in parked ? decode(parked[key]) : decode(document[key]);
  }
  if (table.tier.kind === "global") decodeColumns(table, row);
  return row;
}

function decodeColumns(table, row) {
  for (const [column, { state }] of Object.entries(table.shape)) {
    const value = row[column];
    if (typeof value !== "string") continue;
    if (state.kind === "bigint") row[column] = fromBigintKey(value);
    if (state.kind === "bytes") row[column] = base64ToBytes(value);
  }
}

/** A value as a comparison binds it. */
export function bound(value) {
  switch (typeof value) {
    case "undefined":
      throw internal("a comparison got undefined, which SQLite can't bind");
    case "boolean":
      return value ? 1 : 0;
    case "number":
      return Number.isFinite(value) ? value : { float: String(value) };
    case "bigint":
      return bigintKey(value);
    case "string":
      return value;
    default:
      if (value === null) return null;
      if (value instanceof ArrayBuffer) return bytesToBase64(value);
      return JSON.stringify(encode(value));
  }
}

/** The value of a column, where a dotted name leads into an object; `null` where it is absent. */
export const valueAt = (row, field) => field.split(".").reduce((value, key) => value?.[key], row) ?? null;
