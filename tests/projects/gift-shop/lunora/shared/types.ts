export type { MutationCtx as MutationContext, QueryCtx as QueryContext } from "../_generated/server";
