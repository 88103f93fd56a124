import { internal, NotVerifiable } from "lunora:runtime/errors.js";
import * as objects from "lunora:runtime/objects.js";
import { Reader } from "lunora:runtime/reader.js";
import { related } from "lunora:runtime/related.js";
import { requireBatch, Writer } from "lunora:runtime/writer.js";

const isId = (id) => typeof id === "string" && id !== "" && !/[\s\0]/.test(id);

/** Runs a write inside an operation of the trace. `returned` counts what it gave back. */
const write = async (database, entry, run) => {
  const operation = database.begin(entry);
  return database.done(operation, await run(new Writer(database), operation));
};

async function get(database, surface, id, table) {
  const operation = database.begin({ surface, method: "get", table });
  const found = database.fetch(operation, id, table);
  return database.done(operation, found?.row ?? null);
}

function reads(database, surface) {
  const own = {};
  for (const method of ["findFirst", "findFirstOrThrow", "findUnique"]) {
    own[method] = (table, args) => objects.findOne(database, surface, method, table, args);
  }
  return {
    ...own,
    findMany: (table, args) => objects.findMany(database, surface, table, args),
    count: (table, options) => objects.count(database, surface, table, options),
    exists: (table, where) => objects.exists(database, surface, table, where),
    aggregate: (table, options) => objects.aggregate(database, surface, table, options),
    groupBy: (table, options) => objects.groupBy(database, surface, table, options),
    rank: (table, index, options) => objects.rank(database, surface, table, index, options),
    rankPage: (table, index, options) => objects.rankPage(database, surface, table, index, options),
  };
}

function flatReads(database) {
  return {
    ...reads(database, "flat"),
    get: (id, table) => get(database, "flat", id, table),
    query(table) {
      const view = database.table(table);
      return new Reader(database, table, new Error().stack, view);
    },
    normalizeId(table, id) {
      database.table(table);
      return isId(id) ? id : null;
    },
    asId(table, id) {
      database.table(table);
      if (!isId(id)) throw internal(`${String(id)} is no id`);
      return id;
    },
    related: (start, options) => related(database, start, options),
    system: systemTables(database),
  };
}

/** The jobs that wait. What is in storage nobody knows here. */
function systemTables(database) {
  const rowsOf = (table) => {
    if (table !== "_scheduled_functions") throw new NotVerifiable(`the system table ${table}`);
    return database.jobs();
  };
  const get = async (table, id) => rowsOf(table).find((job) => job._id === id) ?? null;
  const query = (table) => {
    const rows = rowsOf(table);
    return { collect: async () => rows, take: async (count) => rows.slice(0, count), first: async () => rows[0] ?? null };
  };
  return { get, query };
}

function flatWrites(database) {
  const entry = (method, table) => ({ surface: "flat", method, table });
  return {
    insert: (table, document, options) => run("insert", table, (writer, operation) => writer.insert(operation, table, document, options)),
    insertMany: (table, documents, options) =>
      run("insertMany", table, (writer, operation) => writer.insertMany(operation, table, documents, options)),
    insertManyUnsafe: (table, documents, options) =>
      run("insertManyUnsafe", table, (writer, operation) => writer.insertManyUnsafe(operation, table, documents, options)),
    patch: (id, fields, table) => run("patch", table, (writer, operation) => writer.patch(operation, id, fields, table)),
    replace: (id, document, table) => run("replace", table, (writer, operation) => writer.replace(operation, id, document, table)),
    delete: (id, table) => run("delete", table, (writer, operation) => writer.delete(operation, id, table)),
    patchMany: (changes, options) => run("patchMany", undefined, (writer, operation) => patchEach(writer, operation, changes, options, "patch")),
    deleteMany: (ids, options) => run("deleteMany", undefined, (writer, operation) => deleteEach(writer, operation, ids, options)),
    patchWhere: (table, { where, patch }, options) =>
      run("patchWhere", table, (writer, operation) => writer.patchWhere(operation, table, where, patch, options?.limit)),
    deleteWhere: (table, where, options) =>
      run("deleteWhere", table, (writer, operation) => writer.deleteWhere(operation, table, where, options?.limit)),
    deleteAll: (table, options) => run("deleteAll", table, (writer, operation) => writer.deleteAll(operation, table, options)),
    wipeShard: (options) => run("wipeShard", undefined, (writer, operation) => wipe(database, writer, operation, options)),
  };

  function run(method, table, body) {
    if (table !== undefined) database.table(table);
    return write(database, entry(method, table), body);
  }
}

