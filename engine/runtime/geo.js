import { internal } from "lunora:runtime/errors.js";
import { valueAt } from "lunora:runtime/rows.js";

const EARTH = 6_371_008.8;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** The metres between two points, along a great circle. */
export function distance(left, right) {
  const height = Math.sin(radians(right.lat - left.lat) / 2) ** 2;
  const width = Math.sin(radians(right.lng - left.lng) / 2) ** 2;
  const chord = height + Math.cos(radians(left.lat)) * Math.cos(radians(right.lat)) * width;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** What the callback of `withGeoIndex` says: `near` or `within`, one of them, once. */
export function geoRange(index, range) {
  let region;
  const choose = (chosen) => {
    if (region) throw internal(`${index.name} takes one of near and within, once`);
    region = chosen;
    return builder;
  };
  const builder = {
    near: (point, metres) => choose({ keep: (other) => distance(point, other) <= metres, rank: (other) => distance(point, other) }),
    within({ sw, ne }) {
      if (sw.lng > ne.lng) throw internal("a box does not cross the antimeridian");
      const keep = ({ lat, lng }) => lat >= sw.lat && lat <= ne.lat && lng >= sw.lng && lng <= ne.lng;
      return choose({ keep, rank: () => 0 });
    },
  };
  range(builder);
  if (!region) throw internal(`${index.name} was given neither near nor within`);
  return { region };
}

/** The rows within a region, the nearest first. The index is simulated: its cost is the rows that match. */
export async function geoRows(database, operation, tableName, { index, region }, limit, withScores) {
  const keep = (row) => {
    const point = valueAt(row, index.field);
    return point && region.keep(point) ? { row, rank: region.rank(point) } : undefined;
  };
  const hits = await database.simulated({ operation, table: tableName, index: index.name, keep });
  hits.sort((left, right) => left.rank - right.rank || (left.row._id < right.row._id ? -1 : 1));
  return hits.slice(0, limit).map(({ row, rank }) => (withScores ? { ...row, _score: rank } : row));
}
