/** The parts of the web platform that compute and touch nothing outside. */

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
  }
  set(name, value) {
    const at = this.list.findIndex(([key]) => key === this.nameOf(name));
    const rest = this.list.filter(([key], position) => key !== this.nameOf(name) || position === at);
    if (at < 0) rest.push([this.nameOf(name), String(value)]);
    else rest[at] = [this.nameOf(name), String(value)];
    this.list = rest;
  }
  delete(name) {
    this.list = this.list.filter(([key]) => key !== this.nameOf(name));
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
  }
  getAll(name) {
    return this.list.filter(([key]) => key === String(name)).map(([, value]) => value);
  }
  sort() {
    this.list.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
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
}

const ABSOLUTE = /^([a-z][a-z0-9+.-]*:)\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^:/?#]*)(?::(\d+))?([^?#]*)(\?[^#]*)?(#.*)?$/i;
const DEFAULT_PORTS = { "http:": "80", "https:": "443", "ws:": "80", "wss:": "443" };

const resolved = (text, base) => {
  if (ABSOLUTE.test(text) || base === undefined) return text;
  const from = new URL(base);
  if (text.startsWith("//")) return from.protocol + text;
  if (text.startsWith("/")) return from.origin + text;
  if (text.startsWith("?")) return from.origin + from.pathname + text;
  if (text.startsWith("#")) return from.origin + from.pathname + from.search + text;
  return from.origin + from.pathname.replace(/[^/]*$/, "") + text;
};

const withoutDots = (path) => {
  const steps = [];
  for (const step of path.split("/").slice(1)) {
    if (step === "..") steps.pop();
    else if (step !== ".") steps.push(step);
  }
  return `/${steps.join("/")}`;
};

export class URL {
  constructor(text, base) {
    const match = ABSOLUTE.exec(resolved(String(text).trim(), base));
    if (!match || !match[4]) throw new TypeError(`Invalid URL: ${text}`);
    const [, protocol, username = "", password = "", hostname, port = "", path, search = "", hash = ""] = match;
    this.protocol = protocol.toLowerCase();
    Object.assign(this, { username, password, hash, hostname: hostname.toLowerCase() });
    this.port = port === DEFAULT_PORTS[this.protocol] ? "" : port;
    this.pathname = withoutDots(path || "/");
    this.searchParams = new URLSearchParams(search);
  }
  static canParse(text, base) {
    try {
      return Boolean(new URL(text, base));
    } catch {
      return false;
    }
  }
  get search() {
    const text = this.searchParams.toString();
    return text && `?${text}`;
  }
  set search(text) {
    this.searchParams = new URLSearchParams(text);
  }
  get host() {
    return this.hostname + (this.port && `:${this.port}`);
  }
  get origin() {
    return `${this.protocol}//${this.host}`;
  }
  get href() {
    const user = this.username && `${this.username}${this.password && `:${this.password}`}@`;
    return `${this.protocol}//${user}${this.host}${this.pathname}${this.search}${this.hash}`;
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

/** A signal that nothing but its controller sets. */
export class AbortController {
  constructor() {
    const listeners = [];
    this.signal = { aborted: false, reason: undefined, addEventListener: (_name, listener) => listeners.push(listener), removeEventListener() {}, throwIfAborted() {} };
    this.abort = (reason) => {
      Object.assign(this.signal, { aborted: true, reason });
      for (const listener of listeners) listener();
    };
  }
}
