import { native } from "lunora:runtime/native.js";
import { NotVerifiable } from "lunora:runtime/errors.js";

/** The language of a worker. */
const OWN_LANGUAGE = "en-US";

const languageOf = (locales) => {
  const first = Array.isArray(locales) ? locales[0] : locales;
  return first === undefined ? OWN_LANGUAGE : String(first);
};

/** The order of two texts; what the host does not know is not guessed. */
function compared(left, right, locales, options = {}) {
  const { sensitivity = "variant", numeric = false, usage = "sort", ...others } = options ?? {};
  const unknown = Object.keys(others).find((name) => others[name] !== undefined);
  if (unknown !== undefined || usage !== "sort") throw new NotVerifiable(`Intl.Collator with ${unknown ?? `usage ${usage}`}`);
  const order = native.collate(String(left).toWellFormed(), String(right).toWellFormed(), languageOf(locales), sensitivity, Boolean(numeric));
  if (order === undefined || order === null) throw new RangeError(`Incorrect locale information provided`);
  return order;
}

class Collator {
  constructor(locales, options) {
    this.compare = (left, right) => compared(left, right, locales, options);
  }
}
const CalledCollator = new Proxy(Collator, { apply: (_target, _self, [locales, options]) => new Collator(locales, options) });

/** What is known of `Intl`; whatever else is asked of it says what is needed. */
export const Intl = new Proxy(
  { Collator: CalledCollator },
  {
    get(target, name) {
      if (typeof name === "symbol" || name in target) return target[name];
      throw new NotVerifiable(`Intl.${name}`);
    },
  },
);

/** A number as American English has it: groups of three, at most so many digits behind the point. */
function grouped(number, least, most) {
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number < 0 ? "-∞" : "∞";
  const text = rounded(Math.abs(number).toString(), most);
  const [whole, fraction = ""] = text.split(".");
  const digits = fraction.replace(/0+$/, "").padEnd(least, "0");
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (digits && `.${digits}`);
}

/** Rounds the shortest decimal form of a number, halves away from zero. */
function rounded(text, most) {
  const [whole, fraction = ""] = text.split(".");
  if (fraction.length <= most) return text;
  const scaled = BigInt(whole + fraction.slice(0, most)) + (fraction[most] >= "5" ? 1n : 0n);
  const digits = scaled.toString().padStart(most + 1, "0");
  return most === 0 ? digits : `${digits.slice(0, -most)}.${digits.slice(-most)}`;
}

function localeString(number, locales, options = {}) {
  const { minimumFractionDigits: least = 0, maximumFractionDigits: most = Math.max(3, least), ...others } = options ?? {};
  const isPlain = ["en-US", "en"].includes(languageOf(locales)) && Object.values(others).every((value) => value === undefined);
  const size = Math.abs(Number(number));
  // Beyond these the shortest form of a number has an exponent.
  const isWritten = size === 0 || !Number.isFinite(size) || (size >= 1e-6 && size < 1e21);
  if (!isPlain || !isWritten) throw new NotVerifiable("Intl.NumberFormat");
  return grouped(number, least, most);
}

const own = (prototype, name, value) => Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
own(String.prototype, "localeCompare", function localeCompare(other, locales, options) {
  return compared(this, other, locales, options);
});
own(Number.prototype, "toLocaleString", function toLocaleString(locales, options) {
  return localeString(Number(this), locales, options);
});
own(BigInt.prototype, "toLocaleString", function toLocaleString() {
  throw new NotVerifiable("Intl.NumberFormat");
});
for (const name of ["toLocaleUpperCase", "toLocaleLowerCase"]) {
  const plain = String.prototype[name];
  own(String.prototype, name, function inLanguage(locales) {
    if (/^(?:tr|az|lt)\b/i.test(languageOf(locales))) throw new NotVerifiable(`Intl, for ${name} of ${languageOf(locales)}`);
    return plain.call(this);
  });
}
