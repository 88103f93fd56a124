import { internal, LunoraError, Unsupported } from "lunora:runtime/errors.js";
import { bound } from "lunora:runtime/rows.js";

const OPERATORS = new Set(["eq", "ne", "lt", "lte", "gt", "gte", "in", "notIn", "isNull", "contains"]);
const RELATION_OPERATORS = { one: ["is", "isNot"], many: ["some", "none", "every"] };
const KEY_SET_LIMIT = 5_000;

export const NOTHING = { constant: false };
export const EVERYTHING = { constant: true };
export const all = (conditions) => ({ all: conditions });
export const isNull = (field) => ({ isNull: { field } });
export const compare = (field, operator, value) => ({ compare: { field, operator, value: bound(value) } });

const isOperators = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => OPERATORS.has(key));
};

const values = (operator, list) => {
  if (!Array.isArray(list)) throw new LunoraError("BAD_REQUEST", `${operator} needs an array`);
  return list.map(bound);
};

function single(field, operator, value) {
  switch (operator) {
    case "in":
      return { in: { field, values: values(operator, value) } };
    case "notIn":
      return value?.length === 0 ? EVERYTHING : { not: { in: { field, values: values(operator, value) } } };
    case "isNull":
      return value ? isNull(field) : { not: isNull(field) };
    case "contains":
      return { contains: { field, text: String(value) } };
    case "eq":
      return value === null ? isNull(field) : compare(field, "eq", value);
    case "ne":
      return value === null ? { not: isNull(field) } : compare(field, "ne", value);
    default:
      return compare(field, operator, value);
  }
}

const column = (field, value) =>
  isOperators(value)
    ? all(Object.entries(value).map(([operator, operand]) => single(field, operator, operand)))
    : single(field, "eq", value);

/** A where tree as a condition. Relations are resolved first, by reading the keys of the rows that match on the other side. */
export async function conditionOf(database, operation, tableName, where) {
  if (where === undefined || where === null || where === true) return EVERYTHING;
  if (where === false) return NOTHING;
  const relations = database.table(tableName).relationsOf();
  const parts = [];
  for (const key of Object.keys(where)) {
    const value = where[key];
    if (key === "AND") parts.push(all(await nested(database, operation, tableName, value)));
    else if (key === "OR") parts.push({ any: await nested(database, operation, tableName, value) });
    else if (key === "NOT") parts.push({ not: await conditionOf(database, operation, tableName, value) });
    else if (Object.hasOwn(relations, key)) parts.push(await related(database, operation, key, relations[key], value));
    else parts.push(column(key, value));
  }
  return all(parts);
}

const nested = (database, operation, tableName, list) =>
  Promise.all((Array.isArray(list) ? list : [list]).map((part) => conditionOf(database, operation, tableName, part)));

async function related(database, operation, name, relation, tree) {
  const parts = [];
  for (const operator of Object.keys(tree ?? {})) {
    if (!RELATION_OPERATORS[relation.kind].includes(operator)) throw internal(`${operator} does not fit the relation ${name}`);
    parts.push(await relationPart(database, operation, relation, operator, tree[operator]));
  }
  return all(parts);
}

async function relationPart(database, operation, relation, operator, where) {
  const [own, other] = relation.kind === "one" ? [relation.field, relation.references] : [relation.references, relation.field];
  const matching = await conditionOf(database, operation, relation.table, where);
  const wanted = operator === "every" ? { not: matching } : matching;
  const rows = await database.rows({ operation, table: relation.table, condition: wanted, order: [], limit: KEY_SET_LIMIT + 1 });
  if (rows.length > KEY_SET_LIMIT) throw new Unsupported(`a relation predicate with more than ${KEY_SET_LIMIT} keys`);
  const keys = rows.map((row) => row[other]).filter((key) => key !== undefined && key !== null).map(bound);
  const among = { in: { field: own, values: keys } };
  if (operator === "is" || operator === "some") return among;
  if (operator === "isNot") return { any: [{ not: among }, isNull(own)] };
  return keys.length === 0 ? EVERYTHING : { not: among };
}
