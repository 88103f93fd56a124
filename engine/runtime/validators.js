import { LunoraError, NEEDS, needsOf, NotVerifiable, validationError } from "lunora:runtime/errors.js";

const BRAND = Symbol("validator");

/** Whether a value is a validator. */
export const isValidator = (value) => typeof value === "object" && value !== null && value[BRAND] === true;

/** What a value is, for messages. */
const nameOf = (value) => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return typeof value;
};

const refuse = (path, expected, value) => {
  throw validationError(path, expected, nameOf(value));
};

/**
 * A validator. `state` holds what it is made of (`kind` and the parts of that kind), `read` turns a present value into the
 * parsed one or throws; everything chained copies it with more state.
 */
class Validator {
  constructor(state, read) {
    this[BRAND] = true;
    this.state = { refinements: [], ...state };
    this.read = read;
    this.kind = state.kind;
  }

  with(changes) {
    return new this.constructor({ ...this.state, ...changes }, this.read);
  }

  refine(name, limit, holds) {
    return this.with({ refinements: [...this.state.refinements, { name, limit, holds }] });
  }

  /** The parsed value; throws `VALIDATION_ERROR`. `strict` refuses unknown keys, as outputs do. */
  parseAt(value, path, strict) {
    if (value === undefined) {
      if (this.state.isOptional) return undefined;
      refuse(path, this.kind, value);
    }
    if (value === null && this.state.isNullable) return null;
    const parsed = this.read(value, path, strict, this.state);
    for (const { name, limit, holds } of this.state.refinements) {
      if (!holds(parsed)) throw validationError(path, limit === undefined ? name : `${name} ${limit}`, "a value that fails it");
    }
    return parsed;
  }

  parse(value) {
    return this.parseAt(value, [], false);
  }

  safeParse(value) {
    try {
      return { ok: true, value: this.parse(value) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  nullable() {
    return this.with({ isNullable: true });
  }

  default(value) {
    return this.with({ default: { value } });
  }

  $defaultFn(make) {
    return this.with({ defaultFn: make });
  }

  $onUpdateFn(make) {
    return this.with({ onUpdateFn: make });
  }

  serverDefault(make) {
    return this.with({ serverDefault: make });
  }

  unique() {
    return this.with({ isUnique: true });
  }

  $type() {
    return this;
  }

  check(predicate, message) {
    const name = typeof message === "string" ? message : (message?.message ?? "check");
    return this.refine(name, undefined, (value) => Boolean(predicate(value)));
  }

  meta(meta) {
    return this.with({ meta: { ...this.state.meta, ...meta } });
  }
}

const length = (value) => value.length;

class StringValidator extends Validator {
  min(limit) {
    return this.refine("min", limit, (value) => length(value) >= limit);
  }
  max(limit) {
    return this.refine("max", limit, (value) => length(value) <= limit);
  }
  length(limit) {
    return this.refine("length", limit, (value) => length(value) === limit);
  }
  pattern(regex) {
    const stateless = new RegExp(regex.source, regex.flags.replace(/[gy]/g, ""));
    return this.refine("pattern", regex.source, (value) => stateless.test(value));
  }
  email() {
    return this.refine("email", undefined, (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value));
  }
  url() {
    return this.refine("url", undefined, (value) => /^[a-z][a-z0-9+.-]*:\/\/[^\s/]+/i.test(value));
  }
}

class NumberValidator extends Validator {
  min(limit) {
    return this.refine("min", limit, (value) => value >= limit);
  }
  max(limit) {
    return this.refine("max", limit, (value) => value <= limit);
  }
  int() {
    return this.refine("int", undefined, Number.isInteger);
  }
  positive() {
    return this.refine("positive", undefined, (value) => value > 0);
  }
}

class TimeValidator extends Validator {
  defaultNow() {
    return this.with({ defaultNow: true });
  }
}

class ArrayValidator extends Validator {
  min(limit) {
    return this.refine("min", limit, (value) => value.length >= limit);
  }
  max(limit) {
    return this.refine("max", limit, (value) => value.length <= limit);
  }
}

class ObjectValidator extends Validator {
  strip() {
    return this.with({ isStripped: true });
  }
}

const typed = (type) => (value, path, _strict, state) => (typeof value === type ? value : refuse(path, state.kind, value));

const finite = (value, path, _strict, state) =>
  typeof value === "number" && Number.isFinite(value) ? value : refuse(path, state.kind, value);

function readArray(value, path, strict, { item }) {
  if (!Array.isArray(value)) refuse(path, "array", value);
  return value.map((element, index) => item.parseAt(element, [...path, index], strict));
}

function readObject(value, path, strict, { shape, isStripped }) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "object", value);
  if (strict && !isStripped) {
    const unknown = Object.keys(value).find((key) => !(key in shape) && value[key] !== undefined);
    if (unknown !== undefined) throw validationError([...path, unknown], "no such key", nameOf(value[unknown]));
  }
  const result = {};
  for (const key of Object.keys(shape)) {
    const parsed = shape[key].parseAt(value[key], [...path, key], strict);
    if (parsed !== undefined) result[key] = parsed;
  }
  return result;
}

function readRecord(value, path, strict, { key: keyValidator, item }) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "record", value);
  const result = {};
  for (const key of Object.keys(value)) {
    keyValidator.parseAt(key, [...path, key], strict);
    result[key] = item.parseAt(value[key], [...path, key], strict);
  }
  return result;
}

