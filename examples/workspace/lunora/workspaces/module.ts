import { defineModule } from "lunorash/server";

export default defineModule({
    description: "Workspaces, who belongs to them, and invitations.",
    tables: ["workspaces", "members", "invites"],
});
