import type { MutationCtx, QueryCtx } from "../_generated/server";

export class Choir {
	readonly #ctx: QueryCtx;

	constructor(ctx: QueryCtx) {
		this.#ctx = ctx;
	}

	private songs() {
		return this.#ctx.db.query("songs");
	}

	versions(title: string) {
		return this.songs()
			.withIndex("by_title", (q) => q.eq("title", title))
			.order("desc")
			.take(3);
	}

	inKey(title: string, key: string) {
		return this.songs()
			.withIndex("by_title_key", (q) => q.eq("title", title).eq("key", key))
			.collect();
	}

	async longest(title: string) {
		const rows = await this.songs().withIndex("by_title", (q) => q.eq("title", title)).collect();
		rows.sort((a, b) => b.minutes - a.minutes);
		return rows[0] ?? null;
	}

	absences(memberId: string) {
		return this.#ctx.db
			.query("attendance")
			.withIndex("by_member", (q) => q.eq("memberId", memberId))
			.filter((a) => a.present === false)
			.collect();
	}

	by(composer: string) {
		return this.#ctx.db.query("songs").filter((s) => s.composer === composer).collect();
	}
}

export class Register {
	constructor(private readonly db: MutationCtx["db"]) {}

	async mark(rehearsalId: string, memberId: string, present: boolean, createdBy: string) {
		const row = await this.db
			.query("attendance")
			.withIndex("by_rehearsal_member", (q) => q.eq("rehearsalId", rehearsalId).eq("memberId", memberId))
			.unique();
		if (row) await this.db.patch(row._id, { present });
		else await this.db.insert("attendance", { rehearsalId, memberId, present, createdBy });
	}
}
