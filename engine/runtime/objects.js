import { internal, LunoraError } from "lunora:runtime/errors.js";
import { cursorAt, readCursor } from "lunora:runtime/cursors.js";
import { bound, valueAt } from "lunora:runtime/rows.js";
import { all, conditionOf, EVERYTHING } from "lunora:runtime/where.js";

const AGGREGATES = new Set(["count", "sum", "avg", "min", "max"]);

const sortKeysOf = (database, orderBy) => {
  const list = orderBy === undefined ? [] : Array.isArray(orderBy) ? orderBy : [orderBy];
  const keys = list.flatMap((part) => Object.entries(part).map(([field, direction]) => ({ field, direction })));
  return database.sortKeys(keys.length > 0 ? keys : [{ field: "_creationTime", direction: "asc" }]);
};

const trimmed = (row, select, kept) => {
  if (!select) return row;
  const names = new Set(["_id", "_creationTime", ...select, ...kept]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name)));
};

/** A page of rows: what all object-form reads are made of. One row more than the page shows whether there is a next one. */
async function pageOf(database, operation, table, args = {}, extra = 1) {
  const order = sortKeysOf(database, args.orderBy);
  const after = readCursor(args.cursor, order);
  const condition = await conditionOf(database, operation, table, args.where);
  const limit = args.limit === undefined || args.limit === null ? undefined : Math.max(0, Math.floor(args.limit));
  const rows = await database.rows({
    operation,
    table,
    condition,
    order,
    after,
    limit: limit === undefined ? undefined : limit + extra,
    isLive: !args.includeDeleted,
  });
  const kept = limit === undefined ? rows : rows.slice(0, limit);
  const isDone = kept.length === rows.length;
  const continueCursor = isDone || kept.length === 0 ? null : cursorAt(kept.at(-1), order);
  const page = await withRelations(database, operation, table, kept, args);
  return { page, isDone, continueCursor };
}

/** The rows with the relations that `with` names, each loaded by one read for all rows. */
async function withRelations(database, operation, table, rows, { with: tree, select }) {
  if (!tree) return rows.map((row) => trimmed(row, select, []));
  const relations = database.table(table).relationsOf();
  const loaded = rows.map((row) => ({ ...row }));
  const names = [];
  for (const [name, options] of Object.entries(tree)) {
    if (name === "_count") {
      await countRelations(database, operation, relations, rows, loaded, options);
    } else if (options) {
      const relation = relationNamed(relations, name, table);
      await loadRelation(database, operation, relation, name, rows, loaded, options === true ? {} : options);
    }
    names.push(name);
  }
  return loaded.map((row) => trimmed(row, select, names));
}

function relationNamed(relations, name, table) {
  if (!Object.hasOwn(relations, name)) throw internal(`table ${table} has no relation ${name}`);
  return relations[name];
}

const keysOf = (rows, field) => [...new Set(rows.map((row) => valueAt(row, field)).filter((key) => key !== null))];

/** The rows on the other side of a relation, by the value that joins them. */
async function joined(database, operation, relation, rows, options) {
  const [own, other] = relation.kind === "one" ? [relation.field, relation.references] : [relation.references, relation.field];
  const keys = keysOf(rows, own);
  const groups = new Map();
  if (keys.length > 0) {
    const filter = await conditionOf(database, operation, relation.table, options.where);
    const condition = all([{ in: { field: other, values: keys.map(bound) } }, filter]);
    const order = sortKeysOf(database, options.orderBy);
    const found = await database.rows({ operation, table: relation.table, condition, order, isLive: !options.includeDeleted });
    for (const row of found) {
      const key = valueAt(row, other);
      if (groups.has(key)) groups.get(key).push(row);
      else groups.set(key, [row]);
    }
  }
  return (row) => groups.get(valueAt(row, own)) ?? [];
}

async function loadRelation(database, operation, relation, name, rows, loaded, options) {
  const isOne = relation.kind === "one";
  const of = await joined(database, operation, relation, rows, isOne ? { with: options.with } : options);
  const groups = rows.map((row) => of(row).slice(0, isOne ? 1 : options.limit));
  const whole = await withRelations(database, operation, relation.table, groups.flat(), options);
  let at = 0;
  for (const [position, group] of groups.entries()) {
    const own = whole.slice(at, at + group.length);
    at += group.length;
    loaded[position][name] = isOne ? (own[0] ?? null) : own;
  }
}

async function countRelations(database, operation, relations, rows, loaded, options) {
  for (const name of Object.keys(options).filter((key) => options[key])) {
    const of = await joined(database, operation, relationNamed(relations, name, "?"), rows, {});
    for (const [position, row] of rows.entries()) {
      loaded[position]._count = { ...loaded[position]._count, [name]: of(row).length };
    }
  }
}

export async function findMany(database, surface, table, args) {
  const operation = database.begin({ surface, method: "findMany", table });
  const result = await pageOf(database, operation, table, args);
  return database.done(operation, result, result.page.length);
}

/** `findFirst`, `findFirstOrThrow` and `findUnique`. */
export async function findOne(database, surface, method, table, args) {
  const operation = database.begin({ surface, method, table });
  const isUnique = method === "findUnique";
  const { page } = await pageOf(database, operation, table, { ...args, limit: isUnique ? 2 : 1 }, 0);
  if (page.length > 1) throw new LunoraError("NOT_UNIQUE", `more than one row of ${table} matches`);
  if (page.length === 0 && method === "findFirstOrThrow") throw new LunoraError("NOT_FOUND", `no row of ${table} matches`);
  return database.done(operation, page[0] ?? null);
}

