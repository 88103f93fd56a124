import { internal, LunoraError, NotVerifiable } from "lunora:runtime/errors.js";
import { native, switches } from "lunora:runtime/native.js";
import { bound, decodeRow } from "lunora:runtime/rows.js";
import { all, conditionOf, EVERYTHING, isNull, NOTHING } from "lunora:runtime/where.js";

const ROWS_READ = 100_000;
const ROWS_WRITTEN = 50_000;
const BYTES_WRITTEN = 32 * 1024 * 1024;
const ROW_BYTES = 2 * 1024 * 1024;

/** A schema with the lookups that reads and writes need. */
export class SchemaView {
  constructor(schema) {
    this.tables = schema.tables;
    this.missing = schema.missing;
    this.isRlsRequired = schema.isRlsRequired;
  }

  table(name) {
    if (!Object.hasOwn(this.tables, name)) {
      if (this.missing.length > 0) throw new NotVerifiable(this.missing.join(", "));
      throw internal(`unknown table ${String(name)}`);
    }
    const table = this.tables[name];
    if (table.needs !== undefined) throw new NotVerifiable(table.needs);
    return table;
  }

  /** The relations of other tables that point at a table and say what happens when a row of it goes. */
  holdersOf(table) {
    return Object.entries(this.tables).flatMap(([holder, { relationsOf }]) =>
      Object.values(relationsOf())
        .filter((relation) => relation.kind === "one" && relation.table === table && relation.onDelete)
        .map((relation) => ({ holder, relation })),
    );
  }
}

/** What one call may still read and write. */
export const newBudget = () => ({ read: 0, written: 0, bytes: 0 });

/** The data of one shard and of the global tables, as one call sees it. */
export class Database {
  constructor(options) {
    this.schema = options.schema;
    this.shard = options.shard;
    this.path = options.path;
    this.budget = options.budget;
    this.policies = options.policies ?? [];
    this.depth = options.depth ?? 0;
    this.cause = options.cause;
    this.defaultContext = options.defaultContext;
    this.jobs = options.jobs;
    this.life = options.life;
    this.isGuarded = options.isGuarded ?? false;
    this.triggerContext = options.triggerContext;
  }

  with(changes) {
    return new Database({ ...this, ...changes });
  }

  table(name) {
    return this.schema.table(name);
  }

  /** Throws once the function that this belongs to has ended. */
  requireLife() {
    for (let life = this.life; life; life = life.outer) {
      if (life.isOver) throw internal("the function has ended before this was done");
    }
  }

  /** Opens an operation of the trace, with the place in the user's code that called for it. */
  begin({ surface, method, table, namedIndex, opened }) {
    this.requireLife();
    const stack = new Error().stack;
    return native.begin({ surface, method, table, namedIndex, opened, stack, shard: this.shard, path: this.path, cause: this.cause });
  }

  /** Closes an operation and passes its result on. */
  done(operation, result, rowsReturned) {
    const counted = Array.isArray(result) ? result.length : result === null || result === undefined ? 0 : 1;
    native.end(operation, rowsReturned ?? counted);
    return result;
  }

  sortKeys(keys) {
    if (keys.some(({ field }) => field === "_id")) return keys;
    const direction = switches.tieBreak === "ascending" ? "asc" : (keys.at(-1)?.direction ?? "asc");
    return [...keys, { field: "_id", direction }];
  }

  /** Rows of a table. `isLive` hides soft-deleted ones; `simulated` names an index of another kind that would answer. */
  async rows({ operation, table, condition, order, limit, after, until, isLive, simulated, isUncapped }) {
    this.requireLife();
    const { isDecoded, rows } = native.select({
      operation,
      shard: this.shard,
      table,
      condition: all([condition, ...this.liveness(table, isLive), await this.readPolicy(operation, table)]),
      order: order.map(({ field, direction }) => ({ field, isDescending: direction === "desc" })),
      limit,
      after,
      until,
      simulated,
    });
    if (!isUncapped) this.chargeRead(rows.length);
    return isDecoded ? rows : rows.map((row) => decodeRow(this.table(table), row));
  }

  /** What `keep` makes of the rows of a table, charged as an index would: only for what is kept. */
  async simulated({ operation, table, index, keep }) {
    const { isDecoded, rows } = native.select({
      operation,
      shard: this.shard,
      table,
      condition: all([...this.liveness(table, true), await this.readPolicy(operation, table)]),
      order: [],
      simulated: index,
    });
    const kept = rows.map((row) => keep(isDecoded ? row : decodeRow(this.table(table), row))).filter((hit) => hit !== undefined);
    this.chargeRead(kept.length);
    return kept;
  }