function readUnion(value, path, strict, { members }) {
  for (const member of members) {
    try {
      return member.parseAt(value, path, strict);
    } catch (error) {
      if (!(error instanceof LunoraError)) throw error;
    }
  }
  return refuse(path, "one of a union", value);
}

function readFrom(value, path, _strict, { standard }) {
  const outcome = standard["~standard"].validate(value);
  if (typeof outcome?.then === "function") throw new NotVerifiable("a validator that answers at once");
  if (outcome.issues) throw validationError(path, outcome.issues[0]?.message ?? "a valid value", nameOf(value));
  return outcome.value;
}

const point = (value) =>
  typeof value === "object" && value !== null && Math.abs(value.lat) <= 90 && Math.abs(value.lng) <= 180;

const optional = (inner) => inner.with({ isOptional: true });

/** The validators. */
export const v = {
  any: () => new Validator({ kind: "any" }, (value) => value),
  array: (item) => new ArrayValidator({ kind: "array", item }, readArray),
  bigint: () => new Validator({ kind: "bigint" }, typed("bigint")),
  boolean: () => new Validator({ kind: "boolean" }, typed("boolean")),
  bytes: () =>
    new Validator({ kind: "bytes" }, (value, path) => (value instanceof ArrayBuffer ? value : refuse(path, "bytes", value))),
  date: () => new TimeValidator({ kind: "date" }, finite),
  from: (standard) =>
    isValidator(standard)
      ? new Validator({ kind: "from", inner: standard }, (value, path, strict) => standard.parseAt(value, path, strict))
      : new Validator({ kind: "from", standard }, readFrom),
  geoPoint: () =>
    new Validator({ kind: "geoPoint" }, (value, path) => (point(value) ? value : refuse(path, "geoPoint", value))),
  id: (table) => new Validator({ kind: "id", table }, typed("string")),
  literal: (literal) =>
    new Validator({ kind: "literal", literal }, (value, path) =>
      value === literal ? value : refuse(path, JSON.stringify(literal) ?? "literal", value),
    ),
  null: () => new Validator({ kind: "null" }, (value, path) => (value === null ? value : refuse(path, "null", value))),
  number: () => new NumberValidator({ kind: "number" }, finite),
  object: (shape) => new ObjectValidator({ kind: "object", shape }, readObject),
  optional,
  partial: (shape) => Object.fromEntries(Object.entries(shape).map(([key, validator]) => [key, optional(validator)])),
  record: (key, item) => new Validator({ kind: "record", key, item }, readRecord),
  storage: () => new StringValidator({ kind: "storage" }, typed("string")),
  string: () => new StringValidator({ kind: "string" }, typed("string")),
  timestamp: () => new TimeValidator({ kind: "timestamp" }, finite),
  union: (...members) => new Validator({ kind: "union", members }, readUnion),
};

/** Arguments as a handler gets them: declared ones parsed, the others dropped. */
export function parseArguments(shape, args) {
  const given = args ?? {};
  if (typeof given !== "object" || Array.isArray(given)) throw validationError([], "an object of arguments", nameOf(given));
  if (shape[NEEDS] !== undefined) throw new NotVerifiable(shape[NEEDS]);
  const result = {};
  for (const key of Object.keys(shape)) {
    const needs = needsOf(shape[key]);
    if (needs !== undefined) throw new NotVerifiable(needs);
    const parsed = shape[key].parseAt(given[key], [key], false);
    if (parsed !== undefined) result[key] = parsed;
  }
  return result;
}

/** A validator as the host reads it. */
export function describeValidator({ state }) {
  const description = {
    kind: state.kind,
    isOptional: Boolean(state.isOptional),
    isNullable: Boolean(state.isNullable),
    isUnique: Boolean(state.isUnique),
    hasDefault: Boolean(state.default || state.defaultFn || state.serverDefault || state.defaultNow),
    refinements: state.refinements.map(({ name, limit }) => ({ name, limit: limit === undefined ? null : limit })),
  };
  if (state.kind === "id") description.table = state.table;
  if (state.kind === "literal") description.literal = typeof state.literal === "bigint" ? `${state.literal}` : state.literal;
  if (state.item) description.item = describeValidator(state.item);
  if (state.key) description.key = describeValidator(state.key);
  if (state.inner) description.item = describeValidator(state.inner);
  if (state.members) description.members = state.members.map(describeValidator);
  if (state.shape) description.shape = describeShape(state.shape);
  return description;
}

/** The validators of a shape, with their names, in order. */
export const describeShape = (shape) =>
  Object.entries(shape)
    .filter(([, validator]) => isValidator(validator))
    .map(([name, validator]) => ({ name, validator: describeValidator(validator) }));
