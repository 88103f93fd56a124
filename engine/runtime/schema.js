import { describeShape, isValidator, v } from "lunora:runtime/validators.js";
import { internal, NEEDS, needsOf } from "lunora:runtime/errors.js";

const TABLE = Symbol("table");

const one = (table, options = {}) => ({ kind: "one", table, references: "_id", ...options });
const many = (table, options = {}) => ({ kind: "many", table, references: "_id", ...options });

const triggerBuilder = Object.fromEntries(
  ["before", "after"].flatMap((time) =>
    ["Insert", "Update", "Delete"].map((operation) => [`${time}${operation}`, (handler) => ({ time, operation, handler })]),
  ),
);

/** A table as it is declared. Each method returns the same table with more; modifiers may come in any order. */
class Table {
  constructor(shape) {
    this[TABLE] = true;
    this.shape = { ...shape };
    /** What would have to be here to know its columns. */
    this.needs = this.shape[NEEDS];
    delete this.shape[NEEDS];
    for (const [column, validator] of Object.entries(this.shape)) {
      if (isValidator(validator)) continue;
      const needs = needsOf(validator);
      if (needs === undefined) throw internal(`column ${column} has no validator`);
      this.needs = needs;
      delete this.shape[column];
    }
    this.indexes = [];
    this.searchIndexes = [];
    this.geoIndexes = [];
    this.rankIndexes = [];
    this.aggregateIndexes = [];
    this.relationsOf = () => ({});
    this.triggersOf = () => ({});
    this.tier = { kind: "root" };
    this.flags = {};
  }

  copy(changes) {
    return Object.assign(Object.create(Table.prototype), this, changes);
  }

  index(name, fields, options) {
    if (needsOf(fields) !== undefined) return this.copy({ needs: needsOf(fields) });
    return this.copy({ indexes: [...this.indexes, { name, fields: [...fields], unique: Boolean(options?.unique) }] });
  }
  searchIndex(name, options) {
    const index = { name, field: options.field ?? "", filterFields: options.filterFields ?? [] };
    return this.copy({ searchIndexes: [...this.searchIndexes, index] });
  }
  geoIndex(name, options) {
    return this.copy({ geoIndexes: [...this.geoIndexes, { name, field: options.field ?? "" }] });
  }
  rankIndex(name, options) {
    const index = { name, sortBy: options.sortBy, partitionBy: options.partitionBy ?? [], where: options.where ?? {} };
    return this.copy({ rankIndexes: [...this.rankIndexes, index] });
  }
  aggregateIndex(name, options = {}) {
    const index = { name, op: options.op ?? "count", field: options.field, by: options.by ?? [], where: options.where };
    return this.copy({ aggregateIndexes: [...this.aggregateIndexes, index] });
  }
  vectorize() {
    return this;
  }
  relations(build) {
    return this.copy({ relationsOf: () => ({ ...this.relationsOf(), ...build({ one, many }) }) });
  }
  triggers(build) {
    return this.copy({ triggersOf: () => ({ ...this.triggersOf(), ...build(triggerBuilder) }) });
  }
  shardBy(field) {
    return this.copy({ tier: { kind: "shardBy", field } });
  }
  global(options) {
    return this.copy({ tier: { kind: "global", backend: options?.backend ?? "d1" } });
  }
  ownedBy(field) {
    return this.copy({ ownerField: field });
  }
  softDelete(options) {
    const field = options?.field ?? "deletedAt";
    const shape = field in this.shape ? this.shape : { ...this.shape, [field]: v.optional(v.timestamp().nullable()) };
    return this.copy({ softDeleteField: field, shape });
  }
  commitOrdered() {
    return this.copy({ isCommitOrdered: true });
  }
  source() {
    return this.externallyManaged();
  }
  public() {
    return this.flag("public");
  }
  externallyManaged() {
    return this.flag("externallyManaged");
  }
  memory() {
    return this.flag("memory");
  }
  ttl(field, options) {
    return this.copy({ ttl: { field, after: options?.after ?? 0 } });
  }
  flag(name) {
    return this.copy({ flags: { ...this.flags, [name]: true } });
  }
}

