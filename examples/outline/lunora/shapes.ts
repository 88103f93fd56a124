import { defineShape } from "lunorash/server";

export const nodes = defineShape({ table: "nodes", owner: true });

export const bookmarks = defineShape({ table: "bookmarks", owner: true });

export const tagColors = defineShape({ table: "tagColors", owner: true });

export const settings = defineShape({ table: "settings", owner: true });

/** The history panel shows when a bullet changed; the old text is fetched when it is opened. */
export const changes = defineShape({ table: "revisions", owner: true, columns: ["nodeId", "changedAt"] });
