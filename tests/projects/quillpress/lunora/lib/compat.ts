import type { GenericId } from "convex/values";
export { getManyFrom } from "convex-helpers/server/relationships";

export type LegacyId = GenericId<"posts">;
