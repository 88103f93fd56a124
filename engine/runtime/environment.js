import { structuredClone } from "lunora:runtime/clone.js";
import { crypto } from "lunora:runtime/crypto.js";
import * as dates from "lunora:runtime/dates.js";
import { isInCall, NotVerifiable } from "lunora:runtime/errors.js";
import { Intl } from "lunora:runtime/languages.js";
import { native } from "lunora:runtime/native.js";
import * as web from "lunora:runtime/web.js";

const define = (name, value) =>
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

define("Date", dates.Date);

Math.random = () => native.random();

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
for (const [name, value] of Object.entries({ ...web, crypto, Intl, structuredClone })) define(name, value);
for (const name of ["WebSocket", "ReadableStream"]) {
  const get = (target, key) => (typeof key === "symbol" || key === "prototype" ? target[key] : refusing(name)());
  define(name, new Proxy(function absent() {}, { get, apply: refusing(name), construct: refusing(name) }));
}

define("self", globalThis);
define("navigator", { userAgent: "Cloudflare-Workers" });
define("performance", { timeOrigin: 0, now: () => native.now(), mark() {}, measure() {} });

/** Nothing of a process is here but its environment, which is empty but for what every bundle says. */
const PROCESS = { env: { NODE_ENV: "production" }, nextTick: (task, ...args) => queueMicrotask(() => task(...args)), browser: undefined };
define("process", new Proxy(PROCESS, { get: (target, key) => (typeof key === "symbol" || key in target ? target[key] : refusing(`process.${key}`)()) }));

/** Workers make no code of texts once they run. */
const noCode = (make) => (...given) => {
  if (isInCall()) throw new EvalError("Code generation from strings disallowed for this context");
  return make(...given);
};
const RealFunction = Function;
const makeFunction = noCode((_target, parts) => Reflect.construct(RealFunction, parts));
define("Function", new Proxy(RealFunction, { construct: makeFunction, apply: (target, _self, parts) => makeFunction(target, parts) }));
define("eval", noCode(globalThis.eval));
