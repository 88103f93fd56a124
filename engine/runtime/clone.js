/** `structuredClone`: what it can't copy it refuses, cycles stay cycles. */
export function structuredClone(value) {
  return cloned(value, new Map());
}

const refuse = (value) => {
  throw new DOMException(`${typeof value === "symbol" ? "a symbol" : String(value)} could not be cloned.`, "DataCloneError");
};

function cloned(value, seen) {
  if (typeof value === "function" || typeof value === "symbol") refuse(value);
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const leaf = leafOf(value, seen);
  if (leaf !== undefined) {
    seen.set(value, leaf);
    return leaf;
  }
  return filled(value, seen);
}

/** The copy of what holds no other values; `undefined` for the rest. */
function leafOf(value, seen) {
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (value instanceof DataView) return new DataView(cloned(value.buffer, seen), value.byteOffset, value.byteLength);
  if (ArrayBuffer.isView(value)) return new value.constructor(cloned(value.buffer, seen), value.byteOffset, value.length);
  if (value instanceof Boolean || value instanceof Number || value instanceof String) return Object(value.valueOf());
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) refuse(value);
  return undefined;
}

function filled(value, seen) {
  const copy = emptyOf(value);
  seen.set(value, copy);
  if (value instanceof Map) for (const [key, item] of [...value]) copy.set(cloned(key, seen), cloned(item, seen));
  else if (value instanceof Set) for (const item of [...value]) copy.add(cloned(item, seen));
  else if (value instanceof Error) copyError(value, copy, seen);
  else for (const key of Object.keys(value)) copy[key] = cloned(value[key], seen);
  return copy;
}

const ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function emptyOf(value) {
  if (Array.isArray(value)) return new Array(value.length);
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof Error) return new (ERRORS[value.name] ?? Error)(value.message);
  return {};
}

function copyError(value, copy, seen) {
  if ("stack" in value) Object.defineProperty(copy, "stack", { value: value.stack, writable: true, configurable: true });
  if ("cause" in value) Object.defineProperty(copy, "cause", { value: cloned(value.cause, seen), writable: true, configurable: true });
}