export async function exists(database, surface, table, where) {
  const operation = database.begin({ surface, method: "exists", table });
  const { page } = await pageOf(database, operation, table, { where, limit: 1 }, 0);
  return database.done(operation, page.length > 0, page.length);
}

const whereOf = (options) => (options && typeof options === "object" && "where" in options ? options.where : options);

export async function count(database, surface, table, options) {
  const operation = database.begin({ surface, method: "count", table });
  const where = whereOf(options);
  const condition = await conditionOf(database, operation, table, where);
  const companion = companionOf(database, table, "count", undefined, where);
  const [group] = await database.groups({ operation, table, condition, by: [], op: "count", companion });
  return database.done(operation, group.value, 1);
}

export async function aggregate(database, surface, table, { op = "count", field, where } = {}) {
  requireAggregate(op, field);
  const operation = database.begin({ surface, method: "aggregate", table });
  const condition = await conditionOf(database, operation, table, where);
  const companion = companionOf(database, table, op, field, where);
  if (!companion) requireSummable(database, table, field);
  const [group] = await database.groups({ operation, table, condition, by: [], op, field, companion });
  return database.done(operation, group.value, 1);
}

export async function groupBy(database, surface, table, { by, agg = { op: "count" }, where } = {}) {
  const { op = "count", field } = agg;
  requireAggregate(op, field);
  const operation = database.begin({ surface, method: "groupBy", table });
  const condition = await conditionOf(database, operation, table, where);
  const fields = Array.isArray(by) ? by : [by];
  const companion = companionOf(database, table, op, field, where, fields);
  if (!companion) requireSummable(database, table, field);
  const groups = await database.groups({ operation, table, condition, by: fields, op, field, companion });
  return database.done(operation, groups, groups.length);
}

function requireAggregate(op, field) {
  if (!AGGREGATES.has(op)) throw internal(`${op} is no aggregate`);
  if (op !== "count" && field === undefined) throw internal(`${op} needs a field`);
}

function requireSummable(database, table, field) {
  const kind = database.table(table).shape[field]?.state.kind;
  if (["bigint", "bytes", "any", "union", "from"].includes(kind)) {
    throw new LunoraError("BAD_REQUEST", `${table}.${field} may hold values that SQL can't aggregate`);
  }
}

/** The aggregate index that answers instead of a scan: every key of `where` pinned by equality, and `by` exactly its own. */
function companionOf(database, table, op, field, where, by) {
  const { aggregateIndexes, softDeleteField } = database.table(table);
  if (softDeleteField || database.hasPolicy(table)) return undefined;
  const keys = Object.keys(where ?? {});
  if (keys.some((key) => ["AND", "OR", "NOT"].includes(key) || (typeof where[key] === "object" && where[key] !== null))) return undefined;
  const answers = (index) =>
    index.op === op &&
    index.where === undefined &&
    (op === "count" || index.field === field) &&
    keys.every((key) => index.by.includes(key)) &&
    (by ? sameSet(index.by, by) : true);
  return aggregateIndexes.find(answers)?.name;
}

const sameSet = (left, right) => left.length === right.length && left.every((item) => right.includes(item));

/** A page in the order of a rank index. Its companion is simulated: the cost is the rows of the page. */
export async function rankPage(database, surface, table, name, { where, cursor, take = 50 } = {}) {
  const operation = database.begin({ surface, method: "rankPage", table, namedIndex: name });
  const index = rankIndex(database, table, name);
  const order = rankOrder(database, index);
  const condition = await rankCondition(database, operation, table, index, where);
  const after = readCursor(cursor, order);
  const limit = Math.max(0, Math.floor(take));
  const rows = await database.rows({ operation, table, condition, order, after, limit: limit + 1, isLive: true, simulated: name });
  const page = rows.slice(0, limit);
  const isDone = rows.length <= limit;
  return database.done(operation, { page, isDone, continueCursor: isDone ? null : cursorAt(page.at(-1), order) }, page.length);
}

/** The position of a row in its partition, from 1; `null` if it isn't there. */
export async function rank(database, surface, table, name, { row, where } = {}) {
  const operation = database.begin({ surface, method: "rank", table, namedIndex: name });
  const index = rankIndex(database, table, name);
  const id = typeof row === "string" ? row : row?._id;
  const condition = await rankCondition(database, operation, table, index, where);
  const order = rankOrder(database, index);
  const rows = await database.rows({ operation, table, condition, order, isLive: true, simulated: name });
  const own = rows.find((candidate) => candidate._id === id);
  const rivals = own ? rows.filter((other) => index.partitionBy.every((field) => valueAt(other, field) === valueAt(own, field))) : [];
  const position = rivals.findIndex((candidate) => candidate._id === id);
  return database.done(operation, position < 0 ? null : position + 1, 1);
}

function rankIndex(database, table, name) {
  const index = database.table(table).rankIndexes.find((candidate) => candidate.name === name);
  if (!index) throw internal(`table ${table} has no rank index ${name}`);
  const { tier } = database.table(table);
  if (tier.kind === "shardBy" && !index.partitionBy.includes(tier.field)) {
    throw new LunoraError("CROSS_SHARD_RANK_UNSUPPORTED", `the rank index ${name} does not partition by ${tier.field}`);
  }
  return index;
}

const rankOrder = (database, index) =>
  database.sortKeys(index.sortBy.map(({ field, direction = "asc" }) => ({ field, direction })));

const rankCondition = async (database, operation, table, index, where) =>
  all([
    await conditionOf(database, operation, table, index.where),
    where ? await conditionOf(database, operation, table, where) : EVERYTHING,
  ]);
