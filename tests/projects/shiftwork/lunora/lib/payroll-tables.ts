import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

export const payslips = pgTable(
	"payslips",
	{ employee: text("employee").notNull(), year: integer("year").notNull(), cents: integer("cents").notNull() },
	(t) => [index("by_employee").on(t.employee, t.year)],
);
