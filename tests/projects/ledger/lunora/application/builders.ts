import { initLunora } from "lunorash/server";
import type { DataModel } from "../_generated/dataModel";
import { Container } from "./container";

const lunora = initLunora.dataModel<DataModel>().create();

function withContainer<B extends { use: (m: any) => any }>(builder: B) {
  return builder.use(async ({ ctx, next }: any) => next({ ctx: { container: Container.of(ctx) } }));
}

export const ledgerQuery = withContainer(lunora.query);
export const ledgerMutation = withContainer(lunora.mutation);
export const ledgerJob = withContainer(lunora.internalMutation);
