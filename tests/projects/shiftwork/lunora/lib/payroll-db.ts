import { drizzle } from "drizzle-orm/node-postgres";
import { and, eq } from "drizzle-orm";
import { Pool } from "pg";

import * as tables from "./payroll-tables";

const pool = new Pool({ connectionString: process.env.PAYROLL_URL });
const db = drizzle(pool, { schema: tables });

export async function payslips(employee: string, year: number) {
	return db.query.payslips.findMany({ where: and(eq(tables.payslips.employee, employee), eq(tables.payslips.year, year)) });
}

export async function addPayslip(employee: string, year: number, cents: number) {
	await db.insert(tables.payslips).values({ employee, year, cents });
}

export async function employees(db: Pool, needle: string) {
	const { rows } = await db.query("select id, name from employees where name ilike $1", [`%${needle}%`]);
	return rows.filter((r: { id: string; name: string }) => r.name !== "");
}

export const findEmployees = (needle: string) => employees(pool, needle);
