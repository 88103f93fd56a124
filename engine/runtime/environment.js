import { native, uuid } from "lunora:runtime/native.js";
import { NotVerifiable } from "lunora:runtime/errors.js";
import * as web from "lunora:runtime/web.js";

const define = (name, value) =>
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

const RealDate = Date;

/** `Date` on the virtual clock. */
class VirtualDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(native.now());
    else super(...parts);
  }
  static now() {
    return native.now();
  }
}
define("Date", new Proxy(VirtualDate, { apply: () => new VirtualDate().toString() }));

Math.random = () => native.random();

define("crypto", {
  randomUUID: uuid,
  getRandomValues(array) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(native.random() * 256);
    return array;
  },
  get subtle() {
    throw new NotVerifiable("crypto.subtle");
  },
});

const timers = [];
let nextTimer = 1;

const setTimer = (handler, delay, args, every) => {
  const wait = Math.max(0, Number(delay) || 0);
  timers.push({ id: nextTimer, at: native.now() + wait, handler, args, every: every ? Math.max(1, wait) : undefined });
  return nextTimer++;
};
const clearTimer = (id) => {
  const at = timers.findIndex((timer) => timer.id === id);
  if (at >= 0) timers.splice(at, 1);
};

define("setTimeout", (handler, delay, ...args) => setTimer(handler, delay, args, false));
define("setInterval", (handler, delay, ...args) => setTimer(handler, delay, args, true));
define("clearTimeout", clearTimer);
define("clearInterval", clearTimer);

/** Moves the clock to the next timer and runs it; says whether there was one. */
export function runNextTimer() {
  if (timers.length === 0) return false;
  timers.sort((left, right) => left.at - right.at || left.id - right.id);
  const timer = timers.shift();
  native.advance(Math.max(0, timer.at - native.now()));
  if (timer.every) timers.push({ ...timer, at: timer.at + timer.every });
  timer.handler(...timer.args);
  return true;
}

/** Waits until nothing else can run without the clock moving on. */
export const idle = () => new Promise((resolve) => setTimer(resolve, 0, [], false));

/** Drops what a call left behind, so that it can't reach into the next one. */
export const clearTimers = () => {
  timers.length = 0;
};

const show = (value) => {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

const writer = (level) => (...values) => native.log(level, values.map(show).join(" "));

/** `console`, and `ctx.log` of every context. */
export const log = Object.fromEntries(["debug", "info", "log", "warn", "error", "trace"].map((level) => [level, writer(level)]));
define("console", { ...log, table: log.log, dir: log.log, group() {}, groupEnd() {}, time() {}, timeEnd() {}, assert() {} });

const refusing = (needs) => () => {
  throw new NotVerifiable(needs);
};

define("fetch", async () => refusing("the network")());
for (const [name, value] of Object.entries(web)) define(name, value);
for (const name of ["WebSocket", "Intl", "ReadableStream"]) {
  if (name in globalThis) continue;
  define(name, new Proxy(function absent() {}, { get: refusing(name), apply: refusing(name), construct: refusing(name) }));
}

define("process", { env: {} });
define("btoa", (text) => native.base64Encode(Array.from(text, (character) => character.charCodeAt(0) & 255)));
define("atob", (text) => String.fromCharCode(...native.base64Decode(text)));

class VirtualTextEncoder {
  encode(text = "") {
    const bytes = [];
    for (const character of String(text)) {
      const point = character.codePointAt(0);
      if (point < 0x80) bytes.push(point);
      else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
      else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
      else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
    return new Uint8Array(bytes);
  }
}
define("TextEncoder", VirtualTextEncoder);

class VirtualTextDecoder {
  decode(bytes = new Uint8Array()) {
    const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
    const escaped = Array.from(view, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    return decodeURIComponent(escaped);
  }
}
define("TextDecoder", VirtualTextDecoder);

const clone = (value) => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(clone);
  if (value instanceof RealDate) return new Date(value.getTime());
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [clone(key), clone(item)]));
  if (value instanceof Set) return new Set([...value].map(clone));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clone(item)]));
};
define("structuredClone", clone);
