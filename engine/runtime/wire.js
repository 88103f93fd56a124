import { native } from "lunora:runtime/native.js";
import { LunoraError } from "lunora:runtime/errors.js";

const SENTINEL = "$lunora.wire$";
const MAX_DEPTH = 64;

/** The text of a number or other special value inside JSON. */
const tag = (kind, payload) => [SENTINEL, kind, payload];

export const bytesToBase64 = (buffer) => native.base64Encode(Array.from(new Uint8Array(buffer)));
export const base64ToBytes = (text) => new Uint8Array(native.base64Decode(text)).buffer;

const isPlain = (value) => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};

/** A value as JSON can hold it. Throws `BAD_REQUEST` for what can't travel: functions, class instances, cycles. */
export function encode(value, depth = 0) {
  if (depth > MAX_DEPTH) throw new LunoraError("BAD_REQUEST", `a value is nested more than ${MAX_DEPTH} levels deep`);
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : tag("number", String(value));
    case "bigint":
      return tag("bigint", String(value));
    case "undefined":
      return undefined;
    case "object":
      return value === null ? null : encodeObject(value, depth + 1);
    default:
      throw new LunoraError("BAD_REQUEST", `a ${typeof value} can't be stored or sent`);
  }
}

function encodeObject(value, depth) {
  if (Array.isArray(value)) {
    const items = value.map((item) => (item === undefined ? tag("undefined", null) : encode(item, depth)));
    return items[0] === SENTINEL ? tag("array", items) : items;
  }
  if (value instanceof ArrayBuffer) return tag("bytes", bytesToBase64(value));
  if (value instanceof Date) return tag("date", value.getTime());
  if (value instanceof Map) return tag("map", encode([...value.entries()], depth));
  if (value instanceof Set) return tag("set", encode([...value], depth));
  if (!isPlain(value)) throw new LunoraError("BAD_REQUEST", `an instance of ${value.constructor?.name} can't be stored or sent`);
  const result = {};
  for (const key of Object.keys(value)) {
    const item = encode(value[key], depth);
    if (item !== undefined) result[key] = item;
  }
  return result;
}

/** The inverse of `encode`. */
export function decode(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value[0] === SENTINEL ? decodeTagged(value[1], value[2]) : value.map(decode);
  const result = {};
  for (const key of Object.keys(value)) result[key] = decode(value[key]);
  return result;
}

function decodeTagged(kind, payload) {
  switch (kind) {
    case "number":
      return Number(payload);
    case "bigint":
      return BigInt(payload);
    case "bytes":
      return base64ToBytes(payload);
    case "date":
      return new Date(payload);
    case "map":
      return new Map(decode(payload));
    case "set":
      return new Set(decode(payload));
    case "array":
      return payload.map(decode);
    default:
      return undefined;
  }
}
