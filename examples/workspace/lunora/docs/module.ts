import { defineModule } from "lunorash/server";

export default defineModule({
    description: "Longer texts.",
    tables: ["docs"],
});
