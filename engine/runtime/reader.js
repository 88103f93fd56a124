import { internal, LunoraError, NotVerifiable } from "lunora:runtime/errors.js";
import { switches } from "lunora:runtime/native.js";
import { cursorAt, positionOf, readCursor } from "lunora:runtime/cursors.js";
import { geoRange, geoRows } from "lunora:runtime/geo.js";
import { bound } from "lunora:runtime/rows.js";
import { searchCursor, searchPlace, searchRange, searchRows, WINDOW as SEARCH_WINDOW } from "lunora:runtime/search.js";
import { all, isNull } from "lunora:runtime/where.js";

const ITERATION_PAGE = 128;

/** Indexes that some releases may have without a declaration. */
const PERHAPS_BUILT_IN = new Set(["by_creation_time", "by_id"]);

/** Collects the bounds of a `withIndex` callback. Nothing is checked: any column in any order becomes a condition. */
class RangeBuilder {
  constructor() {
    this.bounds = [];
  }
}
for (const operator of ["eq", "gt", "gte", "lt", "lte"]) {
  RangeBuilder.prototype[operator] = function add(field, value) {
    this.bounds.push({ field, operator, value: bound(value) });
    return this;
  };
}

/** The fluent reader. One mutable object; each link changes it and gives it back. */
export class Reader {
  constructor(database, tableName, opened) {
    this.database = database;
    this.tableName = tableName;
    this.opened = opened;
    this.bounds = [];
    this.filters = [];
    this.direction = "asc";
  }

  withIndex(name, range) {
    this.requireShard();
    const index = this.table().indexes.find((candidate) => candidate.name === name);
    if (!index && PERHAPS_BUILT_IN.has(name)) throw new NotVerifiable(`to know whether ${name} is built in`);
    if (!index) throw internal(`table ${this.tableName} has no index ${name}`);
    this.index = index;
    if (range) {
      const builder = new RangeBuilder();
      range(builder);
      this.bounds.push(...builder.bounds);
    }
    return this;
  }

  withSearchIndex(name, range) {
    const index = this.table().searchIndexes.find((candidate) => candidate.name === name);
    if (!index) throw internal(`table ${this.tableName} has no search index ${name}`);
    this.search = { index, ...searchRange(index, range) };
    return this;
  }

  withGeoIndex(name, range) {
    const index = this.table().geoIndexes.find((candidate) => candidate.name === name);
    if (!index) throw internal(`table ${this.tableName} has no geo index ${name}`);
    this.search = { index, ...geoRange(index, range) };
    return this;
  }

  filter(predicate) {
    this.requireShard();
    this.filters.push(predicate);
    return this;
  }

  order(direction) {
    this.requireShard();
    this.direction = direction;
    return this;
  }

  async collect() {
    const operation = this.begin("collect");
    return this.database.done(operation, await this.kept(operation));
  }

  async first() {
    const operation = this.begin("first");
    const [row] = await this.kept(operation, { limit: 1 });
    return this.database.done(operation, row ?? null);
  }

  async unique() {
    const operation = this.begin("unique");
    const rows = await this.kept(operation, { limit: 2 });
    if (rows.length > 1) throw new LunoraError("NOT_UNIQUE", `more than one row of ${this.tableName} matches`);
    if (rows.length === 0 && switches.uniqueOnZero === "throw") throw new LunoraError("NOT_UNIQUE", `no row of ${this.tableName} matches`);
    return this.database.done(operation, rows[0] ?? null);
  }

  async take(count) {
    const operation = this.begin("take");
    if (this.filters.length === 0) {
      return this.database.done(operation, await this.kept(operation, { limit: Math.max(0, Math.floor(count)) }));
    }
    const rows = await this.kept(operation);
    const taken = [];
    for (const row of rows) {
      taken.push(row);
      if (taken.length >= count) break;
    }
    return this.database.done(operation, taken);
  }

  async collectWithScores() {
    if (!this.search) throw internal("collectWithScores needs a search index");
    const operation = this.begin("collectWithScores");
    return this.database.done(operation, await this.searched(operation, undefined, true));
  }

