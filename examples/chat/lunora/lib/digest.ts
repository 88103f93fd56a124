import type { QueryCtx } from "../_generated/server.js";
import { allMessages, profilesById } from "./rows.js";

export interface Poster {
    handle: string;
    messages: number;
}

/** Who talks most in the current channel. */
export async function topPosters(ctx: QueryCtx, count: number): Promise<Poster[]> {
    const tally = new Map<string, number>();
    for (const message of await allMessages(ctx.db)) {
        tally.set(message.authorId, (tally.get(message.authorId) ?? 0) + 1);
    }

    const ranking = [...tally.entries()].toSorted(([, a], [, b]) => b - a).slice(0, count);
    const profiles = await profilesById(
        ctx.db,
        ranking.map(([id]) => id),
    );

    return ranking.map(([id, messages]) => ({ handle: profiles.get(id)?.handle ?? "deleted", messages }));
}
