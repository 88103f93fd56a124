import { boolean, index, pgTable, text } from "drizzle-orm/pg-core";

export const phpbbTopics = pgTable(
	"topics",
	{ id: text("id").primaryKey(), forum: text("forum"), author: text("author"), locked: boolean("locked") },
	(t) => [index("by_nothing").on(t.forum)],
);

export const phpbbUsers = pgTable("users", { id: text("id").primaryKey(), email: text("email") });
