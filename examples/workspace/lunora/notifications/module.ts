import { defineModule } from "lunorash/server";

export default defineModule({
    description: "What people are told.",
    tables: ["notifications"],
});
