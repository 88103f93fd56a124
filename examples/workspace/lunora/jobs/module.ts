import { defineModule } from "lunorash/server";

export default defineModule({
    description: "The job table, webhooks and exports.",
    tables: ["jobs", "webhookEvents", "exports"],
});