  async paginate(options) {
    const operation = this.begin("paginate");
    if (this.search) return this.searchPage(operation, options);
    const order = this.sortKeys();
    const after = readCursor(options.cursor, order);
    const until = readCursor(options.endCursor, order);
    if (until) return this.boundedPage(operation, options, order, after, until);
    const size = Math.max(0, Math.floor(options.numItems));
    if (size === 0) return this.database.done(operation, { page: [], isDone: false, continueCursor: null }, 0);
    const rows = await this.kept(operation, { limit: size + 1, after, isPage: true });
    const page = rows.slice(0, size);
    const isDone = rows.length <= size;
    const continueCursor = isDone ? null : cursorAt(page.at(-1), order);
    return this.database.done(operation, { page, isDone, continueCursor }, page.length);
  }

  async *[Symbol.asyncIterator]() {
    const order = this.sortKeys();
    let after = null;
    for (;;) {
      const operation = this.begin("for await");
      const rows = await this.loaded(operation, { limit: ITERATION_PAGE, after, isPage: true });
      this.database.done(operation, rows);
      yield* rows.filter(this.passes());
      if (rows.length < ITERATION_PAGE) return;
      after = positionOf(rows.at(-1), order);
    }
  }

  /** Pages of a search are counted from its best row. */
  async searchPage(operation, options) {
    if (this.search.region) throw internal("a geo index has no pages");
    const size = Math.max(0, Math.floor(options.numItems));
    const from = searchPlace(options.cursor);
    const rows = await this.kept(operation, { limit: SEARCH_WINDOW });
    const page = rows.slice(from, from + size);
    const isDone = from + size >= rows.length;
    return this.database.done(operation, { page, isDone, continueCursor: isDone ? null : searchCursor(from + size) }, page.length);
  }

  async boundedPage(operation, options, order, after, until) {
    const page = await this.kept(operation, { after, until, isPage: true });
    const splitCursor = page.length < 2 ? undefined : cursorAt(page[Math.floor((page.length - 1) / 2)], order);
    const result = { page, isDone: true, continueCursor: options.endCursor, splitCursor };
    return this.database.done(operation, result, page.length);
  }

  /** Whether a row passes all filters. */
  passes() {
    const [first, ...others] = this.filters;
    if (!first) return () => true;
    return others.length === 0 ? (row) => first(row) : (row) => this.filters.every((keep) => keep(row));
  }

  /** The rows that pass the filters. SQL stops at a limit only where there are none. */
  async kept(operation, options = {}) {
    if (this.filters.length === 0) return this.loaded(operation, options);
    const rows = await this.loaded(operation, { ...options, limit: undefined });
    const kept = rows.filter(this.passes());
    return options.limit === undefined ? kept : kept.slice(0, options.limit);
  }

  async loaded(operation, { limit, after, until, isPage }) {
    if (this.search) return this.searched(operation, limit, false);
    const condition = all(this.bounds.map((part) => asCondition(part, isPage)));
    return this.database.rows({ operation, table: this.tableName, condition, order: this.sortKeys(), limit, after, until, isLive: true });
  }

  searched(operation, limit, withScores) {
    const rows = this.search.region ? geoRows : searchRows;
    return rows(this.database, operation, this.tableName, this.search, limit, withScores);
  }

  sortKeys() {
    const pinned = new Set(this.bounds.filter(({ operator }) => operator === "eq").map(({ field }) => field));
    const fields = this.index?.fields ?? [];
    const firstFree = fields.findIndex((field) => !pinned.has(field));
    const keys = firstFree < 0 ? [] : fields.slice(firstFree);
    return this.database.sortKeys(
      (keys.length > 0 ? keys : ["_creationTime"]).map((field) => ({ field, direction: this.direction })),
    );
  }

  begin(method) {
    if (!this.search) this.requireShard();
    return this.database.begin({
      surface: "fluent",
      method,
      table: this.tableName,
      namedIndex: this.search?.index.name ?? this.index?.name,
      opened: this.opened,
    });
  }

  table() {
    return this.database.table(this.tableName);
  }

  requireShard() {
    if (this.table().tier.kind !== "global" || switches.globalReader === "full") return;
    throw internal(`${this.tableName} is a global table, which has no fluent reader: use findMany`);
  }
}

/** An equality with null matches nothing, but in pages it finds rows without the column. */
function asCondition({ field, operator, value }, isPage) {
  const findsNull = isPage || switches.nullEquality === "isNull";
  return operator === "eq" && value === null && findsNull ? isNull(field) : { compare: { field, operator, value } };
}
