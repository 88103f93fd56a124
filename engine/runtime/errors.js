import { native } from "lunora:runtime/native.js";

const STATUS = {
  BAD_REQUEST: 400, VALIDATION_ERROR: 400, NOT_UNIQUE: 400, BATCH_LIMIT_EXCEEDED: 400, INVALID_INPUT: 400,
  CROSS_SHARD_RANK_UNSUPPORTED: 400, SHAPE_CROSS_SHARD_JOIN: 400, SHAPE_MEMORY_TABLE: 400, GLOBAL_SEARCH_SCORES_UNSUPPORTED: 400,
  GLOBAL_TABLE_NOT_EDITABLE: 400, UNAUTHORIZED: 401, UNAUTHENTICATED: 401, TOKEN_EXPIRED: 401, FORBIDDEN: 403, RLS_REQUIRED: 403,
  FORBIDDEN_SHARD: 403, FORBIDDEN_FANOUT: 403, NOT_FOUND: 404, FUNCTION_NOT_FOUND: 404, MIGRATION_NOT_FOUND: 404, UNKNOWN_TABLE: 404,
  SHAPE_NOT_FOUND: 404, UNKNOWN_MUTATION_FN: 404, CONFLICT: 409, OUT_OF_ORDER: 409, OFFLINE_IDENTITY_CHANGED: 409,
  SHAPE_REQUIRES_CDC: 409, CDC_LOG_TRIMMED: 409, CDC_PAYLOAD_COMPACTED: 409, PAYLOAD_TOO_LARGE: 413, TRANSACTION_LIMIT_EXCEEDED: 413,
  SHAPE_GLOBAL_TOO_LARGE: 413, COUNT_RLS_UNSUPPORTED: 422, UNPROCESSABLE: 422, TOO_MANY_REQUESTS: 429, RATE_LIMITED: 429,
  TOO_MANY_SUBSCRIPTIONS: 429, SHARD_HTTP_ERROR: 502, SHARD_ERROR: 503, SHARD_UNAVAILABLE: 503, SEARCH_INDEX_BUILDING: 503,
  SHARD_TIMEOUT: 504,
};

/** An error with a code that reaches the caller. */
export class LunoraError extends Error {
  constructor(code, message, options) {
    super(message ?? code);
    this.name = "LunoraError";
    this.code = code;
    this.status = options?.status ?? STATUS[code] ?? 500;
    const data = options?.data ?? (options && !("status" in options) && !("cause" in options) ? options : undefined);
    if (data !== undefined) this.data = data;
  }
}

/** A write that met another one; `kind` is `occ`, `unique`, `restrict` or `trigger`. */
export class ConflictError extends LunoraError {
  constructor(kind, message) {
    super("CONFLICT", message);
    this.name = "ConflictError";
    this.kind = kind;
  }
}

/** The run needs something that is not here (a package, the network), so its outcome can't be told. */
export class NotVerifiable extends Error {
  constructor(needs) {
    super(`not verifiable: needs ${needs}`);
    this.name = "NotVerifiable";
    this.needs = needs;
    if (isCalling) firstNeed ??= needs;
  }
}

/** The run reached a part of Lunora that the engine doesn't have. */
export class Unsupported extends Error {
  constructor(what) {
    super(`not supported by the engine: ${what}`);
    this.name = "Unsupported";
    this.what = what;
  }
}

/** A mistake of the programmer, such as an unknown table: code `INTERNAL`, 500. */
export const internal = (message) => new LunoraError("INTERNAL", message);

/** A value that isn't what a validator wants. `path` names it from the argument or column. */
export function validationError(path, expected, received) {
  const where = path.length ? `${path.join(".")}: ` : "";
  return new LunoraError("VALIDATION_ERROR", `${where}expected ${expected}, received ${received}`, {
    data: { path: path.join("."), expected, received },
  });
}

native.fail = (error) => {
  if (error.kind === "conflict") return new ConflictError(error.conflict, error.message);
  if (error.kind === "unsupported") return new Unsupported(error.message);
  return new LunoraError(error.code ?? "INTERNAL", error.message);
};

/** What is part of the platform, or may be, and isn't here. */
const PLATFORM = new Set([
  "Blob", "BroadcastChannel", "Buffer", "ByteLengthQueuingStrategy", "CompressionStream", "CountQueuingStrategy", "CryptoKey", "CustomEvent",
  "DecompressionStream", "Event", "EventSource", "EventTarget", "File", "FormData", "HTMLRewriter", "MessageChannel", "MessageEvent",
  "TextDecoderStream", "TextEncoderStream", "TransformStream", "URLPattern", "WebAssembly", "WebSocketPair", "WritableStream", "caches",
  "clearImmediate", "global", "scheduler", "setImmediate",
]);

/** The first thing that the present call needed and did not get. Code that goes on without it would be guessing. */
let firstNeed;
export const needOfCall = () => firstNeed;

/** What the host is told about a thrown value. */
export function describeThrown(thrown) {
  if (thrown instanceof NotVerifiable) return { kind: "notVerifiable", needs: thrown.needs };
  if (firstNeed !== undefined) return { kind: "notVerifiable", needs: firstNeed };
  const unknown = thrown instanceof ReferenceError && /^'?(\w+)'? is not defined$/.exec(thrown.message)?.[1];
  if (PLATFORM.has(unknown)) return { kind: "notVerifiable", needs: unknown };
  if (thrown instanceof Unsupported) return { kind: "unsupported", what: thrown.what };
  const isError = thrown instanceof Error;
  const code = isError && typeof thrown.code === "string" ? thrown.code : "INTERNAL_SERVER_ERROR";
  return {
    kind: "threw",
    code,
    status: isError && typeof thrown.status === "number" ? thrown.status : (STATUS[code] ?? 500),
    conflict: thrown?.kind,
    message: isError ? `${thrown.message}` : `${thrown}`,
    isLunoraError: thrown instanceof LunoraError,
    data: thrown?.data,
    stack: isError ? `${thrown.stack ?? ""}` : "",
  };
}

const needsOfAbsent = new WeakMap();

/** What a value stands for that isn't there; `undefined` if it is a real one. */
export const needsOf = (value) => (typeof value === "function" ? needsOfAbsent.get(value) : undefined);

/** A key that a spread of something absent leaves behind; its value says what is needed. */
export const NEEDS = Symbol("needs");

let isCalling = false;

/** Says whether a function is being called. While modules are loaded, what is done with absent things gives absent things. */
export const setCalling = (flag) => {
  isCalling = flag;
  if (flag) firstNeed = undefined;
};

/** Whether a function is being called, as opposed to modules being loaded. */
export const isInCall = () => isCalling;

/** Stands for an export that isn't there: whatever a call does with it says what is needed. */
export function absent(needs) {
  const refuse = () => {
    if (isCalling) throw new NotVerifiable(needs);
    return stand;
  };
  const get = (_target, key) => {
    if (key === NEEDS) return needs;
    return key === "then" || typeof key === "symbol" ? undefined : refuse();
  };
  const refuseKeys = () => {
    if (isCalling) throw new NotVerifiable(needs);
    return [NEEDS];
  };
  const describe = (_target, key) => (key === NEEDS ? { value: needs, enumerable: true, configurable: true } : undefined);
  // A bound function has no property that could not be hidden.
  const target = function absent() {}.bind();
  for (const name of ["name", "length"]) delete target[name];
  const handler = { get, apply: refuse, construct: refuse, has: refuse, ownKeys: refuseKeys, getOwnPropertyDescriptor: describe };
  const stand = new Proxy(target, handler);
  needsOfAbsent.set(stand, needs);
  return stand;
}
