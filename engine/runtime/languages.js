import { native } from "lunora:runtime/native.js";
import { NotVerifiable } from "lunora:runtime/errors.js";
import { DateTimeFormat, languageOf, ListFormat, NumberFormat, PluralRules, RelativeTimeFormat, shownDate, shownNumber } from "lunora:runtime/formats.js";

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

/** A class that can be called without `new`. */
const called = (format) => new Proxy(format, { apply: (_target, _self, [locales, options]) => new format(locales, options) });

/** What is known of `Intl`; whatever else is asked of it says what is needed. */
export const Intl = new Proxy(
  {
    Collator: called(Collator),
    DateTimeFormat: called(DateTimeFormat),
    NumberFormat: called(NumberFormat),
    ListFormat,
    PluralRules,
    RelativeTimeFormat,
  },
  {
    get(target, name) {
      if (typeof name === "symbol" || name in target) return target[name];
      throw new NotVerifiable(`Intl.${name}`);
    },
  },
);

const own = (prototype, name, value) => Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
own(String.prototype, "localeCompare", function localeCompare(other, locales, options) {
  return compared(this, other, locales, options);
});
own(Number.prototype, "toLocaleString", function toLocaleString(locales, options) {
  return shownNumber(Number(this), locales, options);
});
own(Date.prototype, "toLocaleDateString", function toLocaleDateString(locales, options) {
  return shownDate(this, locales, options);
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
