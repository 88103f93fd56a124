import { internal, LunoraError } from "lunora:runtime/errors.js";
import { bound } from "lunora:runtime/rows.js";
import { EVERYTHING } from "lunora:runtime/where.js";

const MAX_DEPTH = 4;
const MAX_LIMIT = 200;
const DIRECTIONS = ["in", "out", "both"];
const VERSION = "~related:";

/** The columns that are edges: an id, perhaps an optional one, or an array of ids. */
function edgesOf(schema, wanted) {
  const edges = [];
  for (const [table, { shape }] of Object.entries(schema.tables)) {
    for (const [column, { state }] of Object.entries(shape)) {
      const target = state.kind === "array" ? state.item?.state : state;
      if (target?.kind === "id") edges.push({ name: `${table}.${column}`, table, column, target: target.table, isMany: state.kind === "array" });
    }
  }
  const unknown = wanted?.find((name) => !edges.some((edge) => edge.name === name));
  if (unknown !== undefined) throw internal(`${unknown} is no edge`);
  return wanted ? edges.filter((edge) => wanted.includes(edge.name)) : edges;
}

const within = (value, least, most, what) => {
  if (!Number.isInteger(value) || value < least || value > most) throw new LunoraError("BAD_REQUEST", `${what} must be from ${least} to ${most}`);
  return value;
};

/** The rows that are linked to one, nearest first; each once. */
export async function related(database, start, options = {}) {
  const operation = database.begin({ surface: "flat", method: "related", table: undefined });
  const direction = options.direction ?? "both";
  if (!DIRECTIONS.includes(direction)) throw internal(`${direction} is no direction`);
  const depth = within(options.depth ?? 1, 1, MAX_DEPTH, "depth");
  const limit = within(options.limit ?? 50, 1, MAX_LIMIT, "limit");
  const edges = edgesOf(database.schema, options.edges);
  const first = database.fetch(operation, start?.id ?? start?._id, start?.table);
  const nodes = first ? await walk(database, operation, first, { edges, direction, depth }) : [];
  const from = options.cursor ? placeOf(options.cursor) : 0;
  const page = nodes.slice(from, from + limit);
  const isDone = from + limit >= nodes.length;
  const result = { nodes: page, isDone, continueCursor: isDone ? null : VERSION + btoa(String(from + limit)) };
  return database.done(operation, result, page.length);
}

function placeOf(cursor) {
  const place = typeof cursor === "string" && cursor.startsWith(VERSION) ? Number(atob(cursor.slice(VERSION.length))) : Number.NaN;
  if (!Number.isInteger(place)) throw new LunoraError("BAD_REQUEST", "the cursor is not valid");
  return place;
}

async function walk(database, operation, first, { edges, direction, depth }) {
  const seen = new Set([first.row._id]);
  const nodes = [];
  let frontier = [first];
  for (let level = 0; level < depth; level++) {
    const found = [];
    for (const { table, row } of frontier) {
      if (direction !== "in") found.push(...outward(database, operation, edges, table, row));
      if (direction !== "out") found.push(...(await inward(database, operation, edges, table, row)));
    }
    frontier = found.filter(({ row }) => !seen.has(row._id) && seen.add(row._id));
    nodes.push(...frontier.map(({ row }) => row));
  }
  return nodes;
}

function outward(database, operation, edges, table, row) {
  const own = edges.filter((edge) => edge.table === table);
  const ids = own.flatMap(({ column, target, isMany }) => (isMany ? (row[column] ?? []) : [row[column]]).map((id) => ({ id, target })));
  return ids.map(({ id, target }) => database.fetch(operation, id, target)).filter((found) => found !== null);
}

async function inward(database, operation, edges, table, row) {
  const found = [];
  for (const { table: holder, column, target, isMany } of edges) {
    if (target !== table) continue;
    const condition = isMany ? EVERYTHING : { compare: { field: column, operator: "eq", value: bound(row._id) } };
    const rows = await database.rows({ operation, table: holder, condition, order: [], isLive: true });
    const linked = isMany ? rows.filter((other) => other[column]?.includes(row._id)) : rows;
    found.push(...linked.map((other) => ({ table: holder, row: other })));
  }
  return found;
}
