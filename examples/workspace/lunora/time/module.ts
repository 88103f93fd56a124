import { defineModule } from "lunorash/server";

export default defineModule({
    description: "Time sheets.",
    tables: ["timeEntries"],
});
