import { memberQuery } from "./lib/procs.js";

/** Fills the picker. */
export const list = memberQuery.query(async ({ ctx }) => {
    const { page } = await ctx.db.customEmoji.findMany({ limit: 100 });
    return page.map(({ shortcode, imageKey }) => ({ shortcode, imageKey }));
});