/** Starts a table. */
export const defineTable = (shape) => new Table(shape);

/** A schema. Its tables are complete once the module that declares it has run. */
class Schema {
  constructor(tables, missing = [], isRlsRequired = false) {
    this.tables = {};
    /** Whether tables that aren't public are closed to code without policies. */
    this.isRlsRequired = isRlsRequired;
    /** What isn't here, so that nobody knows the tables that it brings. */
    this.missing = [...missing];
    if (tables[NEEDS] !== undefined) this.missing.push(tables[NEEDS]);
    for (const [name, table] of Object.entries(tables)) {
      const needs = needsOf(table);
      if (needs === undefined) this.tables[name] = table;
      else this.missing.push(needs);
    }
  }
  extend(extension) {
    const needs = needsOf(extension);
    if (needs !== undefined) return new Schema(this.tables, [...this.missing, needs], this.isRlsRequired);
    const renamed = extension.tables ?? {};
    if (needsOf(renamed) !== undefined) return new Schema(this.tables, [...this.missing, needsOf(renamed)], this.isRlsRequired);
    const rename = (table) => (table in renamed ? `${extension.key}_${table}` : table);
    const added = Object.entries(renamed).map(([name, table]) => [rename(name), withRenamed(table, rename)]);
    return new Schema({ ...this.tables, ...Object.fromEntries(added) }, this.missing, this.isRlsRequired);
  }
  rls(mode) {
    return new Schema(this.tables, this.missing, mode === "required");
  }
  jurisdiction() {
    return this;
  }
}

function withRenamed(table, rename) {
  const relationsOf = () =>
    Object.fromEntries(
      Object.entries(table.relationsOf()).map(([name, relation]) => [name, { ...relation, table: rename(relation.table) }]),
    );
  return table.copy({ relationsOf });
}

/** Declares the schema of a project. */
export function defineSchema(tables, _vectorIndexes, aggregateIndexes = [], rankIndexes = []) {
  const all = { ...tables };
  for (const { name, options } of aggregateIndexes) all[options.on] = all[options.on].aggregateIndex(name, options);
  for (const { name, options } of rankIndexes) all[options.table] = all[options.table].rankIndex(name, options);
  return new Schema(all);
}

export const defineVectorIndex = (options) => options;
export const defineAggregateIndex = (name, options) => ({ name, options });
export const defineRankIndex = (name, options) => ({ name, options });
export const defineSchemaExtension = (key, parts) => ({ key, ...parts });
export const definePlugin = (key, parts = {}) => ({ key, ...parts });
export const defineComponent = definePlugin;
export const mergeSchemaExtension = (schema, extension) => schema.extend(extension);
export const installPlugins = (schema, plugins) =>
  plugins.reduce((merged, { extension }) => (extension ? merged.extend(extension) : merged), schema);
export const isSchema = (value) => value instanceof Schema;

const plain = (value) => JSON.parse(JSON.stringify(value));

/** The schema as the host reads it. */
export const describeSchema = (schema) => ({
  missing: schema.missing,
  tables: Object.entries(schema.tables).map(([name, table]) => ({
    name,
    columns: describeShape(table.shape),
    indexes: table.indexes,
    searchIndexes: table.searchIndexes,
    geoIndexes: table.geoIndexes,
    rankIndexes: plain(table.rankIndexes.map(({ name: index, sortBy, partitionBy }) => ({ name: index, sortBy, partitionBy }))),
    aggregateIndexes: plain(table.aggregateIndexes.map(({ where, ...index }) => ({ ...index, hasWhere: where !== undefined }))),
    relations: Object.entries(table.relationsOf()).map(([relation, { kind, table: target, field, references, onDelete }]) => ({
      name: relation,
      kind,
      table: target,
      field,
      references,
      onDelete,
    })),
    triggers: Object.keys(table.triggersOf()),
    tier: table.tier,
    ownerField: table.ownerField,
    softDeleteField: table.softDeleteField,
    ttl: table.ttl,
    isCommitOrdered: Boolean(table.isCommitOrdered),
    isExternallyManaged: Boolean(table.flags.externallyManaged),
  })),
});
