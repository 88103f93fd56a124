import { native } from "lunora:runtime/native.js";
import { NotVerifiable } from "lunora:runtime/errors.js";

const RealDate = Date;
const offsetHere = RealDate.prototype.getTimezoneOffset;
const ZONED = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*(?:\([^)]*\))?\s*$/i;
const ONLY_A_DATE = /^\s*[+-]?\d{4,6}(?:-\d{2}(?:-\d{2})?)?\s*$/;

/** The time that a text means. Where it names no zone it means UTC, wherever this runs. */
function parsed(text) {
  const time = RealDate.parse(text);
  if (Number.isNaN(time) || ZONED.test(text) || ONLY_A_DATE.test(text)) return time;
  return time - offsetHere.call(new RealDate(time)) * 60_000;
}

const timeOf = (value) => {
  if (value instanceof RealDate) return value.getTime();
  const plain = typeof value === "object" && value !== null ? value[Symbol.toPrimitive]?.("default") ?? value.valueOf() : value;
  return typeof plain === "string" ? parsed(plain) : Number(plain);
};

/** `Date` on the virtual clock, in UTC as workers are. */
class VirtualDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(native.now());
    else super(parts.length === 1 ? timeOf(parts[0]) : RealDate.UTC(...parts));
  }
  static now() {
    return native.now();
  }
  static parse(text) {
    return parsed(String(text));
  }
}

for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
  RealDate.prototype[`get${part}`] = RealDate.prototype[`getUTC${part}`];
  if (part !== "Day") RealDate.prototype[`set${part}`] = RealDate.prototype[`setUTC${part}`];
}

const prototype = {
  getTimezoneOffset() {
    return Number.isNaN(this.getTime()) ? NaN : 0;
  },
  getYear() {
    return this.getUTCFullYear() - 1900;
  },
  toDateString() {
    if (Number.isNaN(this.getTime())) return "Invalid Date";
    const [day, date, month, year] = this.toUTCString().replace(",", "").split(" ");
    return `${day} ${month} ${date} ${year}`;
  },
  toTimeString() {
    if (Number.isNaN(this.getTime())) return "Invalid Date";
    return `${this.toUTCString().split(" ")[4]} GMT+0000 (Coordinated Universal Time)`;
  },
  toString() {
    return Number.isNaN(this.getTime()) ? "Invalid Date" : `${this.toDateString()} ${this.toTimeString()}`;
  },
};
for (const name of ["toLocaleString", "toLocaleTimeString"]) {
  prototype[name] = () => {
    throw new NotVerifiable(`Intl, for Date.prototype.${name}`);
  };
}
for (const [name, value] of Object.entries(prototype)) {
  Object.defineProperty(RealDate.prototype, name, { value, writable: true, configurable: true, enumerable: false });
}

const CalledDate = new Proxy(VirtualDate, { apply: () => new VirtualDate().toString() });
Object.defineProperty(RealDate.prototype, "constructor", { value: CalledDate, writable: true, configurable: true, enumerable: false });

export { CalledDate as Date };
