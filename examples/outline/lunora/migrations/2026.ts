import { defineMigration } from "lunorash/server";

/** `folded` came later than the first outlines. */
export const nodesHaveFolded = defineMigration({
  id: "2026-02-nodes-have-folded",
  table: "nodes",
  batchSize: 200,
  up: (doc) => (typeof doc.folded === "boolean" ? undefined : { ...doc, folded: false }),
});

/** Colours were names once ("red"), now they are hex. */
const HEX: Record<string, string> = { red: "#d33", green: "#2a6", blue: "#36c", yellow: "#db3" };

export const tagColorsAreHex = defineMigration({
  id: "2026-04-tag-colors-are-hex",
  table: "tagColors",
  up: (doc) => {
    const hex = HEX[doc.color];
    return hex ? { ...doc, color: hex } : undefined;
  },
});