  async groups({ operation, table, condition, by, op, field, companion }) {
    this.requireLife();
    const groups = native.aggregate({
      operation,
      shard: this.shard,
      table,
      condition: all([condition, ...this.liveness(table, true), await this.readPolicy(operation, table)]),
      by,
      function: op,
      field,
      companion,
    });
    return groups.map(({ key, value }) => ({ key: Object.fromEntries(by.map((name, at) => [name, this.grouped(table, name, key[at])])), value }));
  }

  grouped(table, name, value) {
    return this.table(table).shape[name]?.state.kind === "boolean" && value !== null ? value === 1 : value;
  }

  /** A row by id, in one table or wherever it is; with its stored text, for compare and swap. */
  fetch(operation, id, table) {
    this.requireLife();
    if (table !== undefined) this.table(table);
    if (typeof id !== "string" || id === "") return null;
    const found = native.fetch({ operation, shard: this.shard, id, table });
    if (!found) return null;
    this.requirePolicies(found.table);
    this.chargeRead(1);
    const { isDecoded, row, raw } = found;
    return { table: found.table, row: isDecoded ? row : decodeRow(this.table(found.table), row), raw };
  }

  /** `insert`, `update` or `remove` of one row. */
  stored(action, request) {
    this.requireLife();
    if (request.document) this.chargeWrite(request.document);
    return native[action]({ shard: this.shard, ...request, expected: request.expected });
  }

  liveness(table, isLive) {
    const { softDeleteField } = this.table(table);
    return isLive && softDeleteField ? [isNull(softDeleteField)] : [];
  }

  /** Throws where the schema demands policies and the code has none for a table. */
  requirePolicies(table) {
    if (switches.requiredPolicies !== "enforced" || !this.isGuarded || !this.schema.isRlsRequired || this.table(table).flags.public) return;
    if (this.policies.some((policy) => policy.table === table)) return;
    throw new LunoraError("RLS_REQUIRED", `${table} is closed to code without policies`);
  }

  hasPolicy(table) {
    return this.policies.some((policy) => policy.table === table && policy.on === "read");
  }

  async readPolicy(operation, table) {
    this.requirePolicies(table);
    const own = this.policies.filter((policy) => policy.table === table && policy.on === "read");
    if (own.length === 0) return EVERYTHING;
    const open = this.with({ policies: [], isGuarded: false });
    return { any: await Promise.all(own.map(async (policy) => this.verdict(open, operation, table, await policy.decide()))) };
  }

  async verdict(open, operation, table, decision) {
    if (decision === true) return EVERYTHING;
    return decision ? conditionOf(open, operation, table, decision) : NOTHING;
  }

  /** Whether the policies let this row be written. */
  async isAllowed(operation, table, action, row) {
    this.requirePolicies(table);
    const own = this.policies.filter((policy) => policy.table === table && policy.on === action);
    for (const policy of own) {
      const decision = await policy.decide(row);
      if (decision === true) return true;
      if (decision && matches(decision, row)) return true;
    }
    return own.length === 0;
  }

  chargeRead(rows) {
    this.budget.read += rows;
    if (this.budget.read > ROWS_READ) throw exceeded(`read more than ${ROWS_READ} rows`);
  }

  chargeWrite(document) {
    const bytes = JSON.stringify(document).length;
    if (bytes > ROW_BYTES) throw new LunoraError("PAYLOAD_TOO_LARGE", `a row takes more than ${ROW_BYTES} bytes`);
    this.budget.written += 1;
    this.budget.bytes += bytes;
    if (this.budget.written > ROWS_WRITTEN) throw exceeded(`wrote more than ${ROWS_WRITTEN} rows`);
    if (this.budget.bytes > BYTES_WRITTEN) throw exceeded(`wrote more than ${BYTES_WRITTEN} bytes`);
  }
}

const exceeded = (what) => new LunoraError("TRANSACTION_LIMIT_EXCEEDED", `the call ${what}`);

/** A where tree over a row in memory, as far as write policies use it: columns by equality. */
function matches(where, row) {
  return Object.entries(where).every(([field, value]) => {
    if (typeof value === "object" && value !== null) throw new NotVerifiable("a write policy with more than equalities");
    return bound(row[field] ?? null) === bound(value);
  });
}
