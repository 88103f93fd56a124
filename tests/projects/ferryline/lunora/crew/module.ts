import { defineModule } from "lunorash/server";

export default defineModule({ description: "People on board", tables: ["crewMembers"] });
