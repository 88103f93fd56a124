import { drizzle } from "drizzle-orm/node-postgres";
import { eq } from "drizzle-orm";
import { Pool } from "pg";
import { phpbbTopics, phpbbUsers } from "./oldboard-tables";

// The board we migrated from still runs on Postgres until the last users have moved.
const pool = new Pool({ connectionString: process.env.OLD_BOARD_URL });
const pg = drizzle(pool);

export async function oldTopics(slug: string) {
	const topics = await pg.select().from(phpbbTopics).where(eq(phpbbTopics.forum, slug));
	return topics.filter((topic) => topic.locked === false);
}

export async function oldUser(email: string) {
	const everyone = await pg.query.phpbbUsers.findMany();
	const { rows } = await pool.query("select * from topics where author = $1", [email]);
	return { user: everyone.find((u) => u.email === email), topics: rows, table: phpbbUsers };
}

export class WordIndex {
	private entries: { word: string; boardId: string }[] = [];

	query(_name: string) {
		return this;
	}

	filter(keep: (entry: { word: string; boardId: string }) => boolean) {
		this.entries = this.entries.filter(keep);
		return this;
	}

	collect() {
		return this.entries;
	}
}
