import { defineShape } from "lunorash/server";

export const mySpots = defineShape({ table: "spots", owner: true, columns: ["name", "pin"] });
export const myCatch = defineShape({ table: "catch", owner: true });
export const tidesToday = defineShape({ table: "tides", where: () => ({ height: { gt: 0 } }) });
export const myLogs = defineShape({ table: "logs", owner: "userId", columns: ["at", "moods"] });
