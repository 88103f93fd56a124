import { v as validators } from "lunorash/server";

export const size = validators.union(validators.literal("S"), validators.literal("L"));
