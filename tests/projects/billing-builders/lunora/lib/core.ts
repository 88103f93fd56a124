import { initLunora } from "lunorash/server";
import type { DataModel } from "../_generated/dataModel";

export const c = initLunora.dataModel<DataModel>().create();
