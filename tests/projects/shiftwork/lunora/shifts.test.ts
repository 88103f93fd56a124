import { describe, expect, it } from "vitest";

import { openShifts } from "~domain/rota";

function fakeDb(rows: any[]) {
	const reader = {
		withIndex: () => reader,
		filter: (fn: (r: any) => boolean) => ((rows = rows.filter(fn)), reader),
		take: async (n: number) => rows.slice(0, n),
		collect: async () => rows,
	};
	return { query: (_table: string) => reader };
}

describe("openShifts", () => {
	it("sorts by start", async () => {
		const db = fakeDb([{ start: 2 }, { start: 1 }]);
		const rows = await openShifts({ db } as never, 0);
		expect(rows.map((r) => r.start)).toEqual([1, 2]);
		const open = await db.query("shifts").filter((r) => r.start === 2).collect();
		expect(open).toHaveLength(1);
	});
});