async function patchEach(writer, operation, changes, options, key, table) {
  requireBatch(changes, options);
  for (const change of changes) await writer.patch(operation, change.id, change[key], table);
  return changes.length;
}

async function deleteEach(writer, operation, ids, options, table) {
  requireBatch(ids, options);
  for (const id of ids) await writer.delete(operation, id, table);
  return ids.length;
}

async function wipe(database, writer, operation, { tables, exclude = [] } = {}) {
  const local = Object.keys(database.schema.tables).filter((name) => database.table(name).tier.kind !== "global");
  let count = 0;
  for (const table of tables ?? local) {
    if (!exclude.includes(table)) count += await writer.deleteAll(operation, table, { hard: true });
  }
  return count;
}

function facade(database, table, canWrite) {
  const bind = (methods) => Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, (...args) => method(table, ...args)]));
  const own = {
    ...bind(reads(database, "facade")),
    get: (id) => get(database, "facade", id, table),
    withSearchIndex: (name, range) => new Reader(database, table, new Error().stack).withSearchIndex(name, range),
    withGeoIndex: (name, range) => new Reader(database, table, new Error().stack).withGeoIndex(name, range),
  };
  return canWrite ? Object.assign(own, facadeWrites(database, table)) : own;
}

function facadeWrites(database, table) {
  const run = (method, body) => write(database, { surface: "facade", method, table }, body);
  return {
    insert: (values, options) =>
      run("insert", (writer, operation) => writer.insert(operation, table, values, { skipDuplicates: options?.skipDuplicates })),
    insertMany: (rows, options) => run("insertMany", (writer, operation) => writer.insertMany(operation, table, rows, options)),
    upsert: (options) => run("upsert", (writer, operation) => writer.upsert(operation, table, options)),
    upsertMany: (options) => run("upsertMany", (writer, operation) => writer.upsertMany(operation, table, options)),
    patch: (id, fields) => run("patch", (writer, operation) => writer.patch(operation, id, fields, table)),
    replace: (id, document) => run("replace", (writer, operation) => writer.replace(operation, id, document, table)),
    delete: (id) => run("delete", (writer, operation) => writer.delete(operation, id, table)),
    hardDelete: (id) => run("hardDelete", (writer, operation) => writer.hardDelete(operation, id, table)),
    restore: (id) => run("restore", (writer, operation) => writer.restore(operation, id, table)),
    patchMany: (changes, options) =>
      run("patchMany", (writer, operation) =>
        Array.isArray(changes)
          ? patchEach(writer, operation, changes, options, "values", table)
          : writer.patchWhere(operation, table, changes.where, changes.values, changes.limit),
      ),
    deleteMany: (ids, options) =>
      run("deleteMany", (writer, operation) =>
        Array.isArray(ids)
          ? deleteEach(writer, operation, ids, options, table)
          : writer.deleteWhere(operation, table, ids.where, ids.limit),
      ),
  };
}

/** `ctx.db`: the flat methods, and a facade for each table. */
export function databaseSurface(database, canWrite) {
  const flat = flatReads(database);
  if (canWrite) Object.assign(flat, flatWrites(database));
  const facades = new Map();
  return new Proxy(flat, {
    get(target, key) {
      if (typeof key !== "string" || key in target || !Object.hasOwn(database.schema.tables, key)) return Reflect.get(target, key);
      if (!facades.has(key)) facades.set(key, facade(database, key, canWrite));
      return facades.get(key);
    },
  });
}

/** What triggers get: the flat methods. */
export function triggerSurface(database) {
  return Object.assign(flatReads(database), flatWrites(database));
}

/** `ctx.orm`. */
export function ormSurface(database, canWrite) {
  const query = new Proxy(
    {},
    {
      get(_target, table) {
        if (typeof table !== "string") return undefined;
        database.table(table);
        const methods = reads(database, "orm");
        return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, (...args) => method(table, ...args)]));
      },
    },
  );
  if (!canWrite) return { query };
  const run = (method, table, body) => write(database, { surface: "orm", method, table }, body);
  return {
    query,
    insert: (table) => ({ values: (values) => run("insert", table, (writer, operation) => writer.insert(operation, table, values)) }),
    update: (table, id) => ({ set: (values) => run("update", table, (writer, operation) => writer.patch(operation, id, values, table)) }),
    replace: (table, id) => ({ with: (values) => run("replace", table, (writer, operation) => writer.replace(operation, id, values, table)) }),
    delete: (table, id) => run("delete", table, (writer, operation) => writer.delete(operation, id, table)),
  };
}
