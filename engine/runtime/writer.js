import { ConflictError, internal, LunoraError } from "lunora:runtime/errors.js";
import { native, switches, uuid } from "lunora:runtime/native.js";
import { encodeDocument } from "lunora:runtime/rows.js";
import { all, compare, conditionOf } from "lunora:runtime/where.js";

const CLIENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const TRIGGER_DEPTH = 50;
const BATCH = 500;

/** The writes of a database. Every method takes the operation of the trace that it belongs to. */
export class Writer {
  constructor(database) {
    this.database = database;
  }

  async insert(operation, table, document, options = {}) {
    const values = this.withDefaults(table, document);
    this.check(table, values, "insert");
    this.stamp(table, values);
    const id = this.newId(options);
    const row = { ...values, _id: id, _creationTime: native.now() };
    await this.allowed(operation, table, "insert", row);
    await this.fire(operation, table, "before", "Insert", { doc: row });
    const stored = encodeDocument(id, row._creationTime, values);
    try {
      this.database.stored("insert", { operation, table, id, creationTime: row._creationTime, document: stored });
    } catch (error) {
      if (options.skipDuplicates && error instanceof ConflictError && error.kind === "unique") return null;
      throw error;
    }
    await this.fire(operation, table, "after", "Insert", { doc: row });
    return id;
  }

  async insertMany(operation, table, documents, options = {}) {
    requireBatch(documents, options);
    const ids = [];
    for (const document of documents) ids.push(await this.insert(operation, table, document, options));
    return ids;
  }

  /** Stores rows without checks and triggers. */
  async insertManyUnsafe(operation, table, documents, options = {}) {
    requireBatch(documents, options);
    return documents.map((document) => {
      const id = options.allowExplicitId && document._id ? document._id : uuid();
      const creationTime = native.now();
      this.database.stored("insert", { operation, table, id, creationTime, document: encodeDocument(id, creationTime, document) });
      return id;
    });
  }

  async patch(operation, id, fields, expectedTable) {
    const { table, row, raw } = this.require(operation, id, expectedTable);
    refuseUndefined(fields);
    const changed = { ...this.withUpdates(table, fields, row) };
    this.check(table, changed, "patch");
    await this.rewrite(operation, table, row, raw, { ...row, ...changed }, row._creationTime);
  }

  async replace(operation, id, document, expectedTable) {
    const { table, row, raw } = this.require(operation, id, expectedTable);
    refuseUndefined(document);
    const values = this.withUpdates(table, document, row);
    this.check(table, values, "replace");
    const creationTime = switches.replaceCreationTime === "keep" ? row._creationTime : native.now();
    await this.rewrite(operation, table, row, raw, values, creationTime);
  }

  async delete(operation, id, expectedTable) {
    const found = this.find(operation, id, expectedTable);
    if (!found) return;
    const { table, row, raw } = found;
    const { softDeleteField } = this.database.table(table);
    if (!softDeleteField) return this.remove(operation, table, row);
    if (row[softDeleteField] !== undefined && row[softDeleteField] !== null) return;
    await this.allowed(operation, table, "delete", row);
    await this.fire(operation, table, "before", "Delete", { doc: row, previous: row });
    await this.cascade(operation, table, row, false);
    this.store(operation, table, raw, row, { ...row, [softDeleteField]: native.now() }, row._creationTime);
    await this.fire(operation, table, "after", "Delete", { doc: row, previous: row });
  }

  async hardDelete(operation, id, expectedTable) {
    const found = this.find(operation, id, expectedTable);
    if (found) await this.remove(operation, found.table, found.row);
  }

  async restore(operation, id, expectedTable) {
    const { table, row, raw } = this.require(operation, id, expectedTable);
    const { softDeleteField } = this.database.table(table);
    if (!softDeleteField) throw internal(`${table} has no soft delete`);
    await this.rewrite(operation, table, row, raw, { ...row, [softDeleteField]: null }, row._creationTime);
  }

  async upsert(operation, table, { target, create, update }) {
    const fields = Array.isArray(target) ? target : [target];
    const condition = all(fields.map((field) => compare(field, "eq", create[field] ?? null)));
    const order = this.database.sortKeys([{ field: "_creationTime", direction: "asc" }]);
    const [row] = await this.database.rows({ operation, table, condition, order, limit: 1, isLive: true });
    if (!row) return this.insert(operation, table, create);
    await this.patch(operation, row._id, update ?? create, table);
    return row._id;
  }

  async upsertMany(operation, table, { target, rows, update }) {
    const ids = [];
    for (const create of rows) ids.push(await this.upsert(operation, table, { target, create, update }));
    return ids;
  }

  /** The rows of a where tree: all of them are loaded before the first is written. */
  async matching(operation, table, where, limit) {
    const condition = await conditionOf(this.database, operation, table, where);
    const order = this.database.sortKeys([{ field: "_creationTime", direction: "asc" }]);
    const rows = await this.database.rows({ operation, table, condition, order, isLive: true });
    requireBatch(rows, { limit });
    return rows;
  }

  async patchWhere(operation, table, where, values, limit) {
    const rows = await this.matching(operation, table, where, limit);
    for (const row of rows) await this.patch(operation, row._id, values, table);
    return rows.length;
  }

  async deleteWhere(operation, table, where, limit) {
    const rows = await this.matching(operation, table, where, limit);
    for (const row of rows) await this.delete(operation, row._id, table);
    return rows.length;
  }

  async deleteAll(operation, table, options = {}) {
    const order = this.database.sortKeys([{ field: "_creationTime", direction: "asc" }]);
    const rows = await this.database.rows({ operation, table, condition: all([]), order, isLive: !options.hard, isUncapped: true });
    for (const row of rows) await (options.hard ? this.remove(operation, table, row) : this.delete(operation, row._id, table));
    return rows.length;
  }

