import { defineModule } from "lunorash/server";

export default defineModule({
    description: "Discussion below a task.",
    tables: ["comments"],
});
