import { defineModule } from "@lunora/server";

export default defineModule({ description: "Tasks and what is said about them", tables: ["tasks", "comments"] });
