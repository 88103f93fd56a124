import { NotVerifiable } from "lunora:runtime/errors.js";

/** The language of a worker. */
const OWN_LANGUAGE = "en-US";

/** The language that is asked for first. */
export const languageOf = (locales) => {
  const first = Array.isArray(locales) ? locales[0] : locales;
  return first === undefined ? OWN_LANGUAGE : String(first);
};

/** American English and these options are known by heart; what is asked for beyond them is not guessed. */
function requireKnown(what, locales, options) {
  const unknown = Object.keys(options).find((name) => options[name] !== undefined);
  if (!["en-US", "en"].includes(languageOf(locales))) throw new NotVerifiable(`${what} of ${languageOf(locales)}`);
  if (unknown !== undefined) throw new NotVerifiable(`${what} with ${unknown}`);
}

/** Rounds the shortest decimal form of a number, halves away from zero. */
function rounded(text, most) {
  const [whole, fraction = ""] = text.split(".");
  if (fraction.length <= most) return text;
  const scaled = BigInt(whole + fraction.slice(0, most)) + (fraction[most] >= "5" ? 1n : 0n);
  const digits = scaled.toString().padStart(most + 1, "0");
  return most === 0 ? digits : `${digits.slice(0, -most)}.${digits.slice(-most)}`;
}

/** A decimal form times a hundred. */
function hundredfold(text) {
  const [whole, fraction = ""] = text.split(".");
  const digits = (whole + fraction.slice(0, 2).padEnd(2, "0")).replace(/^0+(?=\d)/, "");
  return fraction.length > 2 ? `${digits}.${fraction.slice(2)}` : digits;
}

/** The digits of a number that is not negative: groups of three, and so many behind the point. */
function digitsOf(size, { least, most, isGrouped, isPercent }) {
  if (!Number.isFinite(size)) return "∞";
  const plain = size.toString();
  const [whole, fraction = ""] = rounded(isPercent ? hundredfold(plain) : plain, most).split(".");
  const digits = fraction.replace(/0+$/, "").padEnd(least, "0");
  return (isGrouped ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole) + (digits && `.${digits}`);
}

const SYMBOLS = { USD: "$", EUR: "€", GBP: "£" };

/** A number in American English: plain, in percent, or as money of a few currencies. */
export function shownNumber(number, locales, options = {}) {
  const { style = "decimal", currency, useGrouping = true, minimumFractionDigits, maximumFractionDigits, ...others } = options ?? {};
  requireKnown("Intl.NumberFormat", locales, others);
  const symbol = style === "currency" ? SYMBOLS[currency] : "";
  const isKnown = ["decimal", "percent"].includes(style) || symbol;
  const size = Math.abs(number);
  // Beyond these the shortest form of a number has an exponent.
  const isWritten = size === 0 || !Number.isFinite(size) || (size >= 1e-6 && size < 1e21);
  if (!isKnown || !isWritten || typeof useGrouping !== "boolean") throw new NotVerifiable("Intl.NumberFormat of this kind");
  const [usual, usualMost] = { decimal: [0, 3], percent: [0, 0], currency: [2, 2] }[style];
  const least = minimumFractionDigits ?? Math.min(usual, maximumFractionDigits ?? usual);
  const most = maximumFractionDigits ?? Math.max(usualMost, least);
  if (least > most) throw new RangeError("maximumFractionDigits value is out of range.");
  if (Number.isNaN(number)) return `${symbol}NaN${style === "percent" ? "%" : ""}`;
  const digits = digitsOf(size, { least, most, isGrouped: useGrouping, isPercent: style === "percent" });
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  return `${sign}${symbol}${digits}${style === "percent" ? "%" : ""}`;
}

