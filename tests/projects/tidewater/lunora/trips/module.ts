import { defineModule } from "lunorash/server";

export default defineModule({ tables: ["trips", "legs"] });
