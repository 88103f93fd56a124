import type { QueryCtx } from "../_generated/server";

type Db = QueryCtx["db"];

export const makeCodes = (db: Db) => ({
    byCode: (code: string) => db.icdCodes.findUnique({ where: { code } }),
    search: (text: string, chapter?: string) =>
        db
            .query("icdCodes")
            .withSearchIndex("search_title", (q) => (chapter ? q.search("title", text).eq("chapter", chapter) : q.search("title", text)))
            .take(20),
    chapter: (chapter: string) => db.query("icdCodes").withIndex("by_chapter", (q) => q.eq("chapter", chapter)).collect(),
    titled: (title: string) => db.icdCodes.findFirst({ where: { title } }),
});

export type Codes = ReturnType<typeof makeCodes>;
