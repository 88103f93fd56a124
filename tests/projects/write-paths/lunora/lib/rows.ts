import type { DatabaseWriter, MutationCtx, TableName } from "../_generated/server";

/** Stamps nothing yet; one place to do it in. */
export async function createRow<T extends TableName>(ctx: MutationCtx, table: T, row: Record<string, unknown>) {
  return await ctx.db.insert(table, row as never);
}

export async function createAll(ctx: MutationCtx, table: TableName, rows: Record<string, unknown>[]) {
  return await Promise.all(rows.map((row) => createRow(ctx, table, row)));
}

export const addReceipt = (writer: DatabaseWriter, number: string) => writer.insert("receipts", { number });

export async function addVoucher(db: MutationCtx["db"], code: string, cents: number) {
  const table = `vouchers`;
  await db.insert(table, { code, cents });
}

export async function keepOrphan(ctx: MutationCtx, day: string) {
  await ctx.db.insert("orphans", { day });
}

export class TicketDesk {
  private readonly db: MutationCtx["db"];

  constructor(ctx: MutationCtx) {
    this.db = ctx.db;
  }

  async open(subject: string) {
    return await this.db.insert("tickets", { subject, state: "open" });
  }

  async openOnes() {
    return await this.db
      .query("tickets")
      .withIndex("by_state", (q) => q.eq("state", "open"))
      .collect();
  }
}
