/** The parts of the web platform that compute and touch nothing outside. */
import { native } from "lunora:runtime/native.js";
import { NotVerifiable } from "lunora:runtime/errors.js";

const decodePart = (text) => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};
const encodePart = (text) => encodeURIComponent(text).replaceAll("%20", "+").replace(/[!'()~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/** A list of names and values. */
class Pairs {
  constructor(entries) {
    this.list = entries.map(([name, value]) => [this.nameOf(name), String(value)]);
  }
  nameOf(name) {
    return String(name);
  }
  get(name) {
    return this.list.find(([key]) => key === this.nameOf(name))?.[1] ?? null;
  }
  has(name) {
    return this.get(name) !== null;
  }
  append(name, value) {
    this.list.push([this.nameOf(name), String(value)]);
    this.changed?.();
  }
  set(name, value) {
    const at = this.list.findIndex(([key]) => key === this.nameOf(name));
    const rest = this.list.filter(([key], position) => key !== this.nameOf(name) || position === at);
    if (at < 0) rest.push([this.nameOf(name), String(value)]);
    else rest[at] = [this.nameOf(name), String(value)];
    this.list = rest;
    this.changed?.();
  }
  delete(name) {
    this.list = this.list.filter(([key]) => key !== this.nameOf(name));
    this.changed?.();
  }
  forEach(visit) {
    for (const [name, value] of this.list) visit(value, name, this);
  }
  entries() {
    return this.list.map((pair) => [...pair])[Symbol.iterator]();
  }
  keys() {
    return this.list.map(([name]) => name)[Symbol.iterator]();
  }
  values() {
    return this.list.map(([, value]) => value)[Symbol.iterator]();
  }
  [Symbol.iterator]() {
    return this.entries();
  }
}

const pairsOf = (init) => {
  if (init === undefined || init === null) return [];
  return typeof init[Symbol.iterator] === "function" ? [...init] : Object.entries(init);
};

export class URLSearchParams extends Pairs {
  constructor(init = "") {
    const fromText = () =>
      init.replace(/^\?/, "").split("&").filter(Boolean).map((part) => {
        const at = part.indexOf("=");
        return at < 0 ? [decodePart(part), ""] : [decodePart(part.slice(0, at)), decodePart(part.slice(at + 1))];
      });
    super(typeof init === "string" ? fromText() : pairsOf(init));
    // What an address does when its parameters change.
    Object.defineProperty(this, "changed", { value: undefined, writable: true, enumerable: false });
  }
  getAll(name) {
    return this.list.filter(([key]) => key === String(name)).map(([, value]) => value);
  }
  sort() {
    this.list.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    this.changed?.();
  }
  get size() {
    return this.list.length;
  }
  toString() {
    return this.list.map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`).join("&");
  }
}

export class Headers extends Pairs {
  constructor(init) {
    super(pairsOf(init));
  }
  nameOf(name) {
    return String(name).toLowerCase();
  }
  get(name) {
    const values = this.list.filter(([key]) => key === this.nameOf(name)).map(([, value]) => value.trim());
    return values.length === 0 ? null : values.join(", ");
  }
  getSetCookie() {
    return this.list.filter(([key]) => key === "set-cookie").map(([, value]) => value);
  }
  /** Each name once, in order. */
  entries() {
    const names = [...new Set(this.list.map(([name]) => name))].sort();
    return names.map((name) => [name, this.get(name)])[Symbol.iterator]();
  }
  keys() {
    return [...this.entries()].map(([name]) => name)[Symbol.iterator]();
  }
  values() {
    return [...this.entries()].map(([, value]) => value)[Symbol.iterator]();
  }
  forEach(visit) {
    for (const [name, value] of this.entries()) visit(value, name, this);
  }
}

const PARTS = ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];

export class URL {
  #parts;
  #parameters;
  constructor(text, base) {
    const parts = native.parseUrl(text, base);
    if (!parts) throw new TypeError(`Invalid URL: ${text}`);
    this.#parts = parts;
    this.#parameters = new URLSearchParams(parts.search);
    this.#parameters.changed = () => {
      const text = this.#parameters.toString();
      this.#parts = native.changeUrl(this.#parts.href, "search", text);
    };
  }
  static canParse(text, base) {
    return Boolean(native.parseUrl(text, base));
  }
  static parse(text, base) {
    return URL.canParse(text, base) ? new URL(text, base) : null;
  }
  static {
    for (const part of PARTS) {
      const get = function get() {
        return this.#parts[part];
      };
      const set = function set(value) {
        this.#parts = native.changeUrl(this.#parts.href, part, String(value));
        if (part === "search") this.#parameters.list = new URLSearchParams(this.#parts.search).list;
      };
      Object.defineProperty(URL.prototype, part, { configurable: true, enumerable: true, get, set });
    }
  }
  get searchParams() {
    return this.#parameters;
  }
  get origin() {
    return this.#parts.origin;
  }
  get href() {
    return this.#parts.href;
  }
  set href(text) {
    const parts = native.parseUrl(text);
    if (!parts) throw new TypeError(`Invalid URL: ${text}`);
    this.#parts = parts;
    this.#parameters.list = new URLSearchParams(parts.search).list;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
}

/** What requests and responses share: headers, and a body that is a text. */
class Message {
  constructor(body, init = {}) {
    this.headers = new Headers(init.headers);
    if (typeof body === "object" && body !== null && !(body instanceof URLSearchParams)) throw new NotVerifiable("a body that is no text");
    this.content = body === undefined || body === null ? "" : String(body);
  }
  async text() {
    return this.content;
  }
  async json() {
    return JSON.parse(this.content);
  }
}

export class Response extends Message {
  constructor(body, init = {}) {
    super(body, init);
    this.status = init.status ?? 200;
    this.statusText = init.statusText ?? "";
  }
  get ok() {
    return this.status >= 200 && this.status < 300;
  }
  static json(value, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(JSON.stringify(value), { ...init, headers });
  }
  static redirect(url, status = 302) {
    return new Response(null, { status, headers: { location: String(url) } });
  }
}

export class Request extends Message {
  constructor(url, init = {}) {
    super(init.body, init);
    this.url = String(url?.url ?? url);
    this.method = (init.method ?? "GET").toUpperCase();
  }
}

/** A signal. Only its controller sets it, or the clock. */
export class AbortSignal {
  aborted = false;
  reason = undefined;
  onabort = null;
  #listeners = new Set();
  addEventListener(name, listener) {
    if (name === "abort") this.#listeners.add(listener);
  }
  removeEventListener(name, listener) {
    if (name === "abort") this.#listeners.delete(listener);
  }
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
  static abort(reason) {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }
  static timeout(milliseconds) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")), milliseconds);
    return controller.signal;
  }
  static any(signals) {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener("abort", () => controller.abort(signal.reason));
    }
    return controller.signal;
  }
  /** For the controller. */
  static set(signal, reason) {
    if (signal.aborted) return;
    signal.aborted = true;
    signal.reason = reason;
    const event = { type: "abort", target: signal };
    for (const listener of [signal.onabort, ...signal.#listeners].filter(Boolean)) (listener.handleEvent ?? listener).call(signal, event);
  }
}
const setSignal = AbortSignal.set;
delete AbortSignal.set;

export class AbortController {
  signal = new AbortSignal();
  abort(reason = new DOMException("The operation was aborted", "AbortError")) {
    setSignal(this.signal, reason);
  }
}

export class TextEncoder {
  encoding = "utf-8";
  encode(text = "") {
    const bytes = [];
    for (const character of String(text).toWellFormed()) {
      const point = character.codePointAt(0);
      if (point < 0x80) bytes.push(point);
      else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
      else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
      else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
    return new Uint8Array(bytes);
  }
  encodeInto(text, target) {
    let [read, written] = [0, 0];
    for (const character of String(text)) {
      const bytes = this.encode(character);
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      read += character.length;
      written += bytes.length;
    }
    return { read, written };
  }
}

const bytesOf = (data) => (data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

export class TextDecoder {
  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    if (!/^\s*(?:utf-?8|unicode-1-1-utf-8)\s*$/i.test(label)) throw new NotVerifiable(`TextDecoder for ${label}`);
    Object.assign(this, { encoding: "utf-8", fatal, ignoreBOM });
  }
  decode(data = new Uint8Array(), { stream = false } = {}) {
    if (stream) throw new NotVerifiable("TextDecoder for parts of a stream");
    const text = native.decodeText(bytesOf(data), this.fatal);
    if (text === undefined) throw new TypeError("The encoded data was not valid");
    return !this.ignoreBOM && text.startsWith("\ufeff") ? text.slice(1) : text;
  }
}

/** Text whose characters are bytes, as base64. */
export function btoa(text) {
  const bytes = Array.from(String(text), (character) => character.codePointAt(0));
  if (bytes.some((byte) => byte > 255)) throw new DOMException("btoa() can only operate on characters in the Latin1 range", "InvalidCharacterError");
  return native.base64Encode(bytes);
}

/** What base64 stands for, a character for each byte. */
export function atob(text) {
  const bare = String(text).replace(/[\t\n\f\r ]/g, "");
  const body = bare.length % 4 === 0 ? bare.replace(/==?$/, "") : bare;
  if (body.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(body)) throw new DOMException("atob() called with invalid base64-encoded data", "InvalidCharacterError");
  return native.base64Decode(body.padEnd(Math.ceil(body.length / 4) * 4, "=")).map((byte) => String.fromCharCode(byte)).join("");
}
