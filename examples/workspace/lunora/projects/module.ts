import { defineModule } from "lunorash/server";

export default defineModule({
    description: "Projects and the labels of a workspace.",
    tables: ["projects", "labels"],
});
