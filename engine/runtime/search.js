import { internal, LunoraError } from "lunora:runtime/errors.js";
import { valueAt } from "lunora:runtime/rows.js";

/** The hits of a search that are looked at. */
export const WINDOW = 1_024;
const MAX_TERMS = 16;
const MAX_FILTERS = 8;
const MAX_TOKENS = 1_000;
const MAX_TOKEN_LENGTH = 256;
const CURSOR = "search:";

/** A cursor at a position among the hits. */
export const searchCursor = (position) => btoa(`${CURSOR}${position}`);

/** The position that a cursor names; 0 for none. Throws `BAD_REQUEST`. */
export function searchPlace(cursor) {
  if (cursor === null || cursor === undefined) return 0;
  const text = typeof cursor === "string" ? atob(cursor) : "";
  const position = text.startsWith(CURSOR) ? Number(text.slice(CURSOR.length)) : Number.NaN;
  if (!Number.isInteger(position) || position < 0) throw new LunoraError("BAD_REQUEST", "the cursor is not valid");
  return position;
}

/** What the callback of `withSearchIndex` says. */
export function searchRange(index, range) {
  const found = { filters: [] };
  const builder = {
    search(field, text) {
      if (field !== index.field || "text" in found) throw internal(`${index.name} searches ${index.field}, once`);
      found.text = String(text);
      return builder;
    },
    eq(field, value) {
      if (!index.filterFields.includes(field)) throw internal(`${index.name} does not filter by ${field}`);
      found.filters.push({ field, value });
      return builder;
    },
  };
  range(builder);
  if (!("text" in found)) throw internal(`${index.name} was given nothing to search for`);
  if (found.filters.length > MAX_FILTERS) throw new LunoraError("BAD_REQUEST", `a search has at most ${MAX_FILTERS} filters`);
  return found;
}

const isCjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u;

/** The tokens of a text, in order. */
export function tokensOf(text) {
  const plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();
  const tokens = [];
  for (const [run] of plain.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (!isCjk.test(run) || run.length < 2) tokens.push(run.slice(0, MAX_TOKEN_LENGTH));
    else for (let at = 0; at + 1 < run.length; at++) tokens.push(run.slice(at, at + 2));
  }
  return tokens;
}

/** Occurrences of the terms in a text; the last term is a prefix. Zero unless all occur. */
function score(terms, text) {
  const tokens = tokensOf(text).slice(0, MAX_TOKENS);
  let total = 0;
  for (const [position, term] of terms.entries()) {
    const isLast = position === terms.length - 1;
    const count = tokens.filter((token) => (isLast ? token.startsWith(term) : token === term)).length;
    if (count === 0) return 0;
    total += count;
  }
  return total;
}

/** The rows that a search finds, best first. The full-text index is simulated: its cost is the rows that match. */
export async function searchRows(database, operation, tableName, search, limit, withScores) {
  const terms = tokensOf(search.text);
  if (terms.length > MAX_TERMS) throw new LunoraError("BAD_REQUEST", `a search has at most ${MAX_TERMS} terms`);
  if (terms.length === 0) return [];
  const hits = await database.simulated({
    operation,
    table: tableName,
    index: search.index.name,
    keep: (row) => {
      const text = valueAt(row, search.index.field);
      const rank = typeof text === "string" ? score(terms, text) : 0;
      return rank > 0 ? { row, rank } : undefined;
    },
  });
  if (limit === undefined && hits.length > WINDOW) throw new LunoraError("BAD_REQUEST", `an unbounded search found more than ${WINDOW} rows`);
  hits.sort((left, right) => right.rank - left.rank || right.row._creationTime - left.row._creationTime || (left.row._id < right.row._id ? -1 : 1));
  const kept = hits
    .slice(0, WINDOW)
    .filter(({ row }) => search.filters.every(({ field, value }) => valueAt(row, field) === value))
    .slice(0, limit);
  return kept.map(({ row, rank }) => (withScores ? { ...row, _score: rank } : row));
}