export class NumberFormat {
  constructor(locales, options) {
    this.format = (number) => {
      if (typeof number !== "number") throw new NotVerifiable("Intl.NumberFormat of what is no number");
      return shownNumber(number, locales, options);
    };
  }
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const STYLES = {
  full: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  long: { year: "numeric", month: "long", day: "numeric" },
  medium: { year: "numeric", month: "short", day: "numeric" },
  short: { year: "2-digit", month: "numeric", day: "numeric" },
};

/** A number of a date in one of two lengths; nothing if it is not asked for. */
const part = (length, value) => length && (length === "2-digit" ? String(value % 100).padStart(2, "0") : String(value));
const name = (length, names, at) => length && (length === "short" ? names[at].slice(0, 3) : names[at]);

/** A day in American English and UTC, without the time of the day. */
export function shownDate(date, locales, options = {}) {
  const { timeZone = "UTC", dateStyle, weekday, year, month, day, ...others } = options ?? {};
  requireKnown("Intl.DateTimeFormat", locales, others);
  if (timeZone !== "UTC") throw new NotVerifiable(`Intl.DateTimeFormat in ${timeZone}`);
  if (Number.isNaN(date.getTime())) return "Invalid Date";
  const given = { weekday, year, month, day };
  const isNone = Object.values(given).every((length) => length === undefined);
  const wanted = dateStyle ? STYLES[dateStyle] : isNone ? { year: "numeric", month: "numeric", day: "numeric" } : given;
  const isNarrow = Object.values(wanted ?? {}).includes("narrow");
  const isNumeric = ["numeric", "2-digit", undefined].includes(wanted?.month);
  const isApart = Boolean(wanted?.day) !== Boolean(wanted?.month) && (wanted.weekday || (wanted.day && wanted.year));
  if (!wanted || isNarrow || isApart || (wanted.weekday && wanted.year && !wanted.day) || (!isNumeric && wanted.year === "2-digit")) {
    throw new NotVerifiable("Intl.DateTimeFormat of this kind");
  }
  const dayName = name(wanted.weekday, DAYS, date.getUTCDay());
  const shownYear = part(wanted.year, date.getUTCFullYear());
  const shownDay = part(wanted.day, date.getUTCDate());
  if (isNumeric) return [dayName, [part(wanted.month, date.getUTCMonth() + 1), shownDay, shownYear].filter(Boolean).join("/")].filter(Boolean).join(", ");
  const monthAndDay = [name(wanted.month, MONTHS, date.getUTCMonth()), shownDay].filter(Boolean).join(" ");
  const isPair = shownYear && !shownDay && !dayName;
  return [dayName, isPair ? `${monthAndDay} ${shownYear}` : [monthAndDay, shownYear].filter(Boolean).join(", ")].filter(Boolean).join(", ");
}

export class DateTimeFormat {
  constructor(locales, options) {
    this.format = (date = new Date()) => {
      const moment = new Date(date);
      if (Number.isNaN(moment.getTime())) throw new RangeError("Invalid time value");
      return shownDate(moment, locales, options);
    };
    this.resolvedOptions = () => ({ locale: languageOf(locales), calendar: "gregory", numberingSystem: "latn", timeZone: options?.timeZone ?? "UTC" });
  }
}

export class PluralRules {
  constructor(locales, options = {}) {
    this.select = (number) => {
      const { type = "cardinal", ...others } = options;
      requireKnown("Intl.PluralRules", locales, others);
      if (type === "cardinal") return number === 1 ? "one" : "other";
      const [tens, ones] = [number % 100, number % 10];
      return { 1: "one", 2: "two", 3: "few" }[tens > 10 && tens < 14 ? 0 : ones] ?? "other";
    };
  }
}

export class ListFormat {
  constructor(locales, options = {}) {
    this.format = (list) => {
      const { type = "conjunction", style = "long", ...others } = options;
      const word = { conjunction: "and", disjunction: "or" }[type];
      requireKnown("Intl.ListFormat", locales, others);
      if (!word || style !== "long") throw new NotVerifiable("Intl.ListFormat of this kind");
      const texts = [...list];
      if (texts.length < 3) return texts.join(` ${word} `);
      return `${texts.slice(0, -1).join(", ")}, ${word} ${texts.at(-1)}`;
    };
  }
}

const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];

export class RelativeTimeFormat {
  constructor(locales, options = {}) {
    this.format = (value, units) => {
      const { numeric = "always", style = "long", ...others } = options;
      const unit = String(units).replace(/s$/, "");
      requireKnown("Intl.RelativeTimeFormat", locales, others);
      if (numeric !== "always" || style !== "long") throw new NotVerifiable("Intl.RelativeTimeFormat of this kind");
      if (!UNITS.includes(unit)) throw new RangeError(`Invalid unit argument for format() '${units}'`);
      const amount = `${shownNumber(Math.abs(value), locales)} ${unit}${Math.abs(value) === 1 ? "" : "s"}`;
      return value < 0 || Object.is(value, -0) ? `${amount} ago` : `in ${amount}`;
    };
  }
}