  async remove(operation, table, row) {
    await this.allowed(operation, table, "delete", row);
    await this.fire(operation, table, "before", "Delete", { doc: row, previous: row });
    await this.cascade(operation, table, row, true);
    this.database.stored("remove", { operation, table, id: row._id });
    await this.fire(operation, table, "after", "Delete", { doc: row, previous: row });
  }

  /** What relations of other tables demand before a row goes. */
  async cascade(operation, table, row, isHard) {
    for (const { holder, relation } of this.database.schema.holdersOf(table)) {
      const condition = compare(relation.field, "eq", row[relation.references] ?? null);
      const children = await this.database.rows({ operation, table: holder, condition, order: [], isLive: !isHard });
      if (children.length === 0) continue;
      if (relation.onDelete === "restrict") {
        throw new ConflictError("restrict", `a row of ${holder} still refers to the row of ${table}`);
      }
      for (const child of children) {
        if (relation.onDelete === "set null") await this.patch(operation, child._id, { [relation.field]: null }, holder);
        else await this.delete(operation, child._id, holder);
      }
    }
  }

  async rewrite(operation, table, row, raw, values, creationTime) {
    const next = { ...values, _id: row._id, _creationTime: creationTime };
    await this.allowed(operation, table, "update", row);
    await this.fire(operation, table, "before", "Update", { doc: next, previous: row });
    this.store(operation, table, raw, row, values, creationTime);
    await this.fire(operation, table, "after", "Update", { doc: next, previous: row });
  }

  /** Compares and swaps: the row must still be what it was when this call began. */
  store(operation, table, raw, row, values, creationTime) {
    this.stamp(table, values);
    const document = encodeDocument(row._id, creationTime, values);
    const changed = this.database.stored("update", { operation, table, id: row._id, creationTime, document, expected: raw });
    if (!changed) throw new ConflictError("occ", `the row of ${table} changed while it was being written`);
  }

  /** Tables in commit order carry a sequence, which all writes of one mutation share. */
  stamp(table, values) {
    const { isCommitOrdered } = this.database.table(table);
    if (isCommitOrdered) values._commitSeq = this.database.budget.sequence ??= native.sequence(this.database.shard);
  }

  async fire(operation, table, time, name, event) {
    const triggers = Object.values(this.database.table(table).triggersOf()).filter(
      (trigger) => trigger.time === time && trigger.operation === name,
    );
    if (triggers.length === 0) return;
    if (this.database.depth >= TRIGGER_DEPTH) throw new ConflictError("trigger", `triggers are nested more than ${TRIGGER_DEPTH} deep`);
    const context = this.database.triggerContext(operation);
    for (const trigger of triggers) {
      await trigger.handler(context, { table, operation: name.toLowerCase(), id: event.doc._id, row: event.doc, ...event });
    }
  }

  async allowed(operation, table, action, row) {
    if (await this.database.isAllowed(operation, table, action, row)) return;
    throw new LunoraError("FORBIDDEN", `a policy does not allow the ${action} in ${table}`);
  }

  withDefaults(table, document) {
    const values = { ...document };
    for (const [column, { state }] of Object.entries(this.database.table(table).shape)) {
      if (state.serverDefault) values[column] = state.serverDefault(this.database.defaultContext());
      else if (column in values && values[column] !== undefined) continue;
      else if (state.defaultFn) values[column] = state.defaultFn();
      else if (state.default) values[column] = state.default.value;
      else if (state.defaultNow) values[column] = native.now();
    }
    return values;
  }

  withUpdates(table, fields) {
    const values = { ...fields };
    for (const [column, { state }] of Object.entries(this.database.table(table).shape)) {
      if (state.serverDefault && column in values) values[column] = state.serverDefault(this.database.defaultContext());
      else if (state.onUpdateFn && !(column in values)) values[column] = state.onUpdateFn();
    }
    return values;
  }

  /** Present columns are parsed for their errors; an absent one passes even if it is required, unless the run is strict. */
  check(table, values, action) {
    for (const [column, validator] of Object.entries(this.database.table(table).shape)) {
      const isPresent = column in values;
      if (!isPresent && (action === "patch" || switches.requiredColumns !== "strict")) continue;
      if (action === "patch" && values[column] === null && validator.state.isOptional) continue;
      validator.parseAt(values[column], [column], false);
    }
  }

  newId({ clientId }) {
    if (clientId === undefined) return uuid();
    if (typeof clientId !== "string" || !CLIENT_ID.test(clientId)) throw internal("clientId must be a UUID");
    return clientId;
  }

  find(operation, id, expectedTable) {
    return this.database.fetch(operation, id, expectedTable);
  }

  require(operation, id, expectedTable) {
    const found = this.find(operation, id, expectedTable);
    if (found) return found;
    const isGlobal = expectedTable !== undefined && this.database.table(expectedTable).tier.kind === "global";
    throw new LunoraError(isGlobal ? "INTERNAL" : "NOT_FOUND", `no row has the id ${String(id)}`);
  }
}

/** Throws `BATCH_LIMIT_EXCEEDED` where a list is longer than its limit allows. */
export function requireBatch(list, { limit } = {}) {
  const most = limit ?? BATCH;
  if (list.length > most) throw new LunoraError("BATCH_LIMIT_EXCEEDED", `${list.length} rows exceed the limit of ${most}`);
}

function refuseUndefined(fields) {
  const name = Object.keys(fields).find((key) => fields[key] === undefined);
  if (name !== undefined) throw internal(`${name} is undefined, which a patch or replace does not take`);
}
