import { defineModule } from "lunorash/server";

export default defineModule({
    description: "Tasks, their watchers and their history.",
    tables: ["tasks", "taskWatchers", "activity"],
});
