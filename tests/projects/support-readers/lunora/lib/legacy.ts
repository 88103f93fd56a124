import { Pool } from "pg";

type Row = Record<string, string>;

// the old help desk, read only until the contract ends
const pool = { db: new Pool({ max: 2 }) };

export async function accountsOf(email: string) {
    const result = await pool.db.query("tickets");
    return result.rows.filter((row: Row) => row.email === email);
}

class Lookup {
    readonly db = {
        query: (table: string) => ({
            filter: (keep: (row: Row) => boolean) => rowsOf(table).filter(keep),
            collect: async () => rowsOf(table),
        }),
    };

    byEmail(email: string) {
        return this.db.query("agents").filter((row) => row.email === email);
    }
}

function rowsOf(table: string): Row[] {
    return [{ table, email: "nobody@example.org" }];
}

export const lookup = new Lookup();
export const nobody = lookup.byEmail("nobody@example.org");
